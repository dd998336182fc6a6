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

/** Appends (offset, value) to a list at `end` if the value is not zero; moves `end`. */
function append(b: KernelBuilder, end: Value, offset: Value, value: Value): void {
  b.store(end, 0, offset);
  b.store(end, 4, value);
  b.set(end, end.add(value.ne(0).shl(3)));
}

/** Adds, for every entry of a list, value × the vectors at base + the entry's offset + their own to the sums. */
function addListed(
  b: KernelBuilder,
  from: Value,
  end: Value,
  base: Value,
  sums: readonly Value[],
  offsets: readonly number[] = sums.map((_, v) => v * b.vectorBytes),
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
        b.set(at, at.add(8));
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

/** dx[oy + ky, ox + kx] += sum over non-zero dy[oy, ox, o] of dy w[ky, kx, :, o], pixel after pixel; one task an image. */
export function emitSparseInputGrad(
  shape: ConvShape,
  dy: number,
  filter: number,
  dx: number,
  { following, beside }: { readonly following: Expr | null; readonly beside: number },
  phases: PhaseList,
): void {
  const { images, channels, filters, kernelHeight, kernelWidth } = shape;
  const taps = kernelHeight * kernelWidth;
  const turned = scratchView([filters, taps, channels], phases);
  const source = {
    ...turned,
    storage: { address: filter } as unknown as typeof turned.storage,
    strides: [1, channels * filters, filters],
  };
  elementwise([source], [turned], { formulas: [input(0)] }, phases);
  const address = (turned.storage as unknown as { address: number }).address;
  phases.run(inputGradKernel(shape, following), [dy, address, dx, beside], images);
}

function inputGradKernel(shape: ConvShape, following: Expr | null): KernelSpec {
  const { height, width, channels, filters, kernelHeight, kernelWidth, outHeight, outWidth } =
    shape;
  const taps = kernelHeight * kernelWidth;
  const pixelBytes = channels * 4;
  return {
    key: `convSparseInputGrad|${describe(shape)}|${following?.key ?? ''}`,
    scratch: (filters + 1) * 8,
    write: (b) => {
      const [dy, turned, dx] = [0, 1, 2].map((i) => b.arg(i));
      const sumsAtOnce = b.target.tileRows * b.target.tileVectors;
      const from = b.let(dy.add(b.task.mul(outHeight * outWidth * filters * 4)));
      const out = b.let(dx.add(b.task.mul(height * width * pixelBytes)));
      zero(b, out, height * width * channels);
      const list = b.let(b.scratch);
      const end = b.let(list);
      b.for(0, outHeight, 1, () => {
        b.for(0, outWidth, 1, () => {
          b.set(end, list);
          b.for(0, filters * taps * pixelBytes, taps * pixelBytes, (offset) => {
            append(b, end, offset, b.let(b.load('f32', from)));
            b.set(from, from.add(4));
          });
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
              addListed(b, list, end, b.let(turned.add(first)), sums, offsets);
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
      const image = b.task.mul(height * width * pixelBytes);
      const at = b.let(dx.add(image));
      const other = b.let(b.arg(3).add(image));
      b.for(0, height * width * pixelBytes, b.vectorBytes, (offset) => {
        const sum = b.let(b.load('f32v', b.let(at.add(offset))));
        const inputs = [sum, b.let(b.load('f32v', b.let(other.add(offset))))];
        const value = new FormulaWriter(b, 'f32v', inputs).write(following);
        b.store(b.let(at.add(offset)), 0, value);
      });
    },
  };
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
  const { images, channels, filters, kernelHeight, kernelWidth } = shape;
  const window = kernelHeight * kernelWidth * channels;
  const size = window * filters;
  const perSlice = Math.ceil(images / Math.min(images, mostSlices));
  const slices = Math.ceil(images / perSlice);
  const partial = phases.scratch(slices * size * 4);
  phases.run(filterGradKernel(shape, perSlice), [x, dy, partial], slices);
  const sum = scratchView([window, filters], phases);
  const address = (sum.storage as unknown as { address: number }).address;
  reduceColumns(plain({ op: 'sum' }), 1, slices, size, [partial], address, phases);
  // The sums lie [filter][ky, kx, c].
  const turned = { ...sum, strides: [1, window] };
  const target = { ...sum, storage: { address: out } as unknown as typeof sum.storage };
  elementwise([turned], [target], { formulas: [input(0)] }, phases);
}

/** Task t: the images of slice t; sums [filter][ky, kx, c]. */
function filterGradKernel(shape: ConvShape, perSlice: number): KernelSpec {
  const {
    images,
    height,
    width,
    channels,
    filters,
    kernelHeight,
    kernelWidth,
    outHeight,
    outWidth,
  } = shape;
  const pixels = outHeight * outWidth;
  const listBytes = (pixels + 1) * 8;
  const row = kernelWidth * channels;
  return {
    key: `convSparseFilterGrad|${describe(shape)}|${perSlice}`,
    scratch: filters * (listBytes + 4),
    write: (b) => {
      const [x, dy, out] = [0, 1, 2].map((i) => b.arg(i));
      const lists = b.let(b.scratch);
      const ends = b.let(b.scratch.add(filters * listBytes));
      const sumsAt = b.let(out.add(b.task.mul(filters * kernelHeight * row * 4)));
      const first = b.let(b.task.mul(perSlice));
      const last = b.let(first.add(perSlice));
      b.set(last, last.lt(images).select(last, b.i32(images)));
      b.for(first, last, 1, (image) => {
        b.for(0, filters, 1, (o) =>
          b.store(b.let(ends.add(o.shl(2))), 0, lists.add(o.mul(listBytes))),
        );
        const from = b.let(dy.add(image.mul(pixels * filters * 4)));
        b.for(0, outHeight, 1, (oy) =>
          b.for(0, outWidth, 1, (ox) => {
            const offset = b.let(
              oy
                .mul(width)
                .add(ox)
                .mul(channels * 4),
            );
            b.for(0, filters, 1, (o) => {
              const endAt = b.let(ends.add(o.shl(2)));
              const end = b.let(b.load('i32', endAt));
              append(b, end, offset, b.let(b.load('f32', from)));
              b.store(endAt, 0, end);
              b.set(from, from.add(4));
            });
          }),
        );
        const picture = b.let(x.add(image.mul(height * width * channels * 4)));
        b.for(0, filters, 1, (o) => {
          const list = b.let(lists.add(o.mul(listBytes)));
          const end = b.let(b.load('i32', b.let(ends.add(o.shl(2)))));
          b.for(0, kernelHeight, 1, (ky) =>
            overVectors(b, row, (offset, vectors) => {
              const at = b.let(
                sumsAt
                  .add(
                    o
                      .mul(kernelHeight)
                      .add(ky)
                      .mul(row * 4),
                  )
                  .add(offset),
              );
              const sums = Array.from({ length: vectors }, () => b.let(b.zero()));
              b.if(image.ne(first), () => {
                sums.forEach((sum, v) => {
                  b.set(sum, b.load('f32v', at, v * b.vectorBytes));
                });
              });
              addListed(
                b,
                list,
                end,
                b.let(picture.add(ky.mul(width * channels * 4)).add(offset)),
                sums,
              );
              sums.forEach((sum, v) => {
                b.store(at, v * b.vectorBytes, sum);
              });
            }),
          );
        });
      });
    },
  };
}
