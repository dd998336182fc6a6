// Formulas of random launches.
import { constant, type Expr, input } from '../../src/expr/index.ts';
import type { Draw } from './draw.ts';
import type { Taste } from './launch.ts';

/** Formulas of one number that float32 computes as well as float64 does, from any number of ordinary size. */
export const tameUnary: readonly ((x: Expr) => Expr)[] = [
  (x) => x,
  (x) => x.max(0),
  (x) => x.max(x.mul(0.2)),
  (x) => x.neg(),
  (x) => x.abs(),
  (x) => x.sign(),
  (x) => x.square(),
  (x) => x.floor().add(x.round()).sub(x.trunc().mul(2)),
  (x) => x.exp(),
  (x) => x.expm1(),
  (x) => x.tanh(),
  (x) => x.mul(0.5).tanh().mul(0.5).add(0.5),
  (x) => x.sin().add(x.cos()),
  (x) => x.erf(),
  (x) => x.abs().add(0.1).sqrt(),
  (x) => x.abs().add(0.1).log(),
  (x) => x.abs().log1p(),
  (x) => x.abs().add(0.5).pow(-1.5),
  (x) => x.min(0.9).max(-0.9).erfinv(),
  (x) => x.abs().add(1).lgamma(), // has no kernel but the reference
];

const tameBinary: readonly ((x: Expr, y: Expr) => Expr)[] = [
  (x, y) => x.add(y),
  (x, y) => x.sub(y),
  (x, y) => x.mul(y),
  (x, y) => x.div(y.abs().add(0.5)),
  (x, y) => x.min(y),
  (x, y) => x.max(y),
  (x, y) => x.lt(y),
  (x, y) => x.le(y),
  (x, y) => x.eq(y),
  (x, y) => x.ne(y),
  (x, y) => x.lt(y).select(x.mul(2), y),
  (x, y) => x.ne(0).select(x, y),
];

/** Three operations at most, whose result is good to a few units in the last place. */
export function tameFormula(draw: Draw, inputs: number): Expr {
  const first = draw.pick(tameUnary)(input(0));
  return inputs < 2 ? first : draw.pick(tameBinary)(first, input(draw.whole(1, inputs - 1)));
}

/** Operations that have kernels of their own, whatever comes out. */
const wildUnary: readonly ((x: Expr) => Expr)[] = [
  ...tameUnary.slice(0, -1),
  (x) => x.sqrt(),
  (x) => x.log(),
  (x) => x.log1p(),
  (x) => x.tan(),
  (x) => x.erfinv(),
  (x) => x.eq(0),
  (x) => x.isNaN(),
  (x) => x.not(),
  (x) => x.pow(0.5),
  (x) => x.pow(3),
  (x) => x.pow(-2.25),
];

const wildBinary: readonly ((x: Expr, y: Expr) => Expr)[] = [
  ...tameBinary,
  (x, y) => x.div(y),
  (x, y) => x.mod(y),
];

/** A random formula over the inputs; what comes out may be anything. */
export function wildFormula(draw: Draw, inputs: number, depth = 4): Expr {
  if (depth === 0 || draw.chance(0.2)) {
    return draw.chance(0.8)
      ? input(draw.whole(0, inputs - 1))
      : constant(draw.pick([0, -0, 1, -2.5, 1e-30, 1e30, NaN, Infinity]));
  }
  const x = wildFormula(draw, inputs, depth - 1);
  if (draw.chance(0.5)) return draw.pick(wildUnary)(x);
  return draw.pick(wildBinary)(x, wildFormula(draw, inputs, depth - 1));
}

/** Activations that keep the error of a sum as small as it was. */
export const activations = (draw: Draw, { tame }: Taste): Expr | null => {
  if (draw.chance(0.5)) return null;
  const x = input(0);
  const steady = [x.max(0), x.max(x.mul(0.2)), x.tanh(), x.mul(0.5).tanh().add(1), x.max(0).min(6)];
  return draw.pick(tame ? steady : tameUnary.slice(0, -1).map((f) => f(x)));
};
