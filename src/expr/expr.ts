/** Primitive functions of one number. */
// biome-ignore format: a list, not a column
export const unaryOps = [
  'neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'exp', 'expm1', 'log', 'log1p',
  'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'tanh', 'erf', 'erfinv', 'lgamma', 'digamma',
  'not', 'isNaN', 'bitNot', 'real', 'imag', 'conj',
] as const;

/** Primitive functions of two numbers; comparisons give 1 or 0. */
// biome-ignore format: a list, not a column
export const binaryOps = [
  'add', 'sub', 'mul', 'div', 'min', 'max', 'pow', 'mod', 'atan2', 'lt', 'le', 'eq', 'ne',
  'bitAnd', 'bitOr', 'bitXor', 'shiftLeft', 'shiftRight', 'polygamma', 'complex',
] as const;

/** Name of a primitive of one number. */
export type UnaryOp = (typeof unaryOps)[number];
/** Name of a primitive of two numbers. */
export type BinaryOp = (typeof binaryOps)[number];
/** What a part of a formula may be. */
export type ExprOp = UnaryOp | BinaryOp | 'input' | 'const' | 'select';

/** What the fluent methods take: a number stands for a constant. */
export type Operand = Expr | number;

/**
 * A scalar formula: a graph of primitives over numbered inputs. Elementwise operations are written as formulas; every
 * backend's kernel and the gradient are derived from them.
 *
 * Meaning of the primitives where it is not obvious: `min` and `max` give NaN if either side is NaN; `round` rounds
 * halves to even; `mod` has the divisor's sign, as in Python; `select(c, a, b)` is a where c is not 0;
 * `polygamma(n, x)` is the n-th derivative of digamma. Bits are those of two's complement whole numbers; shifts do not
 * lose bits before the result is stored. Of a real number, `real` and `conj` are itself and `imag` is 0.
 * @example const relu = input(0).max(0);
 */
export class Expr {
  readonly op: ExprOp;
  readonly args: readonly Expr[];
  /** The constant, or the input's number. */
  readonly value: number;
  #key: string | undefined;

  constructor(op: ExprOp, args: readonly Expr[], value = 0) {
    this.op = op;
    this.args = args;
    this.value = value;
  }

  /** Equal formulas have equal keys, one word per distinct part: kernels are cached by it. */
  get key(): string {
    this.#key ??= writeKey(this);
    return this.#key;
  }

  add(y: Operand): Expr {
    return binary('add', this, y);
  }
  sub(y: Operand): Expr {
    return binary('sub', this, y);
  }
  mul(y: Operand): Expr {
    return binary('mul', this, y);
  }
  div(y: Operand): Expr {
    return binary('div', this, y);
  }
  min(y: Operand): Expr {
    return binary('min', this, y);
  }
  max(y: Operand): Expr {
    return binary('max', this, y);
  }
  pow(y: Operand): Expr {
    return binary('pow', this, y);
  }
  mod(y: Operand): Expr {
    return binary('mod', this, y);
  }
  atan2(y: Operand): Expr {
    return binary('atan2', this, y);
  }
  lt(y: Operand): Expr {
    return binary('lt', this, y);
  }
  le(y: Operand): Expr {
    return binary('le', this, y);
  }
  gt(y: Operand): Expr {
    return binary('lt', asExpr(y), this);
  }
  ge(y: Operand): Expr {
    return binary('le', asExpr(y), this);
  }
  eq(y: Operand): Expr {
    return binary('eq', this, y);
  }
  ne(y: Operand): Expr {
    return binary('ne', this, y);
  }
  neg(): Expr {
    return unary('neg', this);
  }
  abs(): Expr {
    return unary('abs', this);
  }
  sign(): Expr {
    return unary('sign', this);
  }
  floor(): Expr {
    return unary('floor', this);
  }
  ceil(): Expr {
    return unary('ceil', this);
  }
  round(): Expr {
    return unary('round', this);
  }
  trunc(): Expr {
    return unary('trunc', this);
  }
  sqrt(): Expr {
    return unary('sqrt', this);
  }
  square(): Expr {
    return binary('mul', this, this);
  }
  exp(): Expr {
    return unary('exp', this);
  }
  expm1(): Expr {
    return unary('expm1', this);
  }
  log(): Expr {
    return unary('log', this);
  }
  log1p(): Expr {
    return unary('log1p', this);
  }
  sin(): Expr {
    return unary('sin', this);
  }
  cos(): Expr {
    return unary('cos', this);
  }
  tan(): Expr {
    return unary('tan', this);
  }
  asin(): Expr {
    return unary('asin', this);
  }
  acos(): Expr {
    return unary('acos', this);
  }
  atan(): Expr {
    return unary('atan', this);
  }
  tanh(): Expr {
    return unary('tanh', this);
  }
  erf(): Expr {
    return unary('erf', this);
  }
  erfinv(): Expr {
    return unary('erfinv', this);
  }
  lgamma(): Expr {
    return unary('lgamma', this);
  }
  digamma(): Expr {
    return unary('digamma', this);
  }
  not(): Expr {
    return unary('not', this);
  }
  isNaN(): Expr {
    return unary('isNaN', this);
  }
  /** `a` where this is not 0, else `b`. */
  select(a: Operand, b: Operand): Expr {
    return new Expr('select', [this, asExpr(a), asExpr(b)]);
  }
}

/** The formula's `index`-th input. */
export const input = (index: number): Expr => new Expr('input', [], index);
/** A number as a formula. */
export const constant = (value: number): Expr => new Expr('const', [], value);
/** The operand as a formula: numbers become constants. */
export const asExpr = (x: Operand): Expr => (typeof x === 'number' ? constant(x) : x);
/** A primitive of one number, by its name. */
export const unary = (op: UnaryOp, x: Operand): Expr => new Expr(op, [asExpr(x)]);
/** A primitive of two numbers, by its name. */
export const binary = (op: BinaryOp, x: Operand, y: Operand): Expr =>
  new Expr(op, [asExpr(x), asExpr(y)]);

/**
 * Visits the formula's parts, operands before their users, each once: what is made of a formula with shared parts
 * must not grow with the number of paths through it.
 */
export function mapParts<T>(root: Expr, make: (part: Expr, args: readonly T[]) => T): T {
  const made = new Map<Expr, T>();
  const stack = [root];
  while (stack.length) {
    const part = stack[stack.length - 1];
    const waiting = made.has(part) ? [] : part.args.filter((arg) => !made.has(arg));
    if (waiting.length) {
      stack.push(...waiting.reverse());
      continue;
    }
    stack.pop();
    if (made.has(part)) continue;
    const args = part.args.map((arg) => made.get(arg) as T);
    made.set(part, make(part, args));
  }
  return made.get(root) as T;
}

/** One word per distinct part, in which %n stands for the n-th. */
function writeKey(root: Expr): string {
  const words = new Map<string, number>();
  mapParts<number>(root, (part, args) => {
    const word = writePart(part, args);
    const number = words.get(word) ?? words.size;
    words.set(word, number);
    return number;
  });
  return [...words.keys()].join(' ');
}

function writePart({ op, value }: Expr, args: readonly number[]): string {
  if (op === 'input') return `$${value}`;
  if (op === 'const') return Object.is(value, -0) ? '-0' : String(value);
  return `${op}(${args.map((arg) => `%${arg}`)})`;
}
