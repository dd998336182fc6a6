/**
 * Types of a kernel's values. `f32v` and `i32v` are vectors of as many lanes as the target has; `mask` is the outcome of
 * comparing vectors, fit for `select` alone.
 */
export type ValueType = 'i32' | 'f32' | 'f32v' | 'i32v' | 'mask';

export type ValueOp =
  | 'const'
  | 'get'
  | 'load'
  | 'loadU8'
  | 'loadSplat'
  | 'loadFirst'
  | 'splat'
  | 'lane'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'divU'
  | 'remU'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shrS'
  | 'shrU'
  | 'min'
  | 'max'
  | 'pmin'
  | 'pmax'
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'nearest'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'ltU'
  | 'geU'
  | 'not'
  | 'select'
  | 'toF32'
  | 'toI32'
  | 'bitsOfF32'
  | 'f32OfBits'
  | 'multiplyAdd'
  | 'emulatedMultiplyAdd'
  | 'gather'
  | 'bits'
  | 'firstBit'
  | 'laneNumbers';

/** A number, or what stands for one in a kernel. */
export type Term = Value | number;

/**
 * An expression of a kernel: a tree that each target turns into instructions. It is computed anew wherever it appears;
 * `KernelBuilder.let` names a value to compute it once.
 */
export class Value {
  readonly type: ValueType;
  readonly op: ValueOp;
  readonly args: readonly Value[];
  /** Constant, variable number, byte offset, lane or count, as the operation needs. */
  readonly immediate: number;
  /** Second immediate: the count of a partial load, the column of a transpose. */
  readonly immediate2: number;

  constructor(
    type: ValueType,
    op: ValueOp,
    args: readonly Value[] = [],
    immediate = 0,
    immediate2 = 0,
  ) {
    this.type = type;
    this.op = op;
    this.args = args;
    this.immediate = immediate;
    this.immediate2 = immediate2;
  }

  add(y: Term): Value {
    return this.#arithmetic('add', y);
  }
  sub(y: Term): Value {
    return this.#arithmetic('sub', y);
  }
  mul(y: Term): Value {
    return this.#arithmetic('mul', y);
  }
  div(y: Term): Value {
    return this.#arithmetic('div', y);
  }
  divU(y: Term): Value {
    return this.#arithmetic('divU', y);
  }
  remU(y: Term): Value {
    return this.#arithmetic('remU', y);
  }
  and(y: Term): Value {
    return this.#arithmetic('and', y);
  }
  or(y: Term): Value {
    return this.#arithmetic('or', y);
  }
  xor(y: Term): Value {
    return this.#arithmetic('xor', y);
  }
  /** Shifts take the same count for all lanes. */
  shl(count: number): Value {
    return new Value(this.type, 'shl', [this], count);
  }
  shrS(count: number): Value {
    return new Value(this.type, 'shrS', [this], count);
  }
  shrU(count: number): Value {
    return new Value(this.type, 'shrU', [this], count);
  }
  /** NaN if either is NaN. */
  min(y: Term): Value {
    return this.#arithmetic('min', y);
  }
  max(y: Term): Value {
    return this.#arithmetic('max', y);
  }
  /** y < this ? y : this; one instruction on every target, and NaN in `this` stays. */
  pmin(y: Term): Value {
    return this.#arithmetic('pmin', y);
  }
  /** this < y ? y : this. */
  pmax(y: Term): Value {
    return this.#arithmetic('pmax', y);
  }
  neg(): Value {
    return new Value(this.type, 'neg', [this]);
  }
  abs(): Value {
    return new Value(this.type, 'abs', [this]);
  }
  sqrt(): Value {
    return new Value(this.type, 'sqrt', [this]);
  }
  floor(): Value {
    return new Value(this.type, 'floor', [this]);
  }
  ceil(): Value {
    return new Value(this.type, 'ceil', [this]);
  }
  trunc(): Value {
    return new Value(this.type, 'trunc', [this]);
  }
  /** To the nearest integer, halves to even. */
  nearest(): Value {
    return new Value(this.type, 'nearest', [this]);
  }
  eq(y: Term): Value {
    return this.#compare('eq', y);
  }
  ne(y: Term): Value {
    return this.#compare('ne', y);
  }
  lt(y: Term): Value {
    return this.#compare('lt', y);
  }
  le(y: Term): Value {
    return this.#compare('le', y);
  }
  gt(y: Term): Value {
    return this.#compare('gt', y);
  }
  ge(y: Term): Value {
    return this.#compare('ge', y);
  }
  ltU(y: Term): Value {
    return this.#compare('ltU', y);
  }
  geU(y: Term): Value {
    return this.#compare('geU', y);
  }
  not(): Value {
    return new Value(this.type, 'not', [this]);
  }
  /** Where this condition holds `a`, else `b`. Both are computed. */
  select(a: Value, b: Term): Value {
    const other = a.like(b);
    return new Value(a.type, 'select', [this, a, other]);
  }
  /** Integers to floats, lane by lane. */
  toF32(): Value {
    return new Value(this.type === 'i32' ? 'f32' : 'f32v', 'toF32', [this]);
  }
  /** Floats, which must be in range, to integers, towards zero. */
  toI32(): Value {
    return new Value(this.type === 'f32' ? 'i32' : 'i32v', 'toI32', [this]);
  }
  bitsOfF32(): Value {
    return new Value(this.type === 'f32' ? 'i32' : 'i32v', 'bitsOfF32', [this]);
  }
  f32OfBits(): Value {
    return new Value(this.type === 'i32' ? 'f32' : 'f32v', 'f32OfBits', [this]);
  }
  /** A mask as a number whose bit i is lane i. */
  bits(): Value {
    return new Value('i32', 'bits', [this]);
  }
  /** The place of the lowest bit that is set; 32 where none is. */
  firstBit(): Value {
    return new Value('i32', 'firstBit', [this]);
  }
  /** A scalar in all lanes. */
  splat(): Value {
    return new Value(this.type === 'i32' ? 'i32v' : 'f32v', 'splat', [this]);
  }
  /** One lane as a scalar. */
  lane(index: number): Value {
    return new Value(this.type === 'i32v' ? 'i32' : 'f32', 'lane', [this], index);
  }

  /** A constant of this value's type. */
  like(y: Term): Value {
    return typeof y === 'number' ? new Value(this.type, 'const', [], y) : y;
  }

  #arithmetic(op: ValueOp, y: Term): Value {
    const other = this.like(y);
    if (other.type !== this.type) {
      throw new TypeError(`${op}: ${this.type} with ${other.type}`);
    }
    if (this.type === 'i32' && this.op === 'const' && other.op === 'const') {
      const [a, b] = [this.immediate, other.immediate];
      if (op === 'add') return this.like((a + b) | 0);
      if (op === 'sub') return this.like((a - b) | 0);
      if (op === 'mul') return this.like(Math.imul(a, b));
    }
    if (this.type === 'i32' && other.op === 'const') {
      if (other.immediate === 0 && (op === 'add' || op === 'sub')) return this;
      if (other.immediate === 1 && op === 'mul') return this;
      if (op === 'mul' && other.immediate > 0 && Number.isInteger(Math.log2(other.immediate))) {
        return this.shl(Math.log2(other.immediate));
      }
    }
    return new Value(this.type, op, [this, other]);
  }

  #compare(op: ValueOp, y: Term): Value {
    const scalar = this.type === 'i32' || this.type === 'f32';
    return new Value(scalar ? 'i32' : 'mask', op, [this, this.like(y)]);
  }
}
