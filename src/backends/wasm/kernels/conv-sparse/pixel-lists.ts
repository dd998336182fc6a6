import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { ConvShape } from '../conv-geometry.ts';
import type { CellNumber, Visit } from './elements.ts';
import { addListed, append, entryBytes, overVectors } from './lists.ts';

const listBytes = ({ filters }: ConvShape): number => (filters + 1) * entryBytes;

/** Scratch memory of the lists of a strip. */
export const pixelListBytes = (shape: ConvShape, side: number): number =>
  side * shape.outWidth * (listBytes(shape) + 4);

/**
 * For each pixel of a strip of dy, the elements that are not zero: entries of offsets into a row of the turned filter, and
 * values. Row after row of the kernel is multiplied with the lists of a row, so that the weights in use stay close.
 */
export class PixelLists {
  /** Addresses behind the last entry of each list. */
  readonly #ends: Value;
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #side: number;
  readonly #memory: Value;

  constructor(b: KernelBuilder, shape: ConvShape, side: number, memory: Value) {
    this.#b = b;
    this.#shape = shape;
    this.#side = side;
    this.#memory = memory;
    this.#ends = b.let(memory.add(side * shape.outWidth * listBytes(shape)));
  }

  clear(): void {
    const b = this.#b;
    const { outWidth } = this.#shape;
    b.for(0, this.#side * outWidth, 1, (pixel) =>
      b.store(
        b.let(this.#ends.add(pixel.shl(2))),
        0,
        this.#memory.add(pixel.mul(listBytes(this.#shape))),
      ),
    );
  }

  /** What `append` has to know of the cells from column `x` × side on. */
  number(x: Value): CellNumber {
    const base = this.#b.let(this.#ends.add(x.mul(this.#side * 4)));
    return { base, row: this.#shape.outWidth * 4, column: 4 };
  }

  /** Adds an element to the list of its pixel. */
  readonly append: Visit = (filter, value, step, [endAt]) => {
    const b = this.#b;
    const { channels, kernelWidth } = this.#shape;
    const end = b.let(b.load('i32', endAt));
    append(b, end, b.let(filter.mul(kernelWidth * channels * 4)), value, step);
    b.store(endAt, 0, end);
  };

  /** Adds the products of the strip's row `row` with the turned filter to dx, whose row of the same number begins at `out`. */
  addProducts(row: number, turned: Value, out: Value): void {
    const b = this.#b;
    const { width, channels, filters, kernelHeight, kernelWidth, outWidth } = this.#shape;
    const pixelBytes = channels * 4;
    const sumsAtOnce = b.target.tileRows * b.target.tileVectors;
    const lists = b.let(this.#memory.add(row * outWidth * listBytes(this.#shape)));
    const ends = b.let(this.#ends.add(row * outWidth * 4));
    b.for(0, kernelHeight, 1, (ky) => {
      const weights = b.let(turned.add(ky.mul(filters * kernelWidth * pixelBytes)));
      const line = b.let(out.add(ky.mul(width * pixelBytes)));
      b.for(0, outWidth, 1, (ox) => {
        const list = b.let(lists.add(ox.mul(listBytes(this.#shape))));
        const end = b.let(b.load('i32', b.let(ends.add(ox.shl(2)))));
        const pixel = b.let(line.add(ox.mul(pixelBytes)));
        overVectors(b, channels, (first, vectors) => {
          const atOnce = Math.max(1, Math.floor(sumsAtOnce / vectors));
          const base = b.let(weights.add(first));
          const at = b.let(pixel.add(first));
          for (let kx = 0; kx < kernelWidth; kx += atOnce) {
            // A tap's weights and its target lie alike: kx pixels on.
            const offsets = Array.from({ length: Math.min(atOnce, kernelWidth - kx) }, (_, i) =>
              Array.from({ length: vectors }, (_, v) => (kx + i) * pixelBytes + v * b.vectorBytes),
            ).flat();
            const sums = offsets.map(() => b.let(b.zero()));
            addListed(b, list, end, base, sums, offsets);
            offsets.forEach((offset, i) => {
              b.store(at, offset, b.load('f32v', at, offset).add(sums[i]));
            });
          }
        });
      });
    });
  }
}
