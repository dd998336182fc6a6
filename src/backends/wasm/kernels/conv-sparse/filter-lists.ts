import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { ConvShape } from '../conv-geometry.ts';
import { addListed, append, entryBytes, overVectors } from './lists.ts';

/** What the rows of x that a band needs may take: they are read once for every filter. */
const bandBytes = 32768;

/** Rows of dy that are listed at once. */
export function bandRows({ outHeight, width, channels, kernelHeight }: ConvShape): number {
  const rows = Math.max(1, Math.floor(bandBytes / (width * channels * 4)) - kernelHeight + 1);
  return Math.ceil(outHeight / Math.ceil(outHeight / rows));
}

/** Scratch memory of the lists of a band. */
export const filterListBytes = (shape: ConvShape): number =>
  shape.filters * ((bandRows(shape) * shape.outWidth + 1) * entryBytes + 4);

/** For each filter, the pixels of a band of rows at which dy is not zero, in order: offsets into x, and values. */
export class FilterLists {
  /** Addresses behind the last entry of each list. */
  readonly #ends: Value;
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #lists: Value;
  readonly #listBytes: number;

  constructor(b: KernelBuilder, shape: ConvShape, memory: Value) {
    this.#b = b;
    this.#shape = shape;
    this.#lists = memory;
    this.#listBytes = (bandRows(shape) * shape.outWidth + 1) * entryBytes;
    this.#ends = b.let(memory.add(shape.filters * this.#listBytes));
  }

  clear(): void {
    const b = this.#b;
    b.for(0, this.#shape.filters, 1, (o) =>
      b.store(b.let(this.#ends.add(o.shl(2))), 0, this.#lists.add(o.mul(this.#listBytes))),
    );
  }

  /** Adds to the list of a filter, which grows by `step`: an entry or 0 bytes. */
  append(filter: Value, offset: Value, value: Value, step: Value): void {
    const b = this.#b;
    const endAt = b.let(this.#ends.add(filter.shl(2)));
    const end = b.let(b.load('i32', endAt));
    append(b, end, offset, value, step);
    b.store(endAt, 0, end);
  }

  /** Adds the products of what is listed with an image of the input to the sums, which begin anew unless `isLater`. */
  addProducts(picture: Value, sumsAt: Value, isLater: Value): void {
    const b = this.#b;
    const { width, channels, filters, kernelHeight, kernelWidth } = this.#shape;
    const row = kernelWidth * channels;
    b.for(0, filters, 1, (o) => {
      const list = b.let(this.#lists.add(o.mul(this.#listBytes)));
      const end = b.let(b.load('i32', b.let(this.#ends.add(o.shl(2)))));
      b.for(0, kernelHeight, 1, (ky) =>
        overVectors(b, row, (offset, vectors) => {
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
          addListed(b, list, end, base, sums, offsets);
          sums.forEach((sum, v) => {
            b.store(at, v * b.vectorBytes, sum);
          });
        }),
      );
    });
  }
}
