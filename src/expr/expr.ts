/** Primitive functions of one number. */
export const unaryOps = [
  'neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'exp', 'expm1', 'log', 'log1p',
  'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'tanh', 'erf', 'erfinv', 'lgamma', 'digamma', 'not',
  'isNaN', 'bitNot',
] as const;

/** Primitive functions of two numbers; comparisons give 1 or 0. */
export const binaryOps = [
  'add', 'sub', 'mul', 'div', 'min', 'max', 'pow', 'mod', 'atan2', 'lt', 'le', 'eq', 'ne',
  'bitAnd', 'bitOr', 'bitXor', 'shiftLeft', 'shiftRight',
] as const;

export type UnaryOp = (typeof unaryOps)[number];
export type BinaryOp = (typeof binaryOps)[number];
export type ExprOp = UnaryOp | BinaryOp | 'input' | 'const' | 'select';

/** What the fluent methods take: a number stands for a constant. */
export type Operand = Expr | number;

/**
 * A scalar formula: a graph of primitives over numbered inputs. Elementwise operations are written as formulas; every
 * backend's kernel and the gradient are derived from them.
 *
 * Meaning of the primitives where it is not obvious: `min` and `max` give NaN if either side is NaN; `round` rounds
 * halves to even; `mod` has the divisor's sign, as in Python; `select(c, a, b)` is a where c is not 0.
 * @example const relu = unary((x) => x.max(0));
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

  /** Equal formulas have equal keys: kernels are cached by it. */
  get key(): string {
    this.#key ??=
      this.op === 'const'
        ? Object.is(this.value, -0) ? '-0' : String(this.value)
        : this.op === 'input'
          ? `$${this.value}`
          : `${this.op}(${this.args.map((arg) => arg.key).join(',')})`;
    return this.#key;
  }

  add(y: Operand): Expr { return binary('add', this, y); }
  sub(y: Operand): Expr { return binary('sub', this, y); }
  mul(y: Operand): Expr { return binary('mul', this, y); }
  div(y: Operand): Expr { return binary('div', this, y); }
  min(y: Operand): Expr { return binary('min', this, y); }
  max(y: Operand): Expr { return binary('max', this, y); }
  pow(y: Operand): Expr { return binary('pow', this, y); }
  mod(y: Operand): Expr { return binary('mod', this, y); }
  atan2(y: Operand): Expr { return binary('atan2', this, y); }
  lt(y: Operand): Expr { return binary('lt', this, y); }
  le(y: Operand): Expr { return binary('le', this, y); }
  gt(y: Operand): Expr { return binary('lt', asExpr(y), this); }
  ge(y: Operand): Expr { return binary('le', asExpr(y), this); }
  eq(y: Operand): Expr { return binary('eq', this, y); }
  ne(y: Operand): Expr { return binary('ne', this, y); }
  neg(): Expr { return unary('neg', this); }
  abs(): Expr { return unary('abs', this); }
  sign(): Expr { return unary('sign', this); }
  floor(): Expr { return unary('floor', this); }
  ceil(): Expr { return unary('ceil', this); }
  round(): Expr { return unary('round', this); }
  sqrt(): Expr { return unary('sqrt', this); }
  square(): Expr { return binary('mul', this, this); }
  exp(): Expr { return unary('exp', this); }
  expm1(): Expr { return unary('expm1', this); }
  log(): Expr { return unary('log', this); }
  log1p(): Expr { return unary('log1p', this); }
  sin(): Expr { return unary('sin', this); }
  cos(): Expr { return unary('cos', this); }
  tanh(): Expr { return unary('tanh', this); }
  erf(): Expr { return unary('erf', this); }
  not(): Expr { return unary('not', this); }
  /** `a` where this is not 0, else `b`. */
  select(a: Operand, b: Operand): Expr {
    return new Expr('select', [this, asExpr(a), asExpr(b)]);
  }
}

/** The formula's `index`-th input. */
export const input = (index: number): Expr => new Expr('input', [], index);
export const constant = (value: number): Expr => new Expr('const', [], value);
export const asExpr = (x: Operand): Expr => (typeof x === 'number' ? constant(x) : x);
export const unary = (op: UnaryOp, x: Operand): Expr => new Expr(op, [asExpr(x)]);
export const binary = (op: BinaryOp, x: Operand, y: Operand): Expr =>
  new Expr(op, [asExpr(x), asExpr(y)]);
