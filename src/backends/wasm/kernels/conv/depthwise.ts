import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../phases.ts';
import { overChannels } from '../channels.ts';
import { FormulaWriter } from '../formula.ts';
import { plain, reduceColumns } from '../reduce.ts';
import { type ConvShape, describe, type FramedConv } from './geometry.ts';

/** Pixels of a row that share the loaded filter values. */
const pixelsAtOnce = 4;

/** Whether each channel has one filter of its own. */
export const isDepthwise = ({ groups, channels, filters }: ConvShape): boolean =>
  groups > 1 && channels === 1 && filters === 1;

/** A depthwise convolution over frames that lie ready; filters [taps, channels]. */
export type DepthwiseConv = Omit<FramedConv, 'filters' | 'inPixel' | 'outPixel'> & {
  /** Whether the filter is used from its last tap to its first. */
  readonly turned: boolean;
};

export function emitDepthwise(
  conv: DepthwiseConv,
  x: number,
  filter: number,
  bias: number,
  y: number,
  phases: PhaseList,
): void {
  const rows = conv.images * conv.outHeight;
  const work = conv.outWidth * conv.channels * conv.kernelHeight * conv.kernelWidth;
  const rowsPerTask = Math.max(
    Math.ceil(rows / 1024),
    Math.min(Math.ceil(rows / 16), Math.ceil(2 ** 15 / work)),
  );
  phases.run(
    depthwiseKernel(conv, rowsPerTask),
    [x, filter, bias, y],
    Math.ceil(rows / rowsPerTask),
  );
}

function depthwiseKernel(conv: DepthwiseConv, rowsPerTask: number): KernelSpec {
  const { images, height, width, channels, outHeight, outWidth, strides, activation } = conv;
  const rows = images * outHeight;
  return {
    key: `convDepthwise|${describe(conv)}|${rowsPerTask}`,
    write: (b) => {
      const [x, filter, bias, y] = [0, 1, 2, 3].map((i) => b.arg(i));
      const first = b.let(b.task.mul(rowsPerTask));
      const end = b.let(first.add(rowsPerTask));
      b.set(end, end.lt(rows).select(end, b.i32(rows)));
      const pixelBytes = channels * 4;
      const taps = conv.kernelHeight * conv.kernelWidth;
      b.for(first, end, 1, (row) => {
        const top = row.divU(outHeight).mul(height).add(row.remU(outHeight).mul(strides[0]));
        const from = b.let(x.add(top.mul(width * pixelBytes)));
        const to = b.let(y.add(row.mul(outWidth * pixelBytes)));
        const pixelWork = (pixel: Value, pixels: number) =>
          overChannels(b, channels, (offset, lanes) => {
            const start = startOf(b, conv, bias, offset, lanes);
            const sums = Array.from({ length: pixels }, () => b.let(start));
            const left = b.let(from.add(pixel.mul(strides[1] * pixelBytes)).add(offset));
            const right = b.let(filter.add(offset));
            eachTap(conv, (ky, kx, tap) => {
              const factor = b.let(
                b.loadFirst(lanes, right, (conv.turned ? taps - 1 - tap : tap) * pixelBytes),
              );
              const at = (ky * conv.dilation[0] * width + kx * conv.dilation[1]) * pixelBytes;
              sums.forEach((sum, i) => {
                const value = b.loadFirst(lanes, left, at + i * strides[1] * pixelBytes);
                b.set(sum, b.multiplyAdd(value, factor, sum));
              });
            });
            const out = b.let(to.add(pixel.mul(pixelBytes)).add(offset));
            sums.forEach((sum, i) => {
              const value = activation
                ? new FormulaWriter(b, 'f32v', [sum]).write(activation)
                : sum;
              b.storeFirst(lanes, out, i * pixelBytes, value);
            });
          });
        const whole = Math.floor(outWidth / pixelsAtOnce) * pixelsAtOnce;
        if (whole) b.for(0, whole, pixelsAtOnce, (pixel) => pixelWork(pixel, pixelsAtOnce));
        if (outWidth % pixelsAtOnce) pixelWork(b.i32(whole), outWidth % pixelsAtOnce);
      });
    },
  };
}

/** The bias, or zero. */
const startOf = (
  b: KernelBuilder,
  conv: DepthwiseConv,
  bias: Value,
  offset: Value,
  lanes: number,
): Value => (conv.bias ? b.let(b.loadFirst(lanes, b.let(bias.add(offset)))) : b.zero());

function eachTap(
  { kernelHeight, kernelWidth }: { kernelHeight: number; kernelWidth: number },
  body: (ky: number, kx: number, tap: number) => void,
): void {
  for (let ky = 0; ky < kernelHeight; ky++) {
    for (let kx = 0; kx < kernelWidth; kx++) body(ky, kx, ky * kernelWidth + kx);
  }
}

/** dFilter[tap, c] = sum over pixels of x dy, by slices of the images with sums of their own, added in a fixed order. */
export function emitDepthwiseFilterGrad(
  conv: DepthwiseConv,
  x: number,
  dy: number,
  out: number,
  phases: PhaseList,
): void {
  const { images, channels, kernelHeight, kernelWidth } = conv;
  const taps = kernelHeight * kernelWidth;
  const size = taps * channels;
  const slices = Math.min(images, 16);
  const perSlice = Math.ceil(images / slices);
  const used = Math.ceil(images / perSlice);
  const target = used === 1 ? out : phases.scratch(used * size * 4);
  phases.run(depthwiseFilterGradKernel(conv, perSlice), [x, dy, target], used * taps);
  if (used > 1) reduceColumns(plain({ op: 'sum' }), 1, used, size, [target], out, phases);
}

/** Task t: tap t % taps of slice t / taps. */
function depthwiseFilterGradKernel(conv: DepthwiseConv, perSlice: number): KernelSpec {
  const {
    images,
    height,
    width,
    channels,
    kernelHeight,
    kernelWidth,
    outHeight,
    outWidth,
    strides,
    dilation,
  } = conv;
  const taps = kernelHeight * kernelWidth;
  const pixelBytes = channels * 4;
  return {
    key: `convDepthwiseFilterGrad|${describe(conv)}|${perSlice}`,
    write: (b) => {
      const [x, dy, out] = [0, 1, 2].map((i) => b.arg(i));
      const tap = b.let(b.task.remU(taps));
      const slice = b.let(b.task.divU(taps));
      const first = b.let(slice.mul(perSlice));
      const last = b.let(first.add(perSlice));
      b.set(last, last.lt(images).select(last, b.i32(images)));
      const shift = b.let(
        tap
          .divU(kernelWidth)
          .mul(dilation[0] * width)
          .add(tap.remU(kernelWidth).mul(dilation[1]))
          .mul(pixelBytes),
      );
      const target = b.let(out.add(b.task.mul(pixelBytes)));
      overChannels(b, channels, (offset, lanes) => {
        const sum = b.let(b.zero());
        b.for(first, last, 1, (image) =>
          b.for(0, outHeight, 1, (row) => {
            const top = image.mul(height).add(row.mul(strides[0]));
            const left = b.let(
              x
                .add(top.mul(width * pixelBytes))
                .add(shift)
                .add(offset),
            );
            const right = b.let(
              dy
                .add(
                  image
                    .mul(outHeight)
                    .add(row)
                    .mul(outWidth * pixelBytes),
                )
                .add(offset),
            );
            b.for(0, outWidth, 1, () => {
              b.set(sum, b.multiplyAdd(b.loadFirst(lanes, left), b.loadFirst(lanes, right), sum));
              b.set(left, left.add(strides[1] * pixelBytes));
              b.set(right, right.add(pixelBytes));
            });
          }),
        );
        b.storeFirst(lanes, b.let(target.add(offset)), 0, sum);
      });
    },
  };
}
