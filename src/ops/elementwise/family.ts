import type { Tensor } from '../../tensor/index.ts';
import type { TensorLike } from '../tensor-like.ts';
import { type ElementwiseOptions, elementwise } from './elementwise.ts';
import { type Formula, formulaOf } from './formulas.ts';

/** An operation of one operand, its formula built once. */
export function unaryOp(name: string, formula: Formula, options?: ElementwiseOptions) {
  const built = typeof formula === 'function' ? formulaOf(formula) : formula;
  return (x: TensorLike): Tensor => elementwise(name, built, [x], options);
}

/** An operation of two operands, broadcast together, its formula built once. */
export function binaryOp(name: string, formula: Formula, options?: ElementwiseOptions) {
  const built = typeof formula === 'function' ? formulaOf(formula) : formula;
  return (a: TensorLike, b: TensorLike): Tensor => elementwise(name, built, [a, b], options);
}
