// Kernels drawn at random over the builder: every operation, loops within loops, and more values at once than there are
// registers. All that they leave undefined is kept out: bits of NaN, conversions out of range, division by 0.
import type { KernelBuilder } from '../../src/backends/wasm/builder/kernel-builder.ts';
import type { Value, ValueType } from '../../src/backends/wasm/builder/value.ts';
import { Draw } from '../random-launches/draw.ts';

/** Bytes that a kernel reads from and writes to; arguments are the addresses of both. */
export const inputBytes = 8192;
export const outputBytes = 65536;

type Make = (value: (type: ValueType) => Value) => Value;

const isNumber = (x: Value): Value => x.eq(x);
/** Without NaN: its bits are the machine's own. */
const proper = (x: Value): Value => isNumber(x).select(x, 1);
const inRange = (x: Value): Value => proper(x).pmin(1e9).pmax(-1e9);

export class RandomKernel {
  readonly #draw: Draw;
  readonly #b: KernelBuilder;
  readonly #variables: Record<ValueType, Value[]> = {
    i32: [],
    f32: [],
    f32v: [],
    i32v: [],
    mask: [],
  };
  /** Variables that statements may not change: pointers and counters. */
  readonly #fixed = new Set<Value>();
  readonly #input: Value;
  readonly #output: Value;
  #stored = 0;
  #statements: number;

  constructor(seed: number, b: KernelBuilder) {
    this.#draw = new Draw(seed);
    this.#b = b;
    this.#input = b.arg(0);
    this.#output = b.arg(1);
    this.#statements = this.#draw.pick([5, 20, 60, 150]);
  }

  write(): void {
    while (this.#statements > 0) this.#statement(0);
    // All that is left in variables counts.
    for (const type of ['i32', 'f32', 'f32v', 'i32v'] as const) {
      for (const variable of this.#variables[type]) this.#store(variable);
    }
  }

  /** The named variables made inside `body` are gone after it: it may not have run. */
  #scoped(body: () => void): void {
    const before = Object.entries(this.#variables).map(
      ([type, list]) => [type, list.length] as const,
    );
    body();
    for (const [type, length] of before) this.#variables[type as ValueType].length = length;
  }

  #statement(depth: number): void {
    const draw = this.#draw;
    this.#statements--;
    const way = draw.random();
    if (way < 0.12) this.#accumulate();
    else if (way < 0.5) {
      const type = draw.pick(['i32', 'f32', 'f32v', 'f32v', 'i32v', 'mask'] as const);
      this.#variables[type].push(this.#b.let(this.#expression(type, 3)));
    } else if (way < 0.65) {
      const type = draw.pick(['i32', 'f32', 'f32v', 'i32v'] as const);
      const free = this.#variables[type].filter((v) => !this.#fixed.has(v));
      if (free.length) this.#b.set(draw.pick(free), this.#expression(type, 3));
    } else if (way < 0.75)
      this.#store(this.#expression(draw.pick(['i32', 'f32', 'f32v', 'i32v']), 2));
    else if (way < 0.78) this.#transpose();
    else if (way < 0.8) this.#prefetch();
    else if (depth < 3 && way < 0.9) this.#loop(depth);
    else if (depth < 3) {
      const condition = this.#expression('i32', 2);
      this.#b.if(
        condition,
        () => this.#scoped(() => this.#block(depth + 1)),
        draw.chance(0.5) ? () => this.#scoped(() => this.#block(depth + 1)) : undefined,
      );
    }
  }

  #block(depth: number): void {
    const count = this.#draw.whole(1, 6);
    for (let i = 0; i < count; i++) this.#statement(depth);
  }

  #loop(depth: number): void {
    const from = this.#draw.whole(-3, 3);
    const to = this.#draw.chance(0.5)
      ? from + this.#draw.whole(1, 4)
      : this.#b.let(this.#expression('i32', 2).and(3).add(from));
    this.#b.for(from, to, 1, (i) => {
      this.#fixed.add(i);
      this.#scoped(() => {
        this.#variables.i32.push(i);
        this.#block(depth + 1);
      });
    });
  }

  /** Sums of products, of which some share a factor. */
  #accumulate(): void {
    const factor = this.#b.let(this.#expression('f32v', 1));
    const sums = this.#variables.f32v;
    if (!sums.length) return;
    for (let i = this.#draw.whole(1, 4); i > 0; i--) {
      const sum = this.#draw.pick(sums);
      const [x, y] = [factor, this.#expression('f32v', 1)];
      this.#b.set(
        sum,
        this.#draw.chance(0.5) ? this.#b.multiplyAdd(x, y, sum) : this.#b.multiplyAdd(y, x, sum),
      );
    }
  }

  #transpose(): void {
    const rows = Array.from({ length: this.#b.lanes }, () => this.#expression('f32v', 1));
    for (const column of this.#b.transpose(rows)) {
      if (this.#draw.chance(0.4)) this.#variables.f32v.push(column);
    }
  }

  /** Any address will do. */
  #prefetch(): void {
    const address = this.#expression('i32', 2);
    this.#b.prefetch(this.#draw.pick([1, 2]), address, this.#draw.whole(-(2 ** 31), 2 ** 31 - 1));
  }

  /** To a place of its own; in a loop, the last one stays. */
  #store(value: Value): void {
    const offset = this.#stored;
    const { vectorBytes, lanes } = this.#b;
    if (offset + vectorBytes > outputBytes) return;
    const [address, rest] = this.#place(this.#output, offset);
    this.#stored += vectorBytes;
    if (value.type === 'i32' && this.#draw.chance(0.3)) this.#b.storeU8(address, rest, value);
    else if (value.type === 'f32v' && this.#draw.chance(0.4)) {
      this.#b.storeFirst(this.#draw.whole(1, lanes), address, rest, value);
    } else this.#b.store(address, rest, value);
  }

  /** An address in one of the forms that kernels use: a pointer, moved by a constant, by a variable, by both. */
  #place(base: Value, offset: number): [Value, number] {
    switch (this.#draw.whole(0, 3)) {
      case 0:
        return [base, offset];
      case 1:
        return [base.add(offset), 0];
      case 2:
        return [this.#b.let(base.add(offset)), 0];
      default: {
        const part = offset >> 1;
        return [base.add(this.#b.let(part)).add(offset - part - (offset >> 2)), offset >> 2];
      }
    }
  }

  /** An address in the input from which `bytes` may be read. */
  #source(bytes: number): [Value, number] {
    const [address, rest] = this.#place(this.#input, this.#draw.whole(0, 4000));
    if (this.#draw.chance(0.7)) return [address, rest];
    const shift = this.#expression('i32', 1).and(1023);
    if (bytes > 3000) return [address, rest];
    return [address.add(shift.shl(this.#draw.whole(0, 1))), rest];
  }

  #expression(type: ValueType, depth: number): Value {
    const known = this.#variables[type];
    if (known.length && this.#draw.chance(depth === 0 ? 0.9 : 0.3)) return this.#draw.pick(known);
    if (depth === 0) return this.#leaf(type);
    const value = (wanted: ValueType) => this.#expression(wanted, depth - 1);
    return this.#draw.pick(this.#makers[type])(value);
  }

  #leaf(type: ValueType): Value {
    const draw = this.#draw;
    if (type === 'mask') return this.#leaf('f32v').lt(this.#leaf('f32v'));
    if (draw.chance(0.5)) {
      const [address, offset] = this.#source(64);
      return this.#b.load(type, address, offset);
    }
    const constant =
      type === 'f32' || type === 'f32v'
        ? draw.pick([0, -0, 1, -1.5, 0.1, 1e30, -1e-30, Infinity])
        : draw.pick([0, 1, -1, 7, 255, 65536, -(2 ** 31), 2 ** 31 - 1]);
    return this.#b.constant(type, constant);
  }

  readonly #arithmetic = (
    type: ValueType,
    ops: readonly (
      | 'add'
      | 'sub'
      | 'mul'
      | 'and'
      | 'or'
      | 'xor'
      | 'min'
      | 'max'
      | 'div'
      | 'pmin'
      | 'pmax'
    )[],
  ): Make[] => ops.map((op) => (value) => value(type)[op](value(type)));

  readonly #selects = (type: ValueType, conditions: readonly ValueType[]): Make[] =>
    conditions.map((condition) => (value) => value(condition).select(value(type), value(type)));

  readonly #compare = (type: ValueType): Make[] => {
    const signed = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
    const unsigned = type === 'i32' || type === 'i32v' ? (['ltU', 'geU'] as const) : [];
    return [...signed, ...unsigned].map(
      (op): Make =>
        (value) =>
          value(type)[op](value(type)),
    );
  };

  readonly #shifts = (type: ValueType): Make[] =>
    (['shl', 'shrS', 'shrU'] as const).map(
      (op) => (value) => value(type)[op](this.#draw.whole(0, 31)),
    );

  readonly #floatOps = (type: 'f32' | 'f32v'): Make[] => [
    ...this.#arithmetic(type, ['add', 'sub', 'mul', 'div', 'min', 'max', 'pmin', 'pmax']),
    ...(['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] as const).map(
      (op): Make =>
        (value) =>
          value(type)[op](),
    ),
    () => this.#leaf(type),
  ];

  readonly #makers: Record<ValueType, Make[]> = {
    i32: [
      ...this.#arithmetic('i32', ['add', 'sub', 'mul', 'and', 'or', 'xor']),
      ...this.#shifts('i32'),
      ...this.#compare('i32'),
      ...this.#compare('f32'),
      ...this.#selects('i32', ['i32']),
      (value) => value('i32').add(this.#draw.whole(-100000, 100000)),
      (value) => value('i32').sub(this.#draw.whole(-9, 9)),
      (value) => value('i32').mul(this.#draw.whole(-9, 9)),
      (value) => value('i32').and(this.#draw.whole(-9, 300)),
      (value) => value('i32').divU(value('i32').or(1)),
      (value) => value('i32').remU(value('i32').or(1)),
      (value) => value('i32').divU(this.#draw.whole(1, 99)),
      (value) => value('i32').neg(),
      (value) => value('i32').not(),
      (value) => inRange(value('f32')).toI32(),
      (value) => value('mask').bits(),
      (value) => value('i32').firstBit(),
      (value) => proper(value('f32')).bitsOfF32(),
      (value) => value('i32v').lane(this.#draw.whole(0, this.#b.lanes - 1)),
      () => this.#b.loadU8('i32', ...this.#source(1)),
      () => this.#leaf('i32'),
    ],
    f32: [
      ...this.#floatOps('f32'),
      ...this.#selects('f32', ['i32']),
      (value) => value('i32').toF32(),
      (value) => proper(value('i32').f32OfBits()),
      (value) => value('f32v').lane(this.#draw.whole(0, this.#b.lanes - 1)),
    ],
    f32v: [
      ...this.#floatOps('f32v'),
      ...this.#selects('f32v', ['mask', 'mask', 'i32']),
      (value) => value('f32').splat(),
      (value) => value('i32v').toF32(),
      (value) => proper(value('i32v').f32OfBits()),
      (value) => this.#b.multiplyAdd(value('f32v'), value('f32v'), value('f32v')),
      () => this.#b.loadSplat(...this.#source(4)),
      () => this.#b.loadFirst(this.#draw.whole(1, this.#b.lanes), ...this.#source(64)),
      () =>
        this.#b.gather(
          this.#draw.whole(1, this.#b.lanes),
          this.#source(1200)[0],
          4 * this.#draw.whole(1, 18),
        ),
    ],
    i32v: [
      ...this.#arithmetic('i32v', ['add', 'sub', 'mul', 'and', 'or', 'xor', 'min', 'max']),
      ...this.#shifts('i32v'),
      ...this.#selects('i32v', ['mask', 'i32']),
      (value) => value('i32v').neg(),
      (value) => value('i32v').abs(),
      (value) => value('i32v').not(),
      (value) => value('i32').splat(),
      (value) => inRange(value('f32v')).toI32(),
      (value) => proper(value('f32v')).bitsOfF32(),
      () => this.#b.laneNumbers(),
      () => this.#b.loadU8('i32v', ...this.#source(16)),
      () => this.#leaf('i32v'),
    ],
    mask: [
      ...this.#compare('f32v'),
      ...this.#compare('i32v'),
      ...this.#arithmetic('mask', ['and', 'or', 'xor']),
      (value) => value('mask').not(),
    ],
  };
}
