import {
  type BinaryOp,
  binary,
  constant,
  type Expr,
  mapParts,
  type UnaryOp,
  unary,
} from './expr.ts';
import { fold } from './fold.ts';
import { isBinary, isUnary } from './primitives.ts';

/** A derivative that is 0 everywhere; kept apart from the number, so that 0 times Infinity cannot come of it. */
type Slope = Expr | null;

const TWO_OVER_SQRT_PI = 1.1283791670955126;

/** df/dx of the primitives of one number, in terms of x and f(x); null where it is 0 almost everywhere. */
const unarySlopes: Readonly<Record<UnaryOp, (x: Expr, f: Expr) => Slope>> = {
  neg: () => constant(-1),
  abs: (x) => x.sign(),
  sign: () => null,
  floor: () => null,
  ceil: () => null,
  round: () => null,
  trunc: () => null,
  sqrt: (_, f) => constant(0.5).div(f),
  exp: (_, f) => f,
  expm1: (x) => x.exp(),
  log: (x) => constant(1).div(x),
  log1p: (x) => constant(1).div(x.add(1)),
  sin: (x) => x.cos(),
  cos: (x) => x.sin().neg(),
  tan: (_, f) => f.square().add(1),
  asin: (x) => constant(1).div(constant(1).sub(x).mul(x.add(1)).sqrt()),
  acos: (x) => constant(-1).div(constant(1).sub(x).mul(x.add(1)).sqrt()),
  atan: (x) => constant(1).div(x.square().add(1)),
  tanh: (_, f) => constant(1).sub(f.square()),
  erf: (x) => x.square().neg().exp().mul(TWO_OVER_SQRT_PI),
  erfinv: (_, f) =>
    f
      .square()
      .exp()
      .mul(1 / TWO_OVER_SQRT_PI),
  lgamma: (x) => x.digamma(),
  digamma: (x) => binary('polygamma', 1, x),
  not: () => null,
  isNaN: () => null,
  bitNot: () => null,
  real: () => constant(1),
  imag: () => null,
  conj: () => constant(1),
};

/** Both partial derivatives of a primitive, computed only if asked for. */
interface Partials {
  readonly left: (x: Expr, y: Expr, f: Expr) => Slope;
  readonly right: (x: Expr, y: Expr, f: Expr) => Slope;
}

const one = () => constant(1);
const none = () => null;
const flat: Partials = { left: none, right: none };

/** min and max are not here: they choose a slope rather than multiply it. */
const binarySlopes: Readonly<Record<Exclude<BinaryOp, 'min' | 'max'>, Partials>> = {
  add: { left: one, right: one },
  sub: { left: one, right: () => constant(-1) },
  mul: { left: (_, y) => y, right: (x) => x },
  div: { left: (_, y) => constant(1).div(y), right: (_, y, f) => f.div(y).neg() },
  pow: {
    // y = 0 makes a constant, even where x^-1 is infinite.
    left: (x, y) => y.eq(0).select(0, y.mul(x.pow(y.sub(1)))),
    right: (x, _, f) => x.le(0).select(0, f.mul(x.log())),
  },
  mod: { left: one, right: (x, y) => unary('floor', x.div(y)).neg() },
  atan2: {
    left: (y, x) => x.div(x.square().add(y.square())),
    right: (y, x) => y.neg().div(x.square().add(y.square())),
  },
  lt: flat,
  le: flat,
  eq: flat,
  ne: flat,
  bitAnd: flat,
  bitOr: flat,
  bitXor: flat,
  shiftLeft: flat,
  shiftRight: flat,
  polygamma: { left: none, right: (n, x) => binary('polygamma', n.add(1), x) },
  complex: { left: one, right: none },
};

/**
 * The derivative of a formula with respect to one of its inputs, simplified; it shares the parts of the formula that
 * it needs. At corners: 0 for `abs` at 0; `min` and `max` of two inputs that tie give all to the first, as in TensorFlow,
 * while against a constant a tie gives nothing, so that relu'(0) = 0; steps have slope 0.
 * @example differentiate(input(0).tanh(), 0)   // 1 - tanh(x)²
 */
export function differentiate(formula: Expr, index: number): Expr {
  const slope = mapParts<Slope>(formula, (f, slopes) => {
    if (f.op === 'input') return f.value === index ? constant(1) : null;
    if (f.op === 'const' || slopes.every((s) => s === null)) return null;
    const { args } = f;
    if (f.op === 'select') return choose(args[0], slopes[1], slopes[2]);
    if (f.op === 'max') return choose(below(args[1], args[0], args[1]), slopes[0], slopes[1]);
    if (f.op === 'min') return choose(below(args[0], args[1], args[1]), slopes[0], slopes[1]);
    if (isUnary(f.op)) return times(unarySlopes[f.op](args[0], f), slopes[0]);
    if (!isBinary(f.op)) return f.op satisfies never;
    const { left, right } = binarySlopes[f.op];
    const [x, y] = args;
    return plus(
      slopes[0] && times(left(x, y, f), slopes[0]),
      slopes[1] && times(right(x, y, f), slopes[1]),
    );
  });
  return slope ? fold(slope) : constant(0);
}

/** low < high, or low <= high if ties belong to the first of two operands, whose `second` is not a constant. */
const below = (low: Expr, high: Expr, second: Expr): Expr =>
  second.op === 'const' ? low.lt(high) : low.le(high);

function choose(condition: Expr, a: Slope, b: Slope): Slope {
  return a === null && b === null ? null : condition.select(a ?? 0, b ?? 0);
}

function times(a: Slope, b: Slope): Slope {
  return a && b ? a.mul(b) : null;
}

function plus(a: Slope, b: Slope): Slope {
  return a && b ? a.add(b) : (a ?? b);
}
