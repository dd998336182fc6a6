import { type Term, Value, type ValueType } from './value.ts';

/** The cache that memory is fetched into beforehand: 1 is the smallest and nearest. */
export type CacheLevel = 1 | 2;

/** What a kernel does, in order. */
export type Statement =
  | { readonly kind: 'set'; readonly variable: number; readonly value: Value }
  | {
      readonly kind: 'store';
      readonly address: Value;
      readonly offset: number;
      readonly value: Value;
      /** Bytes per element: 4, or 1 for the low byte of an i32. */
      readonly width: 1 | 4;
      /** Lanes to store from the front; 0 for all. */
      readonly lanes: number;
    }
  | {
      readonly kind: 'prefetch';
      readonly address: Value;
      readonly offset: number;
      readonly level: CacheLevel;
    }
  | {
      readonly kind: 'transpose';
      readonly rows: readonly Value[];
      /** Variables that receive the columns; none of them is a row. */
      readonly columns: readonly number[];
    }
  | { readonly kind: 'loop'; readonly body: readonly Statement[]; readonly again: Value }
  | {
      readonly kind: 'if';
      readonly condition: Value;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    };

/** A finished kernel: every target encodes it. */
export interface KernelCode {
  readonly variables: readonly ValueType[];
  readonly body: readonly Statement[];
}

/** What a machine offers to kernels, and the tile of results that its registers hold. */
export interface TargetTraits {
  readonly name: string;
  /** float32 lanes of a vector. */
  readonly lanes: number;
  /** Rows of a tile of sums. */
  readonly tileRows: number;
  /** Vectors in a row of the tile. */
  readonly tileVectors: number;
  /** Vectors of sums that registers hold besides what they are sums of. */
  readonly sums: number;
  /**
   * How x * y + z is computed: with one rounding by an instruction, with one rounding by many instructions, or with two
   * roundings (`precision: 'fast'` where there is no instruction).
   */
  readonly products: 'fused' | 'emulated' | 'separate';
  /** Whether memory can be asked for before it is needed. */
  readonly prefetches?: true;
  /**
   * Whether loops of sums gain by having several steps in one round. WebAssembly's compilers load all their operands first, and run out
   * of registers: a step a round is up to half as fast again.
   */
  readonly unrolls?: true;
}

/** Columns of a panel, the unit in which right-hand sides are packed. */
export const panelColumns = ({ lanes, tileVectors }: TargetTraits): number => lanes * tileVectors;

/** The vector types, for code that is written once for scalars and vectors. */
export type FloatType = 'f32' | 'f32v';

/**
 * Writes one kernel as structured code over typed values. Every kernel is a function of three pointers or numbers:
 * the address of its argument block, the number of the task, and the thread's scratch memory.
 */
export class KernelBuilder {
  readonly target: TargetTraits;
  readonly #variables: ValueType[] = ['i32', 'i32', 'i32'];
  #body: Statement[] = [];
  /** The task to do: kernels split their work by it, never by the number of threads. */
  readonly task = new Value('i32', 'get', [], 1);
  /** Memory of the thread's own, as large as the launch asked for. */
  readonly scratch = new Value('i32', 'get', [], 2);
  readonly #args = new Value('i32', 'get', [], 0);

  constructor(target: TargetTraits) {
    this.target = target;
  }

  get lanes(): number {
    return this.target.lanes;
  }

  /** Bytes of a vector. */
  get vectorBytes(): number {
    return this.target.lanes * 4;
  }

  /** The `index`-th 32-bit word of the argument block. */
  arg(index: number): Value {
    return this.let(this.load('i32', this.#args, index * 4));
  }

  argF32(index: number): Value {
    return this.let(this.load('f32', this.#args, index * 4));
  }

  i32(value: number): Value {
    return new Value('i32', 'const', [], value);
  }

  f32(value: number): Value {
    return new Value('f32', 'const', [], value);
  }

  /** A constant in all lanes. */
  constant(type: ValueType, value: number): Value {
    return new Value(type, 'const', [], value);
  }

  zero(): Value {
    return this.constant('f32v', 0);
  }

  /** Computes a value now and names it. */
  let(value: Term): Value {
    const start = typeof value === 'number' ? this.i32(value) : value;
    const variable = this.#declare(start.type);
    this.#body.push({ kind: 'set', variable: variable.immediate, value: start });
    return variable;
  }

  #declare(type: ValueType): Value {
    this.#variables.push(type);
    return new Value(type, 'get', [], this.#variables.length - 1);
  }

  /** Changes a named value. */
  set(variable: Value, value: Term): void {
    if (variable.op !== 'get') throw new TypeError('set: not a variable');
    const next = variable.like(value);
    if (next.type !== variable.type) {
      throw new TypeError(`set: ${variable.type} variable, ${next.type} value`);
    }
    this.#body.push({ kind: 'set', variable: variable.immediate, value: next });
  }

  /** 0, 1, 2, … in the lanes. */
  laneNumbers(): Value {
    return new Value('i32v', 'laneNumbers');
  }

  load(type: ValueType, address: Value, offset = 0): Value {
    return new Value(type, 'load', [address], offset);
  }

  /** One byte as an i32, or `lanes` bytes as an i32v. */
  loadU8(type: 'i32' | 'i32v', address: Value, offset = 0): Value {
    return new Value(type, 'loadU8', [address], offset);
  }

  /** One float32 in all lanes. */
  loadSplat(address: Value, offset = 0): Value {
    return new Value('f32v', 'loadSplat', [address], offset);
  }

  /** The first `count` lanes; the others are 0. Reads nothing beyond. */
  loadFirst(count: number, address: Value, offset = 0): Value {
    if (count === this.lanes) return this.load('f32v', address, offset);
    return new Value('f32v', 'loadFirst', [address], offset, count);
  }

  store(address: Value, offset: number, value: Value): void {
    this.#body.push({ kind: 'store', address, offset, value, width: 4, lanes: 0 });
  }

  /** The low byte of an i32. */
  storeU8(address: Value, offset: number, value: Value): void {
    this.#body.push({ kind: 'store', address, offset, value, width: 1, lanes: 0 });
  }

  /** The first `count` lanes of a vector. Writes nothing beyond. */
  storeFirst(count: number, address: Value, offset: number, value: Value): void {
    const lanes = count === this.lanes ? 0 : count;
    this.#body.push({ kind: 'store', address, offset, value, width: 4, lanes });
  }

  /**
   * Asks for the cache line at an address, which need not be one of the memory: nothing is read. Only where the target
   * `prefetches`.
   */
  prefetch(level: CacheLevel, address: Value, offset = 0): void {
    if (this.target.prefetches) this.#body.push({ kind: 'prefetch', address, offset, level });
  }

  /** x * y + z of vectors, rounded once unless the target's products are separate. */
  multiplyAdd(x: Value, y: Value, z: Value): Value {
    const { products } = this.target;
    if (products === 'separate') return z.add(x.mul(y));
    const op = products === 'fused' ? 'multiplyAdd' : 'emulatedMultiplyAdd';
    return new Value('f32v', op, [x, y, z]);
  }

  /** Lanes from `count` elements that lie `stride` bytes apart; the other lanes are 0. */
  gather(count: number, address: Value, stride: number): Value {
    if (stride === 4) return this.loadFirst(count, address);
    return new Value('f32v', 'gather', [address], stride, count);
  }

  /** The columns of the square block whose rows are these vectors, as many as there are lanes. */
  transpose(rows: readonly Value[]): Value[] {
    const columns = rows.map((row) => this.#declare(row.type));
    this.#body.push({
      kind: 'transpose',
      rows: rows.map((row) => (row.op === 'get' ? row : this.let(row))),
      columns: columns.map((column) => column.immediate),
    });
    return columns;
  }

  /** Runs `body` at least once, and again while `condition()` holds. */
  repeat(body: () => void, condition: () => Value): void {
    const statements = this.#collect(body);
    this.#body.push({ kind: 'loop', body: statements, again: condition() });
  }

  /** `for (i = from; i < to; i += step)` with signed numbers; `i` keeps its last value. */
  for(from: Term, to: Term, step: number, body: (i: Value) => void): void {
    const i = this.let(from);
    if (typeof from === 'number' && typeof to === 'number' && from >= to) return;
    const limit = typeof to === 'number' ? this.i32(to) : to;
    const loop = () =>
      this.repeat(
        () => {
          body(i);
          this.set(i, i.add(step));
        },
        () => i.lt(limit),
      );
    if (typeof from === 'number' && typeof to === 'number') loop();
    else this.if(i.lt(limit), loop);
  }

  if(condition: Value, then: () => void, otherwise?: () => void): void {
    this.#body.push({
      kind: 'if',
      condition,
      then: this.#collect(then),
      otherwise: otherwise ? this.#collect(otherwise) : [],
    });
  }

  /**
   * Joins 16 partial sums, spread over 16 / lanes vectors, in a tree that is the same for any number of lanes:
   * partial i with i + 8, then + 4, + 2, + 1.
   */
  joinPartials(
    partials: readonly Value[],
    combine: (a: Value, b: Value) => Value = (a, b) => a.add(b),
  ): Value {
    let vectors = partials.map((p) => this.let(p));
    while (vectors.length > 1) {
      const half = vectors.length / 2;
      vectors = vectors.slice(0, half).map((v, i) => this.let(combine(v, vectors[i + half])));
    }
    let lanes = Array.from({ length: this.lanes }, (_, i) => this.let(vectors[0].lane(i)));
    while (lanes.length > 1) {
      const half = lanes.length / 2;
      lanes = lanes.slice(0, half).map((v, i) => this.let(combine(v, lanes[i + half])));
    }
    return lanes[0];
  }

  finish(): KernelCode {
    return { variables: this.#variables, body: this.#body };
  }

  #collect(write: () => void): Statement[] {
    const outer = this.#body;
    this.#body = [];
    try {
      write();
      return this.#body;
    } finally {
      this.#body = outer;
    }
  }
}
