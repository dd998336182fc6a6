import { input, unary } from '../../expr/index.ts';
import { Tensor } from '../../tensor/index.ts';
import { asTensorBeside, type TensorLike } from '../tensor-like.ts';
import { commonType, elementwise, isNumber } from './elementwise.ts';
import { binaryOp, unaryOp } from './family.ts';

const x = input(0);
const y = input(1);
const bool = { dtype: 'bool' } as const;

/** Whether both are equal; NaN equals nothing. A bool tensor, as all comparisons give. */
export const equal = binaryOp('equal', x.eq(y), bool);

/** Whether both differ. */
export const notEqual = binaryOp('notEqual', x.ne(y), bool);

/** Whether `a < b`. */
export const less = binaryOp('less', x.lt(y), bool);

/** Whether `a <= b`. */
export const lessEqual = binaryOp('lessEqual', x.le(y), bool);

/** Whether `a > b`. */
export const greater = binaryOp('greater', x.gt(y), bool);

/** Whether `a >= b`. */
export const greaterEqual = binaryOp('greaterEqual', x.ge(y), bool);

/** Whether both are true (not 0). */
export const logicalAnd = binaryOp('logicalAnd', x.ne(0).mul(y.ne(0)), bool);

/** Whether one or both are true (not 0). */
export const logicalOr = binaryOp('logicalOr', x.ne(0).max(y.ne(0)), bool);

/** Whether one of both is true (not 0). */
export const logicalXor = binaryOp('logicalXor', x.ne(0).ne(y.ne(0)), bool);

/** Whether the element is false (0). */
export const logicalNot = unaryOp('logicalNot', x.not(), bool);

/** Whether the number is NaN. */
const whetherNaN = unaryOp('isNaN', unary('isNaN', x), bool);

/** Whether the number is infinite. */
export const isInf = unaryOp('isInf', x.abs().eq(Number.POSITIVE_INFINITY), bool);

/** Whether the number is neither infinite nor NaN. */
const whetherFinite = unaryOp('isFinite', x.abs().lt(Number.POSITIVE_INFINITY), bool);

// The globals of these names stay as they are in this file.
export { whetherFinite as isFinite, whetherNaN as isNaN };

/** How close numbers must be. */
export interface ClosenessOptions {
  /** Difference allowed as a share of |b|; 1e-5. */
  readonly relative?: number;
  /** Difference allowed whatever the size; 1e-8. */
  readonly absolute?: number;
  /** Whether NaN is close to NaN. */
  readonly equalNaN?: boolean;
}

/** Whether `|a - b| <= absolute + relative * |b|`, as `numpy.isclose`. */
export function isClose(
  a: TensorLike,
  b: TensorLike,
  { relative = 1e-5, absolute = 1e-8, equalNaN = false }: ClosenessOptions = {},
): Tensor {
  return elementwise(
    'isClose',
    (p, q) => {
      const size = q.abs();
      const within = p.sub(q).abs().le(size.mul(relative).add(absolute));
      const near = p.eq(q).max(within.mul(size.lt(Number.POSITIVE_INFINITY)));
      return equalNaN ? near.max(unary('isNaN', p).mul(unary('isNaN', q))) : near;
    },
    [a, b],
    bool,
  );
}

/** `a` where the condition holds (is not 0), else `b`; all three are broadcast together. */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  const given = [condition, a, b].filter((x) => x instanceof Tensor);
  const choices = [a, b].map((x) => (isNumber(x) ? x : asTensorBeside('where', x, given)));
  const tensors = choices.filter((x) => x instanceof Tensor);
  const bools = choices.every((x) => typeof x === 'boolean');
  const dtype = tensors.length
    ? commonType(tensors, choices.filter(isNumber).map(Number))
    : bools
      ? 'bool'
      : 'float32';
  const asked = asTensorBeside('where', condition, given);
  return elementwise('where', chooseFormula, [asked, ...choices], { dtype });
}

const chooseFormula = x.select(y, input(2));
