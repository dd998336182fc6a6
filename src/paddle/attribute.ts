// What a tensor is, not what is in it.
import * as ops from '../ops/index.ts';
import { dtypes, isFloat, isInteger } from '../tensor/index.ts';
import { define } from './signature.ts';
import { type TensorLike, unwrap, wrap } from './tensor.ts';

const whole = (value: number | readonly number[], dtype: 'int32' | 'int64') =>
  wrap(ops.tensor(value, { dtype }));

/** The number of axes, int32. */
export const rank = define('rank', ['input'], [], (input: TensorLike) =>
  whole(unwrap('rank', input).rank, 'int32'),
);

/** The number of elements, int64. */
export const numel = define('numel', ['x'], [], (x: TensorLike) =>
  whole(unwrap('numel', x).size, 'int64'),
);

/** Whether the elements are floats. */
export const isFloatingPoint = define('isFloatingPoint', ['x'], [], (x: TensorLike): boolean =>
  isFloat(unwrap('isFloatingPoint', x).dtype),
);

/** Whether the elements are whole numbers. */
const isWhole = define('isInteger', ['x'], [], (x: TensorLike): boolean =>
  isInteger(unwrap('isInteger', x).dtype),
);
export { isWhole as isInteger };

/** Whether the elements are complex numbers. */
export const isComplex = define(
  'isComplex',
  ['x'],
  [],
  (x: TensorLike): boolean => dtypes[unwrap('isComplex', x).dtype].kind === 'complex',
);
