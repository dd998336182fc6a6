// Gradients of a convolution from the elements of dy that are not zero: behind ReLU, maximum pooling and dropout few are left.
// Whether this way is taken is decided in each run by counting them.
import { type Expr, input } from '../../../../expr/index.ts';
import { sizeOf } from '../../../../tensor/index.ts';
import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../phases.ts';
import { type ConvShape, describe } from '../conv-geometry.ts';
import { elementwise } from '../elementwise.ts';
import { emitZeros } from '../fill.ts';
import { scratchView } from '../layout.ts';
import { bandRows, FilterLists, filterListBytes } from './filter-lists.ts';
import { frameBytes, framedShape, ImageGradient, InputImages } from './framed-images.ts';
import { eachNonZero, type Visit } from './lists.ts';
import { PixelLists, pixelListBytes } from './pixel-lists.ts';
import { SlicedSums } from './sliced-sums.ts';

export { emitSparseFlag } from './sparse-flag.ts';

/** Lanes of the widest target: all targets must take the same way. */
const mostLanes = 16;
/** A frame must stay in the second-level cache. */
const mostFrameBytes = 262_144;

/** Whether the gradients of a convolution may come from lists. */
export const suitsSparse = (shape: ConvShape): boolean =>
  shape.groups === 1 &&
  [...shape.strides, ...shape.dilation].every((n) => n === 1) &&
  frameBytes(shape, framedShape(shape, mostLanes)) <= mostFrameBytes;

/** Where the operands of a gradient lie, and what the gradient of the input goes through. */
export interface InputGradOperands {
  readonly dy: number;
  readonly filter: number;
  readonly dx: number;
  readonly following: Expr | null;
  readonly beside: number;
}

/** dx[oy + ky, ox + kx] += sum over non-zero dy[oy, ox, o] of dy w[ky, kx, :, o], row after row; one task an image. */
export function emitSparseInputGrad(
  shape: ConvShape,
  { dy, filter, dx, following, beside }: InputGradOperands,
  phases: PhaseList,
): void {
  const framed = framedShape(shape, phases.target.lanes);
  const turned = emitTurnedFilter(shape, framed, filter, phases);
  const frame = frameBytes(shape, framed);
  phases.run(
    {
      key: `convSparseInputGrad|${describe(shape)}|${following?.key ?? ''}`,
      scratch: frame + pixelListBytes(framed),
      write: (b) => {
        const lists = new PixelLists(b, framed, b.let(b.scratch.add(frame)));
        const gradient = new ImageGradient(b, shape, framed, b.task, b.arg(2), b.scratch);
        overRows(b, shape, b.arg(0), b.task, 0, shape.outHeight, (row) => {
          overPixels(b, shape, row, (ox, each) => lists.fill(ox, each));
          lists.addProducts(b.arg(1), gradient.row(row.number));
        });
        gradient.finish(following, b.arg(3));
      },
    },
    [dy, turned, dx, beside],
    shape.images,
  );
}

/** dFilter from the non-zero elements of dy, by slices of the images with sums of their own, added in a fixed order. */
export function emitSparseFilterGrad(
  shape: ConvShape,
  x: number,
  dy: number,
  out: number,
  phases: PhaseList,
): void {
  const framed = framedShape(shape, phases.target.lanes);
  const sums = new SlicedSums(framed, phases);
  const frame = frameBytes(shape, framed);
  const kernel: KernelSpec = {
    key: `convSparseFilterGrad|${describe(shape)}|${sums.perSlice}`,
    scratch: frame + filterListBytes(framed),
    write: (b) => {
      const images = new InputImages(b, shape, framed, b.arg(0), b.scratch);
      const lists = new FilterLists(b, framed, b.let(b.scratch.add(frame)));
      sums.overImages(b, (image, isLater, sumsAt) => {
        const picture = images.at(image);
        overBands(b, framed, (first, end, isLaterBand) => {
          lists.clear();
          overRows(b, shape, b.arg(1), image, first, end, (row) =>
            overPixels(b, shape, row, (ox, each) => {
              const offset = b.let(inputOffset(framed, row.number, ox));
              each((filter, value, step) => lists.append(filter, offset, value, step));
            }),
          );
          lists.addProducts(picture, sumsAt, isLater.or(isLaterBand));
        });
      });
    },
  };
  phases.run(kernel, [x, dy, sums.partial], sums.slices);
  sums.emitTotal(shape.channels, out);
}

/** Both gradients from one look for the elements of dy that are not zero, with the bits that they have one by one. */
export function emitSparseGradients(
  shape: ConvShape,
  x: number,
  { dy, filter, dx, following, beside }: InputGradOperands,
  dFilter: number,
  phases: PhaseList,
): void {
  const framed = framedShape(shape, phases.target.lanes);
  const turned = emitTurnedFilter(shape, framed, filter, phases);
  const sums = new SlicedSums(framed, phases);
  const frame = frameBytes(shape, framed);
  const lists = 2 * frame + pixelListBytes(framed);
  const kernel: KernelSpec = {
    key: `convSparseGradients|${describe(shape)}|${sums.perSlice}|${following?.key ?? ''}`,
    scratch: lists + filterListBytes(framed),
    write: (b) => {
      const images = new InputImages(b, shape, framed, b.arg(0), b.scratch);
      const pixels = new PixelLists(b, framed, b.let(b.scratch.add(2 * frame)));
      const filters = new FilterLists(b, framed, b.let(b.scratch.add(lists)));
      const weights = b.arg(3);
      const frameAt = b.let(b.scratch.add(frame));
      sums.overImages(b, (image, isLater, sumsAt) => {
        const picture = images.at(image);
        const gradient = new ImageGradient(b, shape, framed, image, b.arg(4), frameAt);
        overBands(b, framed, (first, end, isLaterBand) => {
          filters.clear();
          overRows(b, shape, b.arg(1), image, first, end, (row) => {
            overPixels(b, shape, row, (ox, each) => {
              const offset = b.let(inputOffset(framed, row.number, ox));
              pixels.fill(ox, (visit) =>
                each((filter, value, step) => {
                  visit(filter, value, step);
                  filters.append(filter, offset, value, step);
                }),
              );
            });
            pixels.addProducts(weights, gradient.row(row.number));
          });
          filters.addProducts(picture, sumsAt, isLater.or(isLaterBand));
        });
        gradient.finish(following, b.arg(5));
      });
    },
  };
  phases.run(kernel, [x, dy, sums.partial, turned, dx, beside], sums.slices);
  sums.emitTotal(shape.channels, dFilter);
}

/** The filter as [ky][o][kx][c], zeros in channels that only a frame has; gives its address. */
function emitTurnedFilter(
  shape: ConvShape,
  framed: ConvShape,
  filter: number,
  phases: PhaseList,
): number {
  const { channels, filters, kernelHeight, kernelWidth } = shape;
  const turned = scratchView([kernelHeight, filters, kernelWidth, framed.channels], phases);
  const { address } = turned.storage as unknown as { address: number };
  if (channels !== framed.channels) emitZeros(address, sizeOf(turned.shape), phases);
  const target = { ...turned, shape: [kernelHeight, filters, kernelWidth, channels] };
  const source = {
    ...target,
    storage: { address: filter } as unknown as typeof turned.storage,
    strides: [kernelWidth * channels * filters, 1, channels * filters, filters],
  };
  elementwise([source], [target], { formulas: [input(0)] }, phases);
  return address;
}

/** A row of an image of dy. */
interface Row {
  readonly number: Value;
  readonly address: Value;
}

/** Bands of an image's rows, and whether one came before. */
function overBands(
  b: KernelBuilder,
  shape: ConvShape,
  body: (first: Value, end: Value, isLater: Value) => void,
): void {
  const rows = bandRows(shape);
  b.for(0, shape.outHeight, rows, (first) => {
    const end = b.let(first.add(rows));
    b.set(end, end.lt(shape.outHeight).select(end, shape.outHeight));
    body(first, end, b.let(first.ne(0)));
  });
}

/** The rows of an image of dy from `first` on. */
function overRows(
  b: KernelBuilder,
  { outHeight, outWidth, filters }: ConvShape,
  dy: Value,
  image: Value,
  first: Value | number,
  end: Value | number,
  body: (row: Row) => void,
): void {
  const rowBytes = outWidth * filters * 4;
  const picture = b.let(dy.add(image.mul(outHeight * rowBytes)));
  b.for(first, end, 1, (number) =>
    body({ number, address: b.let(picture.add(number.mul(rowBytes))) }),
  );
}

/** The pixels of a row, each with a way to visit the elements that are not zero. */
function overPixels(
  b: KernelBuilder,
  { outWidth, filters }: ConvShape,
  { address }: Row,
  body: (ox: Value, each: (visit: Visit) => void) => void,
): void {
  b.for(0, outWidth, 1, (ox) => {
    const pixel = b.let(address.add(ox.mul(filters * 4)));
    body(ox, (visit) => eachNonZero(b, pixel, filters, visit));
  });
}

/** Where the window of an element of dy begins, in an image of x. */
const inputOffset = ({ width, channels }: ConvShape, oy: Value, ox: Value): Value =>
  oy
    .mul(width)
    .add(ox)
    .mul(channels * 4);
