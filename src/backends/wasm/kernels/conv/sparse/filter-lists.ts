import type { KernelBuilder, Value } from '../../../builder/index.ts';
import { mostVectorBytes, up } from '../../layout.ts';
import type { ConvShape } from '../geometry.ts';
import type { CellNumber, Visit } from './elements.ts';
import { addListed, append, entryBytes, overVectors } from './lists.ts';

/** What the rows of x that a band needs may take: they are read once for every filter. */
const bandBytes = 32768;

/** Rows of dy that are listed at once: a whole number of strips of `side` rows. */
export function bandRows(
  { outHeight, width, channels, kernelHeight }: ConvShape,
  side: number,
): number {
  const rows = Math.max(1, Math.floor(bandBytes / (width * channels * 4)) - kernelHeight + 1);
  return up(Math.ceil(outHeight / Math.ceil(outHeight / rows)), side);
}

/** Floats of a row of a filter's gradient: taps and channels, filled up to whole vectors. */
export const sumsRow = ({ kernelWidth, channels }: ConvShape, lanes: number): number =>
  up(kernelWidth * channels, lanes);

/** Bytes of a filter's lists, with room for the whole vector that a copy ends with: of a band, and, if strips are two rows, of a strip's second row. */
function sizes(shape: ConvShape, side: number): { readonly band: number; readonly second: number } {
  const strip = Math.floor(shape.outWidth / side) * entryBytes;
  const room = entryBytes + (side === 1 ? 0 : strip + mostVectorBytes);
  return {
    band: up((bandRows(shape, side) / side) * strip + room, entryBytes),
    second: side === 1 ? 0 : up(strip + entryBytes, mostVectorBytes) + mostVectorBytes,
  };
}

/** Scratch memory of the lists. */
export function filterListBytes(shape: ConvShape, side: number): number {
  const { band, second } = sizes(shape, side);
  return shape.filters * (band + second + 4 * side);
}

/** The sum of each filter's elements. */
export interface Totals {
  /** Has `add` add elements to a filter's sum, held in all lanes. */
  grow(filter: Value, add: (sum: Value) => void): void;
}

/**
 * For each filter, the pixels of a band of rows at which dy is not zero, in order: offsets into x, and values. What a strip of
 * two rows has in its second one waits in a list of its own until the strip is over.
 */
export class FilterLists {
  /** Addresses behind the last entry of each list: the bands' first, then those of second rows. */
  readonly #ends: Value;
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #side: number;
  readonly #lists: Value;
  readonly #seconds: Value;

  constructor(b: KernelBuilder, shape: ConvShape, side: number, memory: Value) {
    this.#b = b;
    this.#shape = shape;
    this.#side = side;
    this.#seconds = memory;
    const { band, second } = sizes(shape, side);
    this.#lists = b.let(memory.add(shape.filters * second));
    this.#ends = b.let(memory.add(shape.filters * (band + second)));
  }

  clear(): void {
    const b = this.#b;
    const { filters } = this.#shape;
    const { band, second } = sizes(this.#shape, this.#side);
    b.for(0, filters, 1, (o) => {
      const end = b.let(this.#ends.add(o.shl(2)));
      b.store(end, 0, this.#lists.add(o.mul(band)));
      if (second) b.store(end, filters * 4, this.#seconds.add(o.mul(second)));
    });
  }

  /** What `append` has to know of the cells of strip `y` from column `x` on. */
  numbers(y: Value, x: Value): CellNumber[] {
    const { width, channels, filters } = this.#shape;
    const side = this.#side;
    const pixel = y.mul(side).mul(width).add(x.mul(side));
    const offset = {
      base: this.#b.let(pixel.mul(channels * 4)),
      row: width * channels * 4,
      column: channels * 4,
    };
    return side === 1 ? [offset] : [offset, { base: this.#ends, row: filters * 4, column: 0 }];
  }

  /** Adds an element to the list of its filter. */
  readonly append: Visit = (filter, value, step, [offset, ends = this.#ends]) => {
    const b = this.#b;
    const endAt = b.let(ends.add(filter.shl(2)));
    const end = b.let(b.load('i32', endAt));
    append(b, end, offset, value, step);
    b.store(endAt, 0, end);
  };

  /** Puts what a strip's second row has behind what its first one has. */
  endStrip(): void {
    const b = this.#b;
    if (this.#side === 1) return;
    const { filters, outWidth } = this.#shape;
    const { second } = sizes(this.#shape, this.#side);
    const most = (outWidth / this.#side) * entryBytes;
    b.for(0, filters, 1, (o) => {
      const endAt = b.let(this.#ends.add(o.shl(2)));
      const end = b.let(b.load('i32', endAt));
      const list = b.let(this.#seconds.add(o.mul(second)));
      for (let i = 0; i < most; i += b.vectorBytes) b.store(end, i, b.load('i32v', list, i));
      b.store(endAt, 0, end.add(b.load('i32', endAt, filters * 4)).sub(list));
      b.store(endAt, filters * 4, list);
    });
  }

  /**
   * Adds the products of what is listed with an image of the input to the sums, which begin anew unless `isLater`, and what is
   * listed to the total, if it is wanted.
   */
  addProducts(picture: Value, sumsAt: Value, isLater: Value, total: Totals | null): void {
    const b = this.#b;
    const { width, channels, filters, kernelHeight } = this.#shape;
    const row = sumsRow(this.#shape, b.lanes);
    const { band } = sizes(this.#shape, this.#side);
    b.for(0, filters, 1, (o) => {
      const list = b.let(this.#lists.add(o.mul(band)));
      const end = b.let(b.load('i32', b.let(this.#ends.add(o.shl(2)))));
      const addPart = (ky: Value, offset: Value, vectors: number, whole?: Value): void => {
        const line = o.mul(kernelHeight).add(ky);
        const at = b.let(sumsAt.add(line.mul(row * 4)).add(offset));
        const sums = Array.from({ length: vectors }, () => b.let(b.zero()));
        b.if(isLater, () => {
          sums.forEach((sum, v) => {
            b.set(sum, b.load('f32v', at, v * b.vectorBytes));
          });
        });
        const base = b.let(picture.add(ky.mul(width * channels * 4)).add(offset));
        const offsets = sums.map((_, v) => v * b.vectorBytes);
        addListed(b, list, end, base, sums, offsets, whole);
        sums.forEach((sum, v) => {
          b.store(at, v * b.vectorBytes, sum);
        });
      };
      const addRow = (ky: Value, first?: (offset: Value, vectors: number) => void): void =>
        overVectors(b, row, (offset, vectors) => addPart(ky, offset, vectors), first);
      if (total) {
        const top = b.i32(0);
        addRow(top, (offset, vectors) =>
          total.grow(o, (whole) => addPart(top, offset, vectors, whole)),
        );
      }
      b.for(total ? 1 : 0, kernelHeight, 1, (ky) => addRow(ky));
    });
  }
}
