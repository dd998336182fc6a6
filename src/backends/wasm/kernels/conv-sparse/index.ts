import { type Expr, input } from '../../../../expr/index.ts';
import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../phases.ts';
import { type ConvShape, describe } from '../conv-geometry.ts';
import { elementwise } from '../elementwise.ts';
import { zero } from '../fill.ts';
import { FormulaWriter } from '../formula.ts';
import { scratchView } from '../layout.ts';
import { bandRows, FilterLists, filterListBytes } from './filter-lists.ts';
import { eachNonZero } from './lists.ts';
import { PixelLists, pixelListBytes } from './pixel-lists.ts';
import { SlicedSums } from './sliced-sums.ts';

export { emitSparseFlag } from './sparse-flag.ts';

/**
 * Gradients of a convolution from the elements of dy that are not zero: behind ReLU, maximum pooling and dropout few are
 * left. Whether this way is taken is decided in each run by counting them.
 */

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

/** dx[oy + ky, ox + kx] += sum over non-zero dy[oy, ox, o] of dy w[ky, kx, :, o], row after row; one task an image. */
export function emitSparseInputGrad(
  shape: ConvShape,
  { dy, filter, dx, following, beside }: InputGradOperands,
  phases: PhaseList,
): void {
  const turned = emitTurnedFilter(shape, filter, phases);
  phases.run(
    {
      key: `convSparseInputGrad|${describe(shape)}|${following?.key ?? ''}`,
      scratch: pixelListBytes(shape),
      write: (b) => {
        const lists = new PixelLists(b, shape, b.scratch);
        const gradient = new ImageGradient(b, shape, b.task, b.arg(2));
        overRows(b, shape, b.arg(0), b.task, 0, shape.outHeight, (row) => {
          overPixels(b, shape, row, (ox, each) => lists.fill(ox, each));
          lists.addProducts(b.arg(1), gradient.row(row.number));
        });
        gradient.follow(following, b.arg(3));
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
  const sums = new SlicedSums(shape, phases);
  const kernel: KernelSpec = {
    key: `convSparseFilterGrad|${describe(shape)}|${sums.perSlice}`,
    scratch: filterListBytes(shape),
    write: (b) => {
      const lists = new FilterLists(b, shape, b.scratch);
      sums.overImages(b, (image, isLater, sumsAt) =>
        overBands(b, shape, (first, end, isLaterBand) => {
          lists.clear();
          overRows(b, shape, b.arg(1), image, first, end, (row) =>
            overPixels(b, shape, row, (ox, each) => {
              const offset = b.let(inputOffset(shape, row.number, ox));
              each((filter, value, step) => lists.append(filter, offset, value, step));
            }),
          );
          lists.addProducts(image, b.arg(0), sumsAt, isLater.or(isLaterBand));
        }),
      );
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
  const kernel: KernelSpec = {
    key: `convSparseGradients|${describe(shape)}|${sums.perSlice}|${following?.key ?? ''}`,
    scratch: pixelListBytes(shape) + filterListBytes(shape),
    write: (b) => {
      const pixels = new PixelLists(b, shape, b.scratch);
      const filters = new FilterLists(b, shape, b.let(b.scratch.add(pixelListBytes(shape))));
      const weights = b.arg(3);
      sums.overImages(b, (image, isLater, sumsAt) => {
        const gradient = new ImageGradient(b, shape, image, b.arg(4));
        overBands(b, shape, (first, end, isLaterBand) => {
          filters.clear();
          overRows(b, shape, b.arg(1), image, first, end, (row) => {
            overPixels(b, shape, row, (ox, each) => {
              const offset = b.let(inputOffset(shape, row.number, ox));
              pixels.fill(ox, (visit) =>
                each((filter, value, step) => {
                  visit(filter, value, step);
                  filters.append(filter, offset, value, step);
                }),
              );
            });
            pixels.addProducts(weights, gradient.row(row.number));
          });
          filters.addProducts(image, b.arg(0), sumsAt, isLater.or(isLaterBand));
        });
        gradient.follow(following, b.arg(5));
      });
    },
  };
  phases.run(kernel, [x, dy, sums.partial, turned, dx, beside], sums.slices);
  sums.emitTotal(dFilter);
}

/** The filter as [ky][o][kx][c]; gives its address. */
function emitTurnedFilter(shape: ConvShape, filter: number, phases: PhaseList): number {
  const { channels, filters, kernelHeight, kernelWidth } = shape;
  const turned = scratchView([kernelHeight, filters, kernelWidth, channels], phases);
  const source = {
    ...turned,
    storage: { address: filter } as unknown as typeof turned.storage,
    strides: [kernelWidth * channels * filters, 1, channels * filters, filters],
  };
  elementwise([source], [turned], { formulas: [input(0)] }, phases);
  return (turned.storage as unknown as { address: number }).address;
}

/** The gradient of one image, which begins as zeros. */
class ImageGradient {
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #offset: Value;
  readonly #out: Value;

  constructor(b: KernelBuilder, shape: ConvShape, image: Value, dx: Value) {
    this.#b = b;
    this.#shape = shape;
    const floats = shape.height * shape.width * shape.channels;
    this.#offset = b.let(image.mul(floats * 4));
    this.#out = b.let(dx.add(this.#offset));
    zero(b, this.#out, floats);
  }

  /** The address of a row. */
  row(number: Value): Value {
    return this.#b.let(this.#out.add(number.mul(this.#shape.width * this.#shape.channels * 4)));
  }

  /** Puts the gradient through a formula of itself and of another picture. */
  follow(following: Expr | null, beside: Value): void {
    if (!following) return;
    const b = this.#b;
    const { height, width, channels } = this.#shape;
    const other = b.let(beside.add(this.#offset));
    b.for(0, height * width * channels * 4, b.vectorBytes, (offset) => {
      const target = b.let(this.#out.add(offset));
      const inputs = [target, b.let(other.add(offset))].map((p) => b.let(b.load('f32v', p)));
      b.store(target, 0, new FormulaWriter(b, 'f32v', inputs).write(following));
    });
  }
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
  body: (
    ox: Value,
    each: (visit: (filter: Value, value: Value, step: Value) => void) => void,
  ) => void,
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
