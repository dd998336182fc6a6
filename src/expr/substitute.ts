import { Expr, mapParts } from './expr.ts';

/**
 * The formula with other formulas in the place of its inputs; those without a replacement stay.
 * @example substitute(input(0).exp(), [input(1).neg()])   // exp(-input 1)
 */
export const substitute = (formula: Expr, replacements: readonly (Expr | undefined)[]): Expr =>
  mapParts<Expr>(formula, (part, args) => {
    if (part.op === 'input') return replacements[part.value] ?? part;
    return args.every((arg, i) => arg === part.args[i])
      ? part
      : new Expr(part.op, args, part.value);
  });
