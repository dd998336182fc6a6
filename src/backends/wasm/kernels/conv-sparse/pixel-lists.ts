import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { ConvShape } from '../conv-geometry.ts';
import { addListed, append, entryBytes, overVectors, type Visit } from './lists.ts';

/** Scratch memory of the lists of a row. */
export const pixelListBytes = ({ outWidth, filters }: ConvShape): number =>
  outWidth * ((filters + 1) * entryBytes + 4);

/**
 * For each pixel of one row of dy, the elements that are not zero: entries of offsets into a row of the turned filter, and values. Row
 * after row of the kernel is multiplied with all lists, so that the weights in use stay close.
 */
export class PixelLists {
  /** Addresses behind the last entry of each list. */
  readonly #ends: Value;
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #memory: Value;
  readonly #listBytes: number;

  constructor(b: KernelBuilder, shape: ConvShape, memory: Value) {
    this.#b = b;
    this.#shape = shape;
    this.#memory = memory;
    this.#listBytes = (shape.filters + 1) * entryBytes;
    this.#ends = b.let(memory.add(shape.outWidth * this.#listBytes));
  }

  /** Fills the list of pixel `ox` with what `each` visits. */
  fill(ox: Value, each: (visit: Visit) => void): void {
    const b = this.#b;
    const { channels, kernelWidth } = this.#shape;
    const end = b.let(this.#memory.add(ox.mul(this.#listBytes)));
    each((filter, value, step) => {
      append(b, end, b.let(filter.mul(kernelWidth * channels * 4)), value, step);
    });
    b.store(b.let(this.#ends.add(ox.shl(2))), 0, end);
  }

  /** Adds the products of all lists with the turned filter to dx, whose row of the same number begins at `out`. */
  addProducts(turned: Value, out: Value): void {
    const b = this.#b;
    const { width, channels, filters, kernelHeight, kernelWidth, outWidth } = this.#shape;
    const pixelBytes = channels * 4;
    const sumsAtOnce = b.target.tileRows * b.target.tileVectors;
    b.for(0, kernelHeight, 1, (ky) => {
      const weights = b.let(turned.add(ky.mul(filters * kernelWidth * pixelBytes)));
      const row = b.let(out.add(ky.mul(width * pixelBytes)));
      b.for(0, outWidth, 1, (ox) => {
        const list = b.let(this.#memory.add(ox.mul(this.#listBytes)));
        const end = b.let(b.load('i32', b.let(this.#ends.add(ox.shl(2)))));
        const pixel = b.let(row.add(ox.mul(pixelBytes)));
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
