// Gradients of a convolution from the elements of dy that are not zero: behind ReLU, maximum pooling and dropout few are left.
// Whether this way is taken is decided in each run by counting them.
import { type Expr, input } from '../../../../../expr/index.ts';
import { sizeOf } from '../../../../../tensor/index.ts';
import type { KernelBuilder, Value } from '../../../builder/index.ts';
import type { PhaseList } from '../../../phases.ts';
import { elementwise } from '../../elementwise.ts';
import { emitZeros } from '../../fill.ts';
import { mostVectorBytes, scratchView, up } from '../../layout.ts';
import { type ConvShape, describe } from '../geometry.ts';
import type { ElementSource, Elements } from './elements.ts';
import { bandRows, FilterLists, filterListBytes } from './filter-lists.ts';
import { frameBytes, framedShape, ImageGradient, InputImages } from './framed-images.ts';
import { PixelLists, pixelListBytes } from './pixel-lists.ts';
import { SegmentTotals } from './segment-totals.ts';
import { SlicedSums } from './sliced-sums.ts';

export { byCounting } from './by-counting.ts';
export { denseElements, type ElementSource } from './elements.ts';
export { suitsSparse } from './framed-images.ts';
export { pooledElements } from './pooled-elements.ts';

/** Where the operands of the gradient of the input lie, and what it goes through. */
export interface InputGradOperands {
  readonly filter: number;
  readonly dx: number;
  readonly following: Expr | null;
  readonly beside: number;
}

/** What gradients to compute from the elements of dy. */
export interface SparseGradients {
  readonly input?: InputGradOperands;
  /** Where x lies and the filter's gradient is to go, and the bias' if it is wanted. */
  readonly filter?: { readonly x: number; readonly out: number; readonly bias?: number };
}

/**
 * From one look for the elements of dy that are not zero, with the bits that either has by itself:
 * dx[oy + ky, ox + kx] += sum over dy[oy, ox, o] of dy w[ky, kx, :, o], row after row; and dFilter, by slices of the images
 * with sums of their own, added in a fixed order.
 */
export function emitSparseGradients(
  shape: ConvShape,
  source: ElementSource,
  { input: ofInput, filter: ofFilter }: SparseGradients,
  phases: PhaseList,
): void {
  const { side } = source;
  const framed = framedShape(shape, phases.target.lanes);
  const turned = ofInput ? emitTurnedFilter(shape, framed, ofInput.filter, phases) : 0;
  const sums = new SlicedSums(shape, framed, ofFilter !== undefined, phases);
  const totals =
    ofFilter?.bias === undefined ? null : new SegmentTotals(shape, ofFilter.bias, phases);
  const memory = new Divided();
  const inFrame = frameBytes(shape, framed);
  const lookAt = memory.part(source.bytes);
  const pictureAt = memory.part(ofFilter ? inFrame : 0);
  const gradientAt = memory.part(ofInput ? inFrame : 0);
  const bandHeight = bandRows(framed, side);
  const pixelsAt = memory.part(ofInput ? pixelListBytes(framed, bandHeight) : 0);
  const filtersAt = memory.part(ofFilter ? filterListBytes(framed, side) : 0);
  const key = [
    `convSparse${ofFilter && ofInput ? 'Gradients' : ofFilter ? 'FilterGrad' : 'InputGrad'}`,
    describe(shape),
    source.key,
    sums.perSlice,
    totals ? 'bias' : '',
    ofInput?.following?.key ?? '',
  ].join('|');
  const write = (b: KernelBuilder): void => {
    const [x, weights, dx, beside, partial, partialTotals, ...from] = Array.from(
      { length: 6 + source.addresses.length },
      (_, i) => b.arg(i),
    );
    const at = (offset: number): Value => b.let(b.scratch.add(offset));
    const elements = source.read(b, from, at(lookAt));
    const images = ofFilter ? new InputImages(b, shape, framed, x, at(pictureAt)) : null;
    const pixels = ofInput ? new PixelLists(b, framed, side, bandHeight, at(pixelsAt)) : null;
    const filters = ofFilter ? new FilterLists(b, framed, side, at(filtersAt)) : null;
    const frame = at(gradientAt);
    sums.overImages(b, partial, (image, isLater, sumsAt) => {
      const picture = images?.at(image);
      const gradient = ofInput ? new ImageGradient(b, shape, framed, image, dx, frame) : null;
      overBands(b, framed, side, (first, end, isLaterBand) => {
        pixels?.clear();
        filters?.clear();
        b.for(first, end, 1, (y) =>
          list(b, shape, elements, { image, first, y, side }, pixels, filters),
        );
        if (pixels && gradient) {
          const rows = b.let(end.sub(first).mul(side));
          pixels.addProducts(rows, weights, gradient.row(b.let(first.mul(side))));
        }
        if (!filters || !picture) return;
        const later = b.let(isLater.or(isLaterBand));
        const grown = totals?.of(b, partialTotals, image, isLaterBand) ?? null;
        filters.addProducts(picture, sumsAt, later, grown);
      });
      gradient?.finish(ofInput?.following ?? null, beside);
    });
  };
  const { dx = 0, beside = 0 } = ofInput ?? {};
  phases.run(
    { key, scratch: memory.bytes, write },
    [ofFilter?.x ?? 0, turned, dx, beside, sums.partial, totals?.partial ?? 0, ...source.addresses],
    sums.slices,
  );
  if (ofFilter) sums.emitTotal(ofFilter.out);
  totals?.emitTotal();
}

/** Memory that is divided into parts, which begin at whole vectors. */
class Divided {
  bytes = 0;

  /** Takes a part; gives its offset. */
  part(bytes: number): number {
    const at = this.bytes;
    this.bytes += up(bytes, mostVectorBytes);
    return at;
  }
}

/** A strip of an image, and the first one of its band. */
interface StripPlace {
  readonly image: Value;
  readonly first: Value;
  readonly y: Value;
  readonly side: number;
}

/** Lists what a strip has. */
function list(
  b: KernelBuilder,
  { outWidth }: ConvShape,
  elements: Elements,
  { image, first, y, side }: StripPlace,
  pixels: PixelLists | null,
  filters: FilterLists | null,
): void {
  const strip = elements.strip(image, y);
  const inBand = b.let(y.sub(first));
  b.for(0, outWidth / side, 1, (x) => {
    const ofPixel = pixels ? [pixels.number(inBand, x)] : [];
    const numbers = [...ofPixel, ...(filters?.numbers(y, x) ?? [])];
    strip.visit(x, numbers, (filter, value, step, own) => {
      pixels?.append(filter, value, step, own.slice(0, ofPixel.length));
      filters?.append(filter, value, step, own.slice(ofPixel.length));
    });
  });
  filters?.endStrip();
}

/** Strips of an image in bands, and whether a band came before. */
function overBands(
  b: KernelBuilder,
  shape: ConvShape,
  side: number,
  body: (first: Value, end: Value, isLater: Value) => void,
): void {
  const strips = bandRows(shape, side) / side;
  const all = shape.outHeight / side;
  b.for(0, all, strips, (first) => {
    const end = b.let(first.add(strips));
    b.set(end, end.lt(all).select(end, all));
    body(first, end, b.let(first.ne(0)));
  });
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
