import type { Statement } from './kernel-builder.ts';
import { countFactors, isProduct, sumsOf } from './product-sums.ts';
import {
  countReads,
  countWrites,
  eachRead,
  neededBy,
  type SetStatement,
  targetsOf,
  valuesOf,
  walk,
} from './statement-uses.ts';
import type { Value, ValueType } from './value.ts';
import { simd, unsigned } from './wasm-bytes.ts';

/** Where code goes, and what it is made with. */
export interface CodeWriter {
  emit(...bytes: number[]): void;
  value(value: Value): void;
  temporary(type: ValueType): number;
  /** Statements as they are, each product by the helper. */
  plain(list: readonly Statement[]): void;
}

/** Locals with the lower and the upper two lanes of a vector in double precision; one local for both if all lanes are equal. */
interface Pair {
  readonly low: number;
  readonly high: number;
}

/** What holds at a place. */
interface State {
  /** Factors in double precision, as they are and scaled. */
  readonly plain: Map<number, Pair>;
  readonly scaled: Map<number, Pair>;
  /** Variables whose value is in the pair of their own, scaled, and nowhere else. */
  readonly sums: Set<number>;
}

const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const tee = (local: number): number[] => [0x22, ...unsigned(local)];
const bytes = (from: number): number[] => Array.from({ length: 8 }, (_, i) => from + i);
const shuffle = (from: number): number[] => [...simd(0x0d), ...bytes(from), ...bytes(16)];

const promote = simd(0x5f);
const demote = simd(0x5e);
const load64 = simd(0x5d);
const [add, mul] = [0xf0, 0xf2].map(simd);
const and = simd(0x4e);
const addI64 = simd(0xce);
const [geU, maxU] = [0x40, 0xb9].map(simd);
const anyTrue = simd(0x53);

/** Both 64-bit lanes of a vector, from their upper and lower words. */
function constant(upper: number, lower: number): readonly number[] {
  const lane = [...new Uint8Array(new Uint32Array([lower, upper]).buffer)];
  return [...simd(0x0c), ...lane, ...lane];
}

const zero = constant(0, 0);
const scale = constant((1023 + 127) << 20, 0);
const unscale = constant((1023 - 127) << 20, 0);
/** Just less than half of the last bit that float32 keeps. */
const half = constant(0, 0x0fffffff);
const kept = constant(0xffffffff, 0xe0000000);
/** The bits that are not kept, and the exponent without its first bit. */
const checked = constant(0x3ff00000, 0x1fffffff);
/** Less than these: not the middle between two numbers; an exponent that float32 has. */
const limits = constant(0x0fe00000, 0x1fffffff);

/** Which factor is scaled: one that may serve again, if there is one. */
const scaledFactor = ({ args: [x, y] }: Value): number =>
  x.op === 'get' || y.op !== 'get' ? 0 : 1;

function forgetFactor(variable: number, { plain, scaled }: State): void {
  plain.delete(variable);
  scaled.delete(variable);
}

/**
 * Code of sums of products where the engine has no instruction that rounds them once. They stay in double precision from the first
 * product to the last, as numbers that float32 has. x * y is exact: 24 and 24 bits make 48. Rounding its sum with another number to
 * double precision keeps order, so that the result is on the same side of each middle between two float32 as the exact sum is, or is
 * that middle. If it is none, rounding it to 24 bits gives what rounding once does; if it is one, the bits to be dropped are 1 and zeros.
 *
 * Nothing is decided for single results, which takes six instructions for two lanes. Sums are kept times 2^127, so that exponents in
 * double precision are from 0x400 to 0x4fd for the normal numbers of float32, 0 for 0, and from 0x354 or 0x4fe on for what is smaller or
 * larger. The greatest exponent without its first bit, and the greatest of the bits to be dropped, tell after the last product
 * whether all was well. Else everything is done again from the beginning by a helper, which is right for all numbers.
 */
export class EmulatedProducts {
  readonly #writer: CodeWriter;
  readonly #reads: ReadonlyMap<number, number>;
  readonly #writes: ReadonlyMap<number, number>;
  /** Where variables are while they are sums. */
  readonly #pairs = new Map<number, Pair>();
  readonly #constants = new Map<readonly number[], number>();
  /** Locals: the greatest of what is checked, and a result whose bits are not dropped yet. */
  readonly #greatest: number;
  readonly #result: number;

  constructor(writer: CodeWriter, kernel: readonly Statement[]) {
    this.#writer = writer;
    this.#reads = countReads(kernel);
    this.#writes = countWrites(kernel);
    this.#greatest = writer.temporary('i32v');
    this.#result = writer.temporary('f32v');
  }

  /** What the function begins with: constants that stay in registers. */
  get prologue(): number[] {
    return [...this.#constants].flatMap(([code, local]) => [...code, ...set(local)]);
  }

  /** Writes statements that are sums. */
  write(list: readonly Statement[]): void {
    const { emit } = this.#writer;
    const saved = this.#changedBy(list).map(([variable, type]) => {
      const copy = this.#writer.temporary(type);
      emit(...get(variable), ...set(copy));
      return [copy, variable];
    });
    emit(...zero, ...set(this.#greatest));
    this.#list(list, { plain: new Map(), scaled: new Map(), sums: new Set() }, new Set());
    emit(...get(this.#greatest), ...this.#constant(limits), ...geU, ...anyTrue, 0x04, 0x40);
    for (const [copy, variable] of saved) emit(...get(copy), ...set(variable));
    this.#writer.plain(list);
    emit(0x0b);
  }

  /** Variables that the statements do not find as they were when they run again, or do not set when they should not have been set. */
  #changedBy(list: readonly Statement[]): [number, ValueType][] {
    const needed = neededBy(list);
    const within = countReads(list);
    const always = new Set(list.flatMap(targetsOf));
    const changed = new Map<number, ValueType>();
    walk(list, (statement) => {
      if (statement.kind !== 'set') return;
      const { variable, value } = statement;
      const outlives = this.#reads.get(variable) !== within.get(variable);
      if (needed.has(variable) || (outlives && !always.has(variable))) {
        changed.set(variable, value.type);
      }
    });
    return [...changed];
  }

  /** Statements at whose end `sums` are sums, and no other variables. */
  #list(list: readonly Statement[], state: State, sums: ReadonlySet<number>): void {
    const factors = countFactors(list);
    for (const statement of list) {
      if (statement.kind !== 'set') this.#inner(statement, state);
      else if (isProduct(statement)) this.#sum(statement, state);
      else this.#set(statement, state, factors);
    }
    for (const variable of [...state.sums]) if (!sums.has(variable)) this.#settle(variable, state);
  }

  #set({ variable, value }: SetStatement, state: State, factors: ReadonlyMap<number, number>) {
    this.#settleReads(value, state);
    forgetFactor(variable, state);
    state.sums.delete(variable);
    const isFactor =
      ['load', 'loadSplat'].includes(value.op) &&
      this.#writes.get(variable) === 1 &&
      this.#reads.get(variable) === factors.get(variable);
    if (isFactor) state.plain.set(variable, this.#promoted(value));
    else {
      this.#writer.value(value);
      this.#writer.emit(...set(variable));
    }
  }

  /** A loop, or statements on a condition. */
  #inner(statement: Statement, state: State): void {
    const { emit, value } = this.#writer;
    const sums = sumsOf(statement);
    const written = new Set<number>();
    walk([statement], (each) => {
      for (const target of targetsOf(each)) written.add(target);
    });
    for (const variable of written) {
      forgetFactor(variable, state);
      if (!sums.has(variable)) this.#settle(variable, state);
      else if (!state.sums.has(variable)) {
        this.#widen(variable);
        state.sums.add(variable);
      }
    }
    walk([statement], (each) => {
      for (const inner of valuesOf(each)) {
        eachRead(inner, (read) => {
          if (!sums.has(read)) this.#settle(read, state);
        });
      }
      if (!isProduct(each)) return;
      // What does not change is brought to double precision once.
      for (const [i, factor] of each.value.args.slice(0, 2).entries()) {
        if (factor.op === 'get' && !written.has(factor.immediate)) {
          this.#factor(factor, i === scaledFactor(each.value), state);
        }
      }
    });
    const inside = (list: readonly Statement[]) =>
      this.#list(
        list,
        {
          plain: new Map(state.plain),
          scaled: new Map(state.scaled),
          sums: new Set(sums),
        },
        sums,
      );
    if (statement.kind === 'loop') {
      emit(0x03, 0x40);
      inside(statement.body);
      value(statement.again);
      emit(0x0d, 0x00, 0x0b);
    } else if (statement.kind === 'if') {
      value(statement.condition);
      emit(0x04, 0x40);
      inside(statement.then);
      emit(0x05);
      inside(statement.otherwise);
      emit(0x0b);
    }
  }

  #sum({ variable, value }: SetStatement, state: State): void {
    const { emit } = this.#writer;
    const scaled = scaledFactor(value);
    const [x, y] = value.args.slice(0, 2).map((arg, i) => this.#factor(arg, i === scaled, state));
    const z = this.#addend(value.args[2], state);
    const sum = this.#pairOf(variable);
    for (const part of ['low', 'high'] as const) {
      emit(...get(x[part]), ...get(y[part]), ...mul, ...get(z[part]), ...add);
      emit(...this.#constant(half), ...addI64, ...tee(this.#result));
      emit(...this.#constant(kept), ...and, ...set(sum[part]));
      emit(...get(this.#greatest), ...get(this.#result), ...this.#constant(checked), ...and);
      emit(...maxU, ...set(this.#greatest));
    }
    forgetFactor(variable, state);
    state.sums.add(variable);
  }

  #factor(value: Value, scaled: boolean, state: State): Pair {
    const variable = value.op === 'get' ? value.immediate : -1;
    const known = (scaled ? state.scaled : state.plain).get(variable);
    if (known) return known;
    this.#settleReads(value, state);
    const pair = state.plain.get(variable) ?? this.#promoted(value);
    if (variable >= 0) state.plain.set(variable, pair);
    if (!scaled) return pair;
    const product = this.#times(scale, pair);
    if (variable >= 0) state.scaled.set(variable, product);
    return product;
  }

  #addend(value: Value, state: State): Pair {
    if (value.op === 'get') {
      if (!state.sums.has(value.immediate)) this.#widen(value.immediate);
      return this.#pairOf(value.immediate);
    }
    this.#settleReads(value, state);
    return this.#times(scale, this.#promoted(value));
  }

  #settleReads(value: Value, state: State): void {
    eachRead(value, (read) => this.#settle(read, state));
  }

  /** Gives a variable that is a sum its value. */
  #settle(variable: number, { sums }: State): void {
    if (!sums.delete(variable)) return;
    const { low, high } = this.#times(unscale, this.#pairOf(variable));
    this.#writer.emit(...get(low), ...demote, ...get(high), ...demote, ...shuffle(0));
    this.#writer.emit(...set(variable));
  }

  #widen(variable: number): void {
    const pair = this.#pairOf(variable);
    this.#promote(variable, pair);
    this.#times(scale, pair, pair);
  }

  #times(factor: readonly number[], { low, high }: Pair, to?: Pair): Pair {
    const product = (local: number, target = this.#writer.temporary('f32v')): number => {
      this.#writer.emit(...get(local), ...this.#constant(factor), ...mul, ...set(target));
      return target;
    };
    const first = product(low, to?.low);
    return { low: first, high: high === low ? first : product(high, to?.high) };
  }

  /** A value in new locals. */
  #promoted(value: Value): Pair {
    const { emit, temporary } = this.#writer;
    const low = temporary('f32v');
    if (['loadSplat', 'splat', 'const'].includes(value.op)) {
      this.#writer.value(value);
      emit(...promote, ...set(low));
      return { low, high: low };
    }
    const pair = { low, high: temporary('f32v') };
    if (value.op === 'load') {
      [pair.low, pair.high].forEach((local, i) => {
        this.#writer.value(value.args[0]);
        emit(...load64, 2, ...unsigned(value.immediate + 8 * i), ...promote, ...set(local));
      });
    } else if (value.op === 'get') this.#promote(value.immediate, pair);
    else {
      const whole = temporary('f32v');
      this.#writer.value(value);
      emit(...set(whole));
      this.#promote(whole, pair);
    }
    return pair;
  }

  #promote(local: number, { low, high }: Pair): void {
    const { emit } = this.#writer;
    emit(...get(local), ...promote, ...set(low));
    emit(...get(local), ...get(local), ...shuffle(8), ...promote, ...set(high));
  }

  #pairOf(variable: number): Pair {
    let pair = this.#pairs.get(variable);
    if (!pair) {
      pair = { low: this.#writer.temporary('f32v'), high: this.#writer.temporary('f32v') };
      this.#pairs.set(variable, pair);
    }
    return pair;
  }

  #constant(code: readonly number[]): number[] {
    let local = this.#constants.get(code);
    if (local === undefined) {
      local = this.#writer.temporary('i32v');
      this.#constants.set(code, local);
    }
    return get(local);
  }
}
