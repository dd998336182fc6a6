import type { KernelBuilder, Value } from '../../../builder/index.ts';
import type { ConvShape } from '../geometry.ts';
import type { CellNumber, Visit } from './elements.ts';
import { addListed, append, entryBytes, overVectors, vectorsAtOnce } from './lists.ts';

const listBytes = ({ filters }: ConvShape): number => (filters + 1) * entryBytes;

/** Scratch memory of the lists of a band of so many rows. */
export const pixelListBytes = (shape: ConvShape, rows: number): number =>
  rows * shape.outWidth * (listBytes(shape) + 4);

/**
 * For each pixel of a band of rows of dy, the elements that are not zero: entries of offsets into a row of the turned filter, and
 * values. Some rows of the kernel at a time are multiplied with all lists, so that the weights in use stay close.
 */
export class PixelLists {
  /** Addresses behind the last entry of each list. */
  readonly #ends: Value;
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #side: number;
  readonly #rows: number;
  readonly #memory: Value;

  constructor(b: KernelBuilder, shape: ConvShape, side: number, rows: number, memory: Value) {
    this.#b = b;
    this.#shape = shape;
    this.#side = side;
    this.#rows = rows;
    this.#memory = memory;
    this.#ends = b.let(memory.add(rows * shape.outWidth * listBytes(shape)));
  }

  clear(): void {
    const b = this.#b;
    const end = b.let(this.#ends);
    const list = b.let(this.#memory);
    b.for(0, this.#rows * this.#shape.outWidth, 1, () => {
      b.store(end, 0, list);
      b.set(end, end.add(4));
      b.set(list, list.add(listBytes(this.#shape)));
    });
  }

  /** What `append` has to know of the cells of the band's strip `y` from column `x` × side on. */
  number(y: Value, x: Value): CellNumber {
    const { outWidth } = this.#shape;
    const pixel = y
      .mul(outWidth)
      .add(x)
      .mul(this.#side * 4);
    return { base: this.#b.let(this.#ends.add(pixel)), row: outWidth * 4, column: 4 };
  }

  /** Adds an element to the list of its pixel. */
  readonly append: Visit = (filter, value, step, [endAt]) => {
    const b = this.#b;
    const { channels, kernelWidth } = this.#shape;
    const end = b.let(b.load('i32', endAt));
    append(b, end, b.let(filter.mul(kernelWidth * channels * 4)), value, step);
    b.store(endAt, 0, end);
  };

  /** Adds the products of the band's first `rows` rows with the turned filter to dx, where they begin at `out`. */
  addProducts(rows: Value, turned: Value, out: Value): void {
    const b = this.#b;
    const { channels, kernelHeight, kernelWidth } = this.#shape;
    const vectors = Math.min(channels / b.lanes, vectorsAtOnce(b));
    const tapsAtOnce = Math.max(1, Math.floor(b.target.sums / vectors));
    const atOnce = Math.min(kernelHeight, Math.max(1, Math.floor(tapsAtOnce / kernelWidth)));
    // From below, as each row of dx must hear of the rows of dy in their order.
    for (let end = kernelHeight; end > 0; end -= atOnce) {
      const first = Math.max(0, end - atOnce);
      this.#addKernelRows(first, end - first, tapsAtOnce, rows, turned, out);
    }
  }

  /** The same for `count` rows of the kernel from `ky` on. */
  #addKernelRows(
    ky: number,
    count: number,
    tapsAtOnce: number,
    rows: Value,
    turned: Value,
    out: Value,
  ): void {
    const b = this.#b;
    const { width, channels, filters, kernelWidth, outWidth } = this.#shape;
    const pixelBytes = channels * 4;
    const weightsRow = filters * kernelWidth * pixelBytes;
    const taps = Array.from({ length: count * kernelWidth }, (_, tap) => {
      const [y, x] = [ky + Math.floor(tap / kernelWidth), tap % kernelWidth];
      return { weight: y * weightsRow + x * pixelBytes, target: (y * width + x) * pixelBytes };
    });
    const list = b.let(this.#memory);
    const endAt = b.let(this.#ends);
    const line = b.let(out);
    b.for(0, rows, 1, () => {
      const pixel = b.let(line);
      b.for(0, outWidth, 1, () => {
        const end = b.let(b.load('i32', endAt));
        overVectors(b, channels, (first, vectors) => {
          const base = b.let(turned.add(first));
          const at = b.let(pixel.add(first));
          for (let tap = 0; tap < taps.length; tap += tapsAtOnce) {
            const places = taps.slice(tap, tap + tapsAtOnce).flatMap(({ weight, target }) =>
              Array.from({ length: vectors }, (_, v) => ({
                weight: weight + v * b.vectorBytes,
                target: target + v * b.vectorBytes,
              })),
            );
            const sums = places.map(() => b.let(b.zero()));
            const offsets = places.map(({ weight }) => weight);
            addListed(b, list, end, base, sums, offsets);
            places.forEach(({ target }, i) => {
              b.store(at, target, b.load('f32v', at, target).add(sums[i]));
            });
          }
        });
        b.set(pixel, pixel.add(pixelBytes));
        b.set(list, list.add(listBytes(this.#shape)));
        b.set(endAt, endAt.add(4));
      });
      b.set(line, line.add(width * pixelBytes));
    });
  }
}
