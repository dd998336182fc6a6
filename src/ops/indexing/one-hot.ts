import { unaryResult } from '../../autograd/index.ts';
import { input } from '../../expr/index.ts';
import {
  type DType,
  DTypeError,
  isFloat,
  normalizeAxis,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { arange } from '../create.ts';
import { formulaKernel } from '../elementwise/elementwise.ts';
import { expandDims, reshape } from '../shape/reshape.ts';
import { asTensor } from '../tensor-like.ts';
import type { Indices } from './indices.ts';

/** Options of `oneHot`. */
export interface OneHotOptions {
  readonly dtype?: DType;
  /** Where the axis of classes goes; the last by default. */
  readonly axis?: number;
}

/**
 * A 1 at the place of each class among zeros: indices of any shape I give [I.., classes], float32.
 * A class outside [0, classes) gives zeros, as in Keras.
 * @example oneHot([0, 2, 1], 3);
 */
export function oneHot(
  indices: Indices,
  classes: number,
  { dtype = 'float32', axis = -1 }: OneHotOptions = {},
): Tensor {
  const labels = asTensor('oneHot', indices, 'int32');
  if (!Number.isInteger(classes) || classes < 1) {
    throw new ValueError(`oneHot: classes must be a whole number >= 1, received ${classes}`);
  }
  if (isFloat(labels.dtype)) {
    throw new DTypeError(`oneHot: indices must be integers, received ${labels.dtype}; use cast`);
  }
  const at = normalizeAxis('oneHot', axis, labels.rank + 1);
  const wide = expandDims(labels, at);
  const along = new Array<number>(wide.rank).fill(1).with(at, classes);
  return unaryResult('oneHot', [wide], () =>
    formulaKernel(
      input(0).eq(input(1)),
      [wide, reshape(arange(classes), along)],
      wide.shape.with(at, classes),
      dtype,
    ),
  );
}
