import type { Expr } from '../../../expr/index.ts';
import type { FloatType, KernelBuilder, Value } from '../builder/index.ts';
import * as math from '../builder/math.ts';

/** What a plan may ask of a gradient's kernel besides: a formula of the result and of a tensor beside it. */
export interface Following {
  readonly following?: Expr;
}

type Lower = (b: KernelBuilder, ...args: Value[]) => Value;

const flag = (condition: Value, like: Value): Value => condition.select(like.like(1), 0);

/** Formulas of one's own arithmetic: operations that are missing here run as reference kernels. */
const lowering: Readonly<Partial<Record<Expr['op'], Lower>>> = {
  neg: (_, x) => x.neg(),
  abs: (_, x) => x.abs(),
  sign: (_, x) => x.gt(0).select(x.like(1), x.lt(0).select(x.like(-1), x)),
  floor: (_, x) => x.floor(),
  ceil: (_, x) => x.ceil(),
  round: (_, x) => x.nearest(),
  trunc: (_, x) => x.trunc(),
  sqrt: (_, x) => x.sqrt(),
  exp: math.exp,
  expm1: math.expm1,
  log: math.log,
  log1p: math.log1p,
  sin: math.sin,
  cos: math.cos,
  tan: (b, x) => math.sin(b, x).div(math.cos(b, x)),
  tanh: math.tanh,
  erf: math.erf,
  erfinv: math.erfinv,
  not: (_, x) => flag(x.eq(0), x),
  isNaN: (_, x) => flag(x.ne(x), x),
  add: (_, x, y) => x.add(y),
  sub: (_, x, y) => x.sub(y),
  mul: (_, x, y) => x.mul(y),
  div: (_, x, y) => x.div(y),
  // pmin and pmax keep a NaN on the left; with a constant on the right that is all there is to keep.
  min: (_, x, y) => (isNumber(y) ? x.pmin(y) : isNumber(x) ? y.pmin(x) : x.min(y)),
  max: (_, x, y) => (isNumber(y) ? x.pmax(y) : isNumber(x) ? y.pmax(x) : x.max(y)),
  mod: (_, x, y) => x.sub(x.div(y).floor().mul(y)),
  lt: (_, x, y) => flag(x.lt(y), x),
  le: (_, x, y) => flag(x.le(y), x),
  eq: (_, x, y) => flag(x.eq(y), x),
  ne: (_, x, y) => flag(x.ne(y), x),
  select: (_, c, x, y) => c.ne(0).select(x, y),
};

const isNumber = (x: Value): boolean => x.op === 'const' && !Number.isNaN(x.immediate);

const conditions = new Set<Expr['op']>(['lt', 'le', 'eq', 'ne']);

/** Powers with these exponents are products and square roots; others are left to the reference. */
function power(b: KernelBuilder, x: Value, exponent: number): Value | null {
  const size = Math.abs(exponent);
  const quarters = size * 4;
  if (!Number.isInteger(quarters) || size > 16) return null;
  let result: Value | null = null;
  const times = (factor: Value) => {
    result = result ? b.let(result.mul(factor)) : factor;
  };
  let square = x;
  for (let n = Math.floor(size); n > 0; n >>= 1) {
    if (n & 1) times(square);
    if (n > 1) square = b.let(square.mul(square));
  }
  if (quarters & 2) times(b.let(x.sqrt()));
  if (quarters & 1) times(b.let(b.let(x.sqrt()).sqrt()));
  const product = result ?? x.like(1);
  return exponent < 0 ? b.let(x.like(1).div(product)) : product;
}

/** Whether every part of the formula can be lowered. */
export function canLower(formula: Expr): boolean {
  const seen = new Set<Expr>();
  const check = (e: Expr): boolean => {
    if (seen.has(e)) return true;
    seen.add(e);
    if (e.op === 'pow') {
      const exponent = e.args[1];
      const size = Math.abs(exponent.value);
      if (exponent.op !== 'const' || size > 16 || !Number.isInteger(size * 4)) return false;
      return check(e.args[0]);
    }
    if (e.op !== 'input' && e.op !== 'const' && !lowering[e.op]) return false;
    return e.args.every(check);
  };
  return check(formula);
}

/** Computes formulas, with shared parts computed once. */
export class FormulaWriter {
  readonly #b: KernelBuilder;
  readonly #type: FloatType;
  readonly #inputs: readonly Value[];
  readonly #done = new Map<string, Value>();

  constructor(b: KernelBuilder, type: FloatType, inputs: readonly Value[]) {
    this.#b = b;
    this.#type = type;
    this.#inputs = inputs;
  }

  write(formula: Expr): Value {
    const { op, args, value } = formula;
    if (op === 'input') return this.#inputs[value];
    if (op === 'const') return this.#b.constant(this.#type, value);
    const known = this.#done.get(formula.key);
    if (known) return known;
    const result = this.#compute(formula, op, args);
    const named = result.op === 'get' ? result : this.#b.let(result);
    this.#done.set(formula.key, named);
    return named;
  }

  #compute(formula: Expr, op: Expr['op'], args: readonly Expr[]): Value {
    if (op === 'pow') {
      const result = power(this.#b, this.write(args[0]), args[1].value);
      if (result) return result;
    }
    if (op === 'select' && conditions.has(args[0].op)) return this.#choose(args);
    const lower = lowering[op];
    if (!lower) throw new TypeError(`no code for ${formula.key}`);
    return lower(this.#b, ...args.map((arg) => this.write(arg)));
  }

  /** A comparison that only steers a choice stays a mask. */
  #choose([condition, yes, no]: readonly Expr[]): Value {
    const [x, y] = condition.args.map((arg) => this.write(arg));
    const mask =
      condition.op === 'lt'
        ? x.lt(y)
        : condition.op === 'le'
          ? x.le(y)
          : condition.op === 'eq'
            ? x.eq(y)
            : x.ne(y);
    return mask.select(this.write(yes), this.write(no));
  }
}
