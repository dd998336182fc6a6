import { differentiate, Expr, fold, input, mapParts, substitute } from '../../expr/index.ts';
import type { Tensor } from '../../tensor/index.ts';

// Formulas are made once and used often: what is derived from one is remembered with it, and goes with it.

/** A scalar formula: ready, or a function that builds it from the operands. */
export type Formula = Expr | ((...operands: Expr[]) => Expr);

/** Own derivatives of a formula with respect to its operands; null stands for the computed one. */
export type Slopes = (...operands: Expr[]) => readonly (Expr | null)[];

/** A formula from a function of its inputs, built once. */
export const formulaOf = (build: (...inputs: Expr[]) => Expr): Expr =>
  build(...Array.from({ length: build.length }, (_, i) => input(i)));

function remembered<V>(make: (formula: Expr) => V): (formula: Expr) => V {
  const known = new WeakMap<Expr, V>();
  return (formula) => {
    let value = known.get(formula);
    if (value === undefined) {
      value = make(formula);
      known.set(formula, value);
    }
    return value;
  };
}

/** More simplified formulas than this are numbers that change all the time. */
const mostFolded = 1024;
const folded = new Map<string, Expr>();

/** `fold`, remembered: equal formulas give one and the same, also where they are built anew each time. */
export const simplified = remembered((formula) => {
  let known = folded.get(formula.key);
  if (!known) {
    known = fold(formula);
    if (folded.size >= mostFolded) folded.clear();
    folded.set(formula.key, known);
  }
  return known;
});

/** More variants of a formula than this are numbers that change all the time. */
const mostVariants = 64;
const variants = remembered(() => new Map<string, Expr>());

/** The formula of the operands: inputs as they are numbered, constants where they are numbers. */
export function bind(formula: Formula, operands: readonly Expr[]): Expr {
  if (!(formula instanceof Expr)) return formula(...operands);
  if (operands.every((operand, i) => operand.op === 'input' && operand.value === i)) return formula;
  const known = variants(formula);
  const key = operands.map((operand) => operand.key).join(' ');
  let bound = known.get(key);
  if (!bound) {
    bound = substitute(formula, operands);
    if (known.size >= mostVariants) known.clear();
    known.set(key, bound);
  }
  return bound;
}

/** The gradient times a slope; 0 stays 0 whatever the gradient is. */
export function gradientTimes(gradient: Expr, slope: Expr): Expr {
  const folded = fold(slope);
  return folded.op === 'const' && folded.value === 0 ? folded : gradient.mul(folded);
}

const products = remembered(() => new WeakMap<object, Map<string, Expr>>());

/** Own slopes of a formula that is bound: for the n-th input. */
export interface BoundSlopes {
  readonly source: Slopes;
  readonly of: (index: number) => Expr | null;
}

/**
 * The gradient of the result, as input `count`, times the formula's slope in input `index`: the
 * formula that the gradient of that input is contracted from.
 */
export function gradientProduct(
  formula: Expr,
  index: number,
  count: number,
  own?: BoundSlopes,
): Expr {
  const sources = products(formula);
  const source = own?.source ?? formula;
  let known = sources.get(source);
  if (!known) {
    known = new Map();
    sources.set(source, known);
  }
  const key = `${index} ${count}`;
  let product = known.get(key);
  if (!product) {
    const slope = own?.of(index) ?? differentiate(formula, index);
    product = gradientTimes(input(count), slope);
    known.set(key, product);
  }
  return product;
}

interface Used {
  /** The formula with the inputs it uses numbered from 0 on. */
  readonly formula: Expr;
  /** Their former numbers. */
  readonly order: readonly number[];
}

const used = remembered((formula): Used => {
  const seen = new Set<number>();
  mapParts<void>(formula, ({ op, value }) => {
    if (op === 'input') seen.add(value);
  });
  const order = [...seen].sort((a, b) => a - b);
  if (order.every((number, i) => number === i)) return { formula, order };
  const operands: Expr[] = [];
  order.forEach((number, i) => {
    operands[number] = input(i);
  });
  return { formula: substitute(formula, operands), order };
});

/** Leaves out the tensors that a formula does not use and numbers the rest anew. */
export function usedInputs(formula: Expr, tensors: readonly Tensor[]): [Expr, Tensor[]] {
  const { formula: renumbered, order } = used(formula);
  return [renumbered, order.map((i) => tensors[i])];
}
