import { type Expr, mapParts } from './expr.ts';
import { binaryFunctions, isBinary, isUnary, unaryFunctions } from './primitives.ts';

/** What a part of a formula gives, from its operands' values, on float64 numbers. */
export function evaluatePart(
  part: Expr,
  args: readonly number[],
  inputs: readonly number[],
): number {
  const { op, value } = part;
  if (isUnary(op)) return unaryFunctions[op](args[0]);
  if (isBinary(op)) return binaryFunctions[op](args[0], args[1]);
  switch (op) {
    case 'input':
      return inputs[value];
    case 'const':
      return value;
    case 'select':
      return args[0] !== 0 ? args[1] : args[2];
    default:
      return op satisfies never;
  }
}

/**
 * The formula's value once; `compile` is for many times.
 * @example evaluate(input(0).mul(2), [3])   // 6
 */
export const evaluate = (formula: Expr, inputs: readonly number[]): number =>
  mapParts<number>(formula, (part, args) => evaluatePart(part, args, inputs));
