import { type Expr, input } from '../../../expr/index.ts';
import type { KernelBuilder, Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import { type ConvShape, describe } from './conv-geometry.ts';
import { elementwise } from './elementwise.ts';
import { zero } from './fill.ts';
import { FormulaWriter } from './formula.ts';
import { scratchView } from './layout.ts';
import { plain, reduceColumns } from './reduce.ts';

/**
 * Gradients of a convolution from the elements of dy that are not zero: behind ReLU, maximum pooling and dropout few are
 * left. Whether this way is taken is decided in each run by counting them.
 */

/** Shares of non-zero elements, in 1/64, up to which skipping costs less than Winograd's method. */
const sparseShare = 14;
/** One in so many blocks of elements is counted. */
const countedBlocks = 8;
const blockSize = 2048;
/** Vectors of sums that one pass over a list keeps in registers. */
const vectorsAtOnce = 8;
const mostSlices = 16;

/** Emits a flag that is 1 in runs in which dy, of `size` elements, is sparse enough, else 0; gives its address. */
export function emitSparseFlag(dy: number, size: number, phases: PhaseList): number {
  const counts = Math.ceil(size / (blockSize * countedBlocks));
  const rest = size - (counts - 1) * blockSize * countedBlocks;
  const counted = (counts - 1) * blockSize + Math.min(rest, blockSize);
  const partial = phases.scratch(counts * 4);
  const flag = phases.scratch(4);
  phases.run(countKernel, [dy, size, partial], counts);
  phases.run(flagKernel, [partial, counts, Math.floor((counted * sparseShare) / 64), flag], 1);
  return flag;
}

/** Task t counts the non-zero elements of one block. */
const countKernel: KernelSpec = {
  key: 'countNonZero',
  write: (b) => {
    const start = b.let(b.task.mul(blockSize * countedBlocks));
    const left = b.let(b.arg(1).sub(start));
    b.set(left, left.lt(blockSize).select(left, b.i32(blockSize)));
    const at = b.let(b.arg(0).add(start.shl(2)));
    const count = b.let(b.i32(0));
    const lanes = b.let(b.constant('i32v', 0));
    b.if(left.ge(b.lanes), () =>
      b.repeat(
        () => {
          const zero = b.load('f32v', at).eq(0);
          b.set(lanes, lanes.add(zero.select(b.constant('i32v', 0), b.constant('i32v', 1))));
          b.set(at, at.add(b.vectorBytes));
          b.set(left, left.sub(b.lanes));
        },
        () => left.ge(b.lanes),
      ),
    );
    for (let i = 0; i < b.lanes; i++) b.set(count, count.add(lanes.lane(i)));
    b.if(left.gt(0), () =>
      b.repeat(
        () => {
          b.set(count, count.add(b.load('f32', at).ne(0)));
          b.set(at, at.add(4));
          b.set(left, left.sub(1));
        },
        () => left.gt(0),
      ),
    );
    b.store(b.arg(2).add(b.task.shl(2)), 0, count);
  },
};

const flagKernel: KernelSpec = {
  key: 'sparseFlag',
  write: (b) => {
    const [partial, counts, limit, flag] = [0, 1, 2, 3].map((i) => b.arg(i));
    const sum = b.let(b.i32(0));
    b.for(0, counts, 1, (i) => b.set(sum, sum.add(b.load('i32', b.let(partial.add(i.shl(2)))))));
    b.store(flag, 0, sum.le(limit));
  },
};

/** An entry of a list: an offset and a value. */
const entryBytes = 8;

/**
 * Visits those of `floats` numbers that are not zero, in order: their places and values. To spare branches that cannot be
 * foreseen, the usual few of each vector are visited even where there are fewer, with `found` 0 instead of 1.
 */
function eachNonZero(
  b: KernelBuilder,
  from: Value,
  floats: number,
  visit: (place: Value, value: Value, found: Value) => void,
): void {
  const usual = Math.ceil(b.lanes / 4);
  const visitVector = (first: Value, lanes: number): void => {
    const vector = b.let(from.add(first.shl(2)));
    const bits = b.let(b.loadFirst(lanes, vector).ne(0).bits());
    const next = (lane: Value, found: Value): void => {
      const value = b.let(b.load('f32', b.let(vector.add(lane.shl(2)))));
      visit(b.let(first.add(lane)), value, found);
      b.set(bits, bits.and(bits.sub(1)));
    };
    for (let i = 0; i < usual && lanes === b.lanes; i++) {
      next(b.let(bits.firstBit().and(lanes - 1)), b.let(bits.ne(0)));
    }
    b.if(bits.ne(0), () =>
      b.repeat(
        () => next(b.let(bits.firstBit()), b.i32(1)),
        () => bits.ne(0),
      ),
    );
  };
  const rest = floats % b.lanes;
  if (floats > rest) b.for(0, floats - rest, b.lanes, (first) => visitVector(first, b.lanes));
  if (rest) visitVector(b.i32(floats - rest), rest);
}

/** Appends (offset, value) to a list at `end` where `found` is 1, not 0; moves `end`. There is room for one more. */
function append(b: KernelBuilder, end: Value, offset: Value, value: Value, found: Value): void {
  b.store(end, 0, offset);
  b.store(end, 4, value);
  b.set(end, end.add(found.shl(3)));
}

/** Adds, for every entry of a list, value × the vectors at base + the entry's offset + their own to the sums. */
function addListed(
  b: KernelBuilder,
  from: Value,
  end: Value,
  base: Value,
  sums: readonly Value[],
  offsets: readonly number[],
): void {
  const at = b.let(from);
  b.if(at.ne(end), () =>
    b.repeat(
      () => {
        const row = b.let(base.add(b.load('i32', at)));
        const factor = b.let(b.loadSplat(at, 4));
        sums.forEach((sum, v) => {
          b.set(sum, b.multiplyAdd(factor, b.load('f32v', row, offsets[v]), sum));
        });
        b.set(at, at.add(entryBytes));
      },
      () => at.ne(end),
    ),
  );
}

/** Whether channels come in whole vectors of any target, and a task's lists fit. */
export const suitsSparse = (shape: ConvShape): boolean =>
  shape.channels % 16 === 0 &&
  shape.groups === 1 &&
  shape.padding.flat().every((p) => p === 0) &&
  [...shape.strides, ...shape.dilation].every((n) => n === 1);

/** Where the operands of a gradient lie, and what the gradient of the input goes through. */
export interface InputGradOperands {
  readonly dy: number;
  readonly filter: number;
  readonly dx: number;
  readonly following: Expr | null;
  readonly beside: number;
}

/** dx[oy + ky, ox + kx] += sum over non-zero dy[oy, ox, o] of dy w[ky, kx, :, o], pixel after pixel; one task an image. */
export function emitSparseInputGrad(
  shape: ConvShape,
  { dy, filter, dx, following, beside }: InputGradOperands,
  phases: PhaseList,
): void {
  const turned = emitTurnedFilter(shape, filter, phases);
  const { outHeight, outWidth, filters } = shape;
  phases.run(
    {
      key: `convSparseInputGrad|${describe(shape)}|${following?.key ?? ''}`,
      scratch: pixelListBytes(shape),
      write: (b) => {
        const from = b.let(b.arg(0).add(b.task.mul(outHeight * outWidth * filters * 4)));
        const operands = { turned: b.arg(1), dx: b.arg(2), beside: b.arg(3), following };
        imageInputGrad(b, shape, b.task, from, operands, () => {});
      },
    },
    [dy, turned, dx, beside],
    shape.images,
  );
}

const pixelListBytes = ({ filters }: ConvShape): number => (filters + 1) * entryBytes;

/** The filter as [o][ky, kx][c]; gives its address. */
function emitTurnedFilter(shape: ConvShape, filter: number, phases: PhaseList): number {
  const { channels, filters, kernelHeight, kernelWidth } = shape;
  const turned = scratchView([filters, kernelHeight * kernelWidth, channels], phases);
  const source = {
    ...turned,
    storage: { address: filter } as unknown as typeof turned.storage,
    strides: [1, channels * filters, filters],
  };
  elementwise([source], [turned], { formulas: [input(0)] }, phases);
  return (turned.storage as unknown as { address: number }).address;
}

/**
 * The gradient of one image. `from` points at its dy and is moved. `listed` may use the list of each pixel: entries of
 * offsets into the turned filter and values, from the start of the scratch memory to `end`.
 */
function imageInputGrad(
  b: KernelBuilder,
  shape: ConvShape,
  image: Value,
  from: Value,
  operands: {
    readonly turned: Value;
    readonly dx: Value;
    readonly beside: Value;
    readonly following: Expr | null;
  },
  listed: (list: Value, end: Value) => void,
): void {
  const { height, width, channels, filters, kernelHeight, kernelWidth, outHeight, outWidth } =
    shape;
  const { following } = operands;
  const taps = kernelHeight * kernelWidth;
  const pixelBytes = channels * 4;
  const imageBytes = height * width * pixelBytes;
  const sumsAtOnce = b.target.tileRows * b.target.tileVectors;
  const out = b.let(operands.dx.add(image.mul(imageBytes)));
  zero(b, out, height * width * channels);
  const list = b.let(b.scratch);
  const end = b.let(list);
  b.for(0, outHeight, 1, () => {
    b.for(0, outWidth, 1, () => {
      b.set(end, list);
      eachNonZero(b, from, filters, (o, value, found) =>
        append(b, end, b.let(o.mul(taps * pixelBytes)), value, found),
      );
      b.set(from, from.add(filters * 4));
      listed(list, end);
      overVectors(b, channels, (first, vectors) => {
        const atOnce = Math.max(1, Math.floor(sumsAtOnce / vectors));
        for (let tap = 0; tap < taps; tap += atOnce) {
          const places = Array.from({ length: Math.min(atOnce, taps - tap) }, (_, i) => tap + i)
            .flatMap((t) => Array.from({ length: vectors }, (_, v) => ({ t, v })))
            .map(({ t, v }) => ({
              weight: t * pixelBytes + v * b.vectorBytes,
              target:
                (Math.floor(t / kernelWidth) * width + (t % kernelWidth)) * pixelBytes +
                v * b.vectorBytes,
            }));
          const sums = places.map(() => b.let(b.zero()));
          const offsets = places.map(({ weight }) => weight);
          addListed(b, list, end, b.let(operands.turned.add(first)), sums, offsets);
          const at = b.let(out.add(first));
          places.forEach(({ target }, i) => {
            b.store(at, target, b.load('f32v', at, target).add(sums[i]));
          });
        }
      });
      b.set(out, out.add(pixelBytes));
    });
    b.set(out, out.add((width - outWidth) * pixelBytes));
  });
  if (!following) return;
  const at = b.let(operands.dx.add(image.mul(imageBytes)));
  const other = b.let(operands.beside.add(image.mul(imageBytes)));
  b.for(0, imageBytes, b.vectorBytes, (offset) => {
    const target = b.let(at.add(offset));
    const inputs = [target, b.let(other.add(offset))].map((p) => b.let(b.load('f32v', p)));
    b.store(target, 0, new FormulaWriter(b, 'f32v', inputs).write(following));
  });
}

/** Whole vectors, as many at once as registers allow; `first` is the byte offset. */
function overVectors(
  b: KernelBuilder,
  floats: number,
  body: (first: Value, vectors: number) => void,
): void {
  const all = floats / b.lanes;
  const whole = Math.floor(all / vectorsAtOnce) * vectorsAtOnce;
  const step = vectorsAtOnce * b.vectorBytes;
  if (whole) b.for(0, whole * b.vectorBytes, step, (first) => body(first, vectorsAtOnce));
  if (all > whole) body(b.i32(whole * b.vectorBytes), all - whole);
}

/** dFilter from the non-zero elements of dy, by slices of the images with sums of their own, added in a fixed order. */
export function emitSparseFilterGrad(
  shape: ConvShape,
  x: number,
  dy: number,
  out: number,
  phases: PhaseList,
): void {
  const sums = new SlicedSums(shape, phases);
  const { filters, outHeight, outWidth, channels, width } = shape;
  const kernel: KernelSpec = {
    key: `convSparseFilterGrad|${describe(shape)}|${sums.perSlice}`,
    scratch: filterListBytes(shape),
    write: (b) => {
      const lists = new FilterLists(b, shape, b.let(b.scratch));
      sums.overImages(b, (image, isLater, sumsAt) => {
        lists.clear();
        const from = b.let(b.arg(1).add(image.mul(outHeight * outWidth * filters * 4)));
        b.for(0, outHeight, 1, (oy) =>
          b.for(0, outWidth, 1, (ox) => {
            const offset = b.let(
              oy
                .mul(width)
                .add(ox)
                .mul(channels * 4),
            );
            eachNonZero(b, from, filters, (o, value, found) => {
              const endAt = b.let(lists.ends.add(o.shl(2)));
              const end = b.let(b.load('i32', endAt));
              append(b, end, offset, value, found);
              b.store(endAt, 0, end);
            });
            b.set(from, from.add(filters * 4));
          }),
        );
        lists.addProducts(image, b.arg(0), sumsAt, isLater);
      });
    },
  };
  phases.run(kernel, [x, dy, sums.partial], sums.slices);
  sums.emitTotal(out);
}

/** Both gradients from one look for the elements of dy that are not zero, with the bits that they have one by one. */
export function emitSparseGradients(
  shape: ConvShape,
  x: number,
  { dy, filter, dx, following, beside }: InputGradOperands,
  dFilter: number,
  phases: PhaseList,
): void {
  const turned = emitTurnedFilter(shape, filter, phases);
  const sums = new SlicedSums(shape, phases);
  const { filters, outHeight, outWidth, channels, width, kernelHeight, kernelWidth } = shape;
  const weightBytes = kernelHeight * kernelWidth * channels * 4;
  const kernel: KernelSpec = {
    key: `convSparseGradients|${describe(shape)}|${sums.perSlice}|${following?.key ?? ''}`,
    scratch: pixelListBytes(shape) + filterListBytes(shape),
    write: (b) => {
      const lists = new FilterLists(b, shape, b.let(b.scratch.add(pixelListBytes(shape))));
      const operands = { turned: b.arg(3), dx: b.arg(4), beside: b.arg(5), following };
      sums.overImages(b, (image, isLater, sumsAt) => {
        lists.clear();
        const from = b.let(b.arg(1).add(image.mul(outHeight * outWidth * filters * 4)));
        const pixel = b.let(b.i32(0));
        const column = b.let(b.i32(0));
        imageInputGrad(b, shape, image, from, operands, (list, end) => {
          const at = b.let(list);
          b.if(at.ne(end), () =>
            b.repeat(
              () => {
                const o = b.load('i32', at).divU(weightBytes);
                const endAt = b.let(lists.ends.add(o.shl(2)));
                const entry = b.let(b.load('i32', endAt));
                b.store(entry, 0, pixel);
                b.store(entry, 4, b.load('i32', at, 4));
                b.store(endAt, 0, entry.add(entryBytes));
                b.set(at, at.add(entryBytes));
              },
              () => at.ne(end),
            ),
          );
          b.set(pixel, pixel.add(channels * 4));
          b.set(column, column.add(1));
          b.if(column.eq(outWidth), () => {
            b.set(pixel, pixel.add((width - outWidth) * channels * 4));
            b.set(column, b.i32(0));
          });
        });
        lists.addProducts(image, b.arg(0), sumsAt, isLater);
      });
    },
  };
  phases.run(kernel, [x, dy, sums.partial, turned, dx, beside], sums.slices);
  sums.emitTotal(dFilter);
}

const filterListBytes = ({ filters, outHeight, outWidth }: ConvShape): number =>
  filters * ((outHeight * outWidth + 1) * entryBytes + 4);

/** Sums [filter][ky, kx, c] of slices of the images. */
class SlicedSums {
  readonly perSlice: number;
  readonly slices: number;
  readonly partial: number;
  readonly #shape: ConvShape;
  readonly #phases: PhaseList;
  readonly #window: number;

  constructor(shape: ConvShape, phases: PhaseList) {
    const { images, channels, filters, kernelHeight, kernelWidth } = shape;
    this.#shape = shape;
    this.#phases = phases;
    this.#window = kernelHeight * kernelWidth * channels;
    this.perSlice = Math.ceil(images / Math.min(images, mostSlices));
    this.slices = Math.ceil(images / this.perSlice);
    this.partial = phases.scratch(this.slices * this.#window * filters * 4);
  }

  /** The images of a task's slice; `sums` are in the kernel's third argument. */
  overImages(b: KernelBuilder, body: (image: Value, isLater: Value, sums: Value) => void): void {
    const { images, filters } = this.#shape;
    const sums = b.let(b.arg(2).add(b.task.mul(filters * this.#window * 4)));
    const first = b.let(b.task.mul(this.perSlice));
    const last = b.let(first.add(this.perSlice));
    b.set(last, last.lt(images).select(last, b.i32(images)));
    b.for(first, last, 1, (image) => body(image, image.ne(first), sums));
  }

  /** Adds the slices and turns the sum into [ky, kx, c, filter]. */
  emitTotal(out: number): void {
    const { filters } = this.#shape;
    const size = this.#window * filters;
    const sum = scratchView([this.#window, filters], this.#phases);
    const address = (sum.storage as unknown as { address: number }).address;
    const { partial, slices } = this;
    reduceColumns(plain({ op: 'sum' }), 1, slices, size, [partial], address, this.#phases);
    const turned = { ...sum, strides: [1, this.#window] };
    const target = { ...sum, storage: { address: out } as unknown as typeof sum.storage };
    elementwise([turned], [target], { formulas: [input(0)] }, this.#phases);
  }
}

/** For each filter, the pixels of an image at which dy is not zero, in order. */
class FilterLists {
  /** Addresses behind the last entry of each list. */
  readonly ends: Value;
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #lists: Value;
  readonly #listBytes: number;

  constructor(b: KernelBuilder, shape: ConvShape, memory: Value) {
    this.#b = b;
    this.#shape = shape;
    this.#lists = memory;
    this.#listBytes = (shape.outHeight * shape.outWidth + 1) * entryBytes;
    this.ends = b.let(memory.add(shape.filters * this.#listBytes));
  }

  clear(): void {
    const b = this.#b;
    b.for(0, this.#shape.filters, 1, (o) =>
      b.store(b.let(this.ends.add(o.shl(2))), 0, this.#lists.add(o.mul(this.#listBytes))),
    );
  }

  /** Adds the products of what is listed with the image `x` to the sums, which begin anew unless `isLater`. */
  addProducts(image: Value, x: Value, sumsAt: Value, isLater: Value): void {
    const b = this.#b;
    const { height, width, channels, filters, kernelHeight, kernelWidth } = this.#shape;
    const row = kernelWidth * channels;
    const picture = b.let(x.add(image.mul(height * width * channels * 4)));
    b.for(0, filters, 1, (o) => {
      const list = b.let(this.#lists.add(o.mul(this.#listBytes)));
      const end = b.let(b.load('i32', b.let(this.ends.add(o.shl(2)))));
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
