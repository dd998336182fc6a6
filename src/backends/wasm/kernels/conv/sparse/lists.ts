import type { KernelBuilder, Value } from '../../../builder/index.ts';

/** Vectors of sums that one pass over a list keeps in registers: as many as a row of the usual channels and taps needs. */
export const vectorsAtOnce = (b: KernelBuilder): number => Math.min(12, b.target.sums);

/** An entry of a list: an offset and a value. */
export const entryBytes = 8;

/**
 * Visits those of `floats` numbers that are not zero, in order: their places and values. To spare branches that cannot be
 * foreseen, the usual few of each vector are visited even where there are fewer, with a `step` of 0 bytes instead of an entry's.
 */
export function eachNonZero(
  b: KernelBuilder,
  from: Value,
  floats: number,
  visit: (place: Value, value: Value, step: Value) => void,
): void {
  const usual = Math.ceil(b.lanes / 4);
  const visitVector = (first: Value, lanes: number): void => {
    const vector = b.let(from.add(first.shl(2)));
    const bits = b.let(b.loadFirst(lanes, vector).ne(0).bits());
    const next = (lane: Value, step: Value): void => {
      const value = b.let(b.load('f32', b.let(vector.add(lane.shl(2)))));
      visit(b.let(first.add(lane)), value, step);
      b.set(bits, bits.and(bits.sub(1)));
    };
    for (let i = 0; i < usual && lanes === b.lanes; i++) {
      next(b.let(bits.firstBit().and(lanes - 1)), b.let(bits.ne(0).mul(entryBytes)));
    }
    b.if(bits.ne(0), () =>
      b.repeat(
        () => next(b.let(bits.firstBit()), b.i32(entryBytes)),
        () => bits.ne(0),
      ),
    );
  };
  const rest = floats % b.lanes;
  if (floats > rest) b.for(0, floats - rest, b.lanes, (first) => visitVector(first, b.lanes));
  if (rest) visitVector(b.i32(floats - rest), rest);
}

/** Counts the elements of vectors that are not zero. */
export class NonZeroCount {
  readonly #b: KernelBuilder;
  readonly #lanes: Value;

  constructor(b: KernelBuilder) {
    this.#b = b;
    this.#lanes = b.let(b.constant('i32v', 0));
  }

  add(vector: Value): void {
    const one = vector.ne(0).select(this.#b.constant('i32v', 1), 0);
    this.#b.set(this.#lanes, this.#lanes.add(one));
  }

  /** The sum over the lanes. */
  total(): Value {
    const b = this.#b;
    const count = b.let(b.i32(0));
    for (let i = 0; i < b.lanes; i++) b.set(count, count.add(this.#lanes.lane(i)));
    return count;
  }
}

/** Writes (offset, value) to a list at `end`, where there is room for one more, and moves `end` by `step`: an entry or 0 bytes. */
export function append(
  b: KernelBuilder,
  end: Value,
  offset: Value,
  value: Value,
  step: Value,
): void {
  b.store(end, 0, offset);
  b.store(end, 4, value);
  b.set(end, end.add(step));
}

/**
 * Adds, for every entry of a list, value × the vectors at base + the entry's offset + their own to the sums, and the value
 * to all lanes of `total` if it is wanted.
 */
export function addListed(
  b: KernelBuilder,
  from: Value,
  end: Value,
  base: Value,
  sums: readonly Value[],
  offsets: readonly number[],
  total?: Value,
): void {
  const at = b.let(from);
  b.if(at.ne(end), () =>
    b.repeat(
      () => {
        const row = b.let(base.add(b.load('i32', at)));
        const factor = b.let(b.loadSplat(at, 4));
        if (total) b.set(total, total.add(factor));
        sums.forEach((sum, v) => {
          b.set(sum, b.multiplyAdd(factor, b.load('f32v', row, offsets[v]), sum));
        });
        b.set(at, at.add(entryBytes));
      },
      () => at.ne(end),
    ),
  );
}

/**
 * Whole vectors, in equal parts of as many at once as registers allow; `offset` is in bytes. The first part goes to
 * `first`, if there is one.
 */
export function overVectors(
  b: KernelBuilder,
  floats: number,
  body: (offset: Value, vectors: number) => void,
  first?: (offset: Value, vectors: number) => void,
): void {
  const all = floats / b.lanes;
  const atOnce = Math.ceil(all / Math.ceil(all / vectorsAtOnce(b)));
  const whole = Math.floor(all / atOnce) * atOnce;
  if (first) first(b.i32(0), atOnce);
  const done = first ? atOnce : 0;
  b.for(done * b.vectorBytes, whole * b.vectorBytes, atOnce * b.vectorBytes, (offset) =>
    body(offset, atOnce),
  );
  if (all > whole) body(b.i32(whole * b.vectorBytes), all - whole);
}
