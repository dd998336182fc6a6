// Comparisons and truth.
import * as ops from '../ops/index.ts';
import { sameShape } from '../tensor/index.ts';
import { binaryFunction, tensorsOf, unaryFunction } from './operands.ts';
import { define } from './signature.ts';
import { type TensorLike, unwrap, wrap } from './tensor.ts';

/** Whether the elements are equal. */
export const equal = binaryFunction('equal', ops.equal);
/** The same as `equal`. */
export const eq = equal;
/** Whether the elements differ. */
export const notEqual = binaryFunction('notEqual', ops.notEqual);
/** The same as `notEqual`. */
export const ne = notEqual;
/** Whether `x < y`. */
export const lessThan = binaryFunction('lessThan', ops.less);
/** The same as `lessThan`. */
export const less = lessThan;
/** The same as `lessThan`. */
export const lt = lessThan;
/** Whether `x <= y`. */
export const lessEqual = binaryFunction('lessEqual', ops.lessEqual);
/** The same as `lessEqual`. */
export const le = lessEqual;
/** Whether `x > y`. */
export const greaterThan = binaryFunction('greaterThan', ops.greater);
/** The same as `greaterThan`. */
export const gt = greaterThan;
/** Whether `x >= y`. */
export const greaterEqual = binaryFunction('greaterEqual', ops.greaterEqual);
/** The same as `greaterEqual`. */
export const ge = greaterEqual;
/** Whether both are true. */
export const logicalAnd = binaryFunction('logicalAnd', ops.logicalAnd);
/** Whether either is true. */
export const logicalOr = binaryFunction('logicalOr', ops.logicalOr);
/** Whether one alone is true. */
export const logicalXor = binaryFunction('logicalXor', ops.logicalXor);
/** Whether the element is false, or 0. */
export const logicalNot = unaryFunction('logicalNot', ops.logicalNot);

/** Whether each pair of elements is close: `|x - y| <= atol + rtol * |y|`. */
export const isclose = define(
  'isclose',
  ['x', 'y'],
  ['rtol', 'atol', 'equalNan'],
  (
    x: TensorLike,
    y: TensorLike,
    rtol: number = 1e-5,
    atol: number = 1e-8,
    equalNan: boolean = false,
  ) => {
    const [a, b] = tensorsOf('isclose', [x, y]);
    return wrap(ops.isClose(a, b, { relative: rtol, absolute: atol, equalNaN: equalNan }));
  },
);

/** Whether all pairs of elements are close. */
export const allclose = define(
  'allclose',
  ['x', 'y'],
  ['rtol', 'atol', 'equalNan'],
  (...args: Parameters<typeof isclose.body>) => wrap(ops.all(isclose.body(...args).tensor)),
);

/** Whether both have the same shape and the same elements. */
export const equalAll = define('equalAll', ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
  const [a, b] = tensorsOf('equalAll', [x, y]);
  return wrap(sameShape(a.shape, b.shape) ? ops.all(ops.equal(a, b)) : ops.tensor(false));
});

/** Whether there is no element. */
export const isEmpty = define('isEmpty', ['x'], [], (x: TensorLike) =>
  wrap(ops.tensor(unwrap('isEmpty', x).size === 0)),
);
