import { type Expr, input } from '../expr/index.ts';
import { elementwise, scatterAdd, zeros } from '../ops/index.ts';
import type { Occurrences } from '../ops/indexing/occurrences.ts';
import type { Shape, Tensor } from '../tensor/index.ts';

/** A gradient as a formula over tensors: clipping and averaging are done where it is used. */
export interface GradientFormula {
  readonly inputs: readonly Tensor[];
  readonly formula: (...inputs: Expr[]) => Expr;
  /** What the first of the inputs is the sum of, if it comes from looked-up rows. */
  readonly occurrences?: Occurrences | null;
}

/** The gradient as a tensor. */
export const materialized = ({ inputs, formula }: GradientFormula): Tensor =>
  elementwise('gradient', formula, inputs);

/** Values for each occurrence, added up for the rows. */
const inRows = ({ indices }: Occurrences, values: Tensor, shape: Shape): Tensor =>
  scatterAdd(zeros(shape, { dtype: values.dtype }), indices, values);

/** The gradient computed: a formula of one tensor, and of each occurrence by itself. */
export function finished(gradient: GradientFormula): GradientFormula {
  const { inputs, formula, occurrences } = gradient;
  const same = (g: Expr): Expr => g;
  if (!occurrences) return { inputs: [materialized(gradient)], formula: same };
  const updates = elementwise('gradient', formula, [occurrences.updates, ...inputs.slice(1)]);
  const whole = inRows(occurrences, updates, inputs[0].shape);
  return { inputs: [whole], formula: same, occurrences: { ...occurrences, updates } };
}

/** The sum over occurrences of what `summand` makes of them; null where there are none or it makes nothing. */
export function sumOfOccurrences(
  { inputs, formula, occurrences }: GradientFormula,
  shape: Shape,
  summand: (g: Expr) => Expr | null,
): Tensor | null {
  if (!occurrences) return null;
  const operands = [occurrences.updates, ...inputs.slice(1)];
  const each = summand(formula(...operands.map((_, i) => input(i))));
  return each ? inRows(occurrences, elementwise('summand', each, operands), shape) : null;
}
