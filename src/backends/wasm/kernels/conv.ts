import { type Expr, input } from '../../../expr/index.ts';
import type { View } from '../../../tensor/index.ts';
import type { ConvAttributes } from '../../kernels.ts';
import type { PhaseList } from '../phases.ts';
import { emitDepthwise, emitDepthwiseFilterGrad, isDepthwise } from './conv-depthwise.ts';
import { emitDirectConv } from './conv-direct.ts';
import { emitFilterGrad } from './conv-filter-grad.ts';
import { emitFrames } from './conv-frame.ts';
import {
  type ConvShape,
  convShape,
  convSizes,
  type FramedConv,
  paddedFrame,
} from './conv-geometry.ts';
import {
  denseElements,
  type ElementSource,
  emitSparseFlag,
  emitSparseGradients,
  type InputGradOperands,
  pooledElements,
  suitsSparse,
} from './conv-sparse/index.ts';
import {
  addressOrNone,
  type FusedPooling,
  type PooledOutputs,
  winograd,
  winogradFilterGrad,
  winogradInputGrad,
} from './conv-winograd.ts';
import { canLower, type Following } from './formula.ts';
import { imagesPerSegment } from './image-slices.ts';
import { addressOf, isDenseFloat, scratchView } from './layout.ts';
import { emitSpread } from './maxima.ts';
import { emitPanels } from './panels.ts';
import { reduce } from './reduce.ts';
import { suitsWinograd } from './winograd/index.ts';

/** The shape of the picture whose 2x2 squares have maxima of this shape. */
const doubled = ([n, h, w, c]: readonly number[]): number[] => [n, h * 2, w * 2, c];

/** Where only the maxima are kept, the whole output is a shape without memory. */
function pooledOutputs(
  [first, second]: readonly View[],
  { pooling = 'none' }: FusedPooling,
): PooledOutputs {
  if (pooling === 'none') return { y: first };
  if (pooling === 'too') return { y: first, pooled: second };
  return { y: { ...first, shape: doubled(first.shape) }, pooled: first, places: second };
}

/** Whether a convolution has a kernel that pools its result: it is one group, and squares cover the result. */
export const canPool = (shape: ConvShape): boolean =>
  shape.groups === 1 && shape.outHeight % 2 === 0 && shape.outWidth % 2 === 0;

export function conv2d(
  inputs: readonly View[],
  outputs: readonly View[],
  attributes: ConvAttributes & FusedPooling,
  phases: PhaseList,
): boolean {
  const [x, filter, bias] = inputs;
  const pooled = pooledOutputs(outputs, attributes);
  const { y } = pooled;
  if (![...inputs, ...outputs].every(isDenseFloat)) return false;
  if (attributes.activation && !canLower(attributes.activation)) return false;
  const shape = convShape(x, filter, y, attributes);
  if (filter.shape.includes(0) || x.shape.includes(0)) return false;
  if (suitsWinograd(shape)) return winograd(shape, inputs, pooled, attributes, phases);
  const frame = paddedFrame(shape);
  const framed = emitFrames(
    addressOf(x),
    shape.images,
    shape.height,
    shape.width,
    shape.inPixel,
    frame,
    phases,
  );
  const conv: FramedConv = {
    ...convSizes(shape),
    height: frame.height,
    width: frame.width,
    strides: shape.strides,
    dilation: shape.dilation,
    bias: bias !== undefined,
    activation: attributes.activation,
  };
  if (isDepthwise(shape)) {
    const depthwise = { ...conv, channels: shape.groups, turned: false };
    const biasAt = addressOrNone(bias);
    emitDepthwise(depthwise, framed, addressOf(filter), biasAt, addressOf(y), phases);
    return true;
  }
  const taps = shape.kernelHeight * shape.kernelWidth * shape.channels;
  const allFilters = shape.filters * shape.groups;
  for (let group = 0; group < shape.groups; group++) {
    const at = group * shape.filters * 4;
    const panels = emitPanels(
      {
        rows: taps,
        columns: shape.filters,
        parts: 1,
        partStride: 0,
        rowStride: allFilters,
        columnStride: 1,
      },
      addressOf(filter) + at,
      phases,
    );
    const operands = {
      x: framed + group * shape.channels * 4,
      panels,
      bias: bias ? addressOf(bias) + at : 0,
      y: addressOf(y) + at,
      pooled: addressOrNone(pooled.pooled),
      places: addressOrNone(pooled.places),
    };
    emitDirectConv(conv, attributes.pooling ?? 'none', operands, phases);
  }
  return true;
}

/** Emits both ways, and a count of dy's elements that picks one of them in each run. */
function byCounting(
  shape: ConvShape,
  source: ElementSource,
  phases: PhaseList,
  emit: (sparse: boolean) => void,
): void {
  if (!suitsSparse(shape)) {
    emit(false);
    return;
  }
  const flag = emitSparseFlag(shape, source, phases);
  phases.when(flag, 1, () => emit(true));
  phases.when(flag, 0, () => emit(false));
}

/** Whether the gradient of the input is a matter of Winograd's method, or of its few non-zero elements. */
export const suitsWinogradInputGrad = (shape: ConvShape): boolean =>
  suitsWinograd(shape) && shape.height >= 4 && shape.width >= 4;

const inputGradOperands = (
  [, filter, beside]: readonly View[],
  dx: View,
  following: Expr | null,
): InputGradOperands => ({
  filter: addressOf(filter),
  dx: addressOf(dx),
  beside: addressOrNone(beside),
  following,
});

/** The gradient of the input is a convolution of dy, spread by the stride, with the filter turned round. */
export function conv2dInputGrad(
  [dy, filter, beside]: readonly View[],
  [dx]: readonly View[],
  attributes: ConvAttributes & Following,
  phases: PhaseList,
): boolean {
  if (![dy, filter, dx].every(isDenseFloat) || filter.shape.includes(0) || dy.shape.includes(0))
    return false;
  const shape = convShape(dx, filter, dy, attributes);
  if (suitsWinogradInputGrad(shape)) {
    const { following = null } = attributes;
    const operands = [dy, filter, beside];
    const source = denseElements(shape, addressOf(dy));
    byCounting(shape, source, phases, (sparse) => {
      if (!sparse) winogradInputGrad(shape, operands, dx, following, phases);
      else {
        const gradients = { input: inputGradOperands(operands, dx, following) };
        emitSparseGradients(shape, source, gradients, phases);
      }
    });
    return true;
  }
  const { kernelHeight, kernelWidth, dilation, padding, channels, filters, groups } = shape;
  const frame = {
    height: shape.height + (kernelHeight - 1) * dilation[0],
    width: shape.width + (kernelWidth - 1) * dilation[1],
    top: (kernelHeight - 1) * dilation[0] - padding[0][0],
    left: (kernelWidth - 1) * dilation[1] - padding[1][0],
    spread: shape.strides,
  };
  const framed = emitFrames(
    addressOf(dy),
    shape.images,
    shape.outHeight,
    shape.outWidth,
    shape.outPixel,
    frame,
    phases,
  );
  const conv: FramedConv = {
    images: shape.images,
    height: frame.height,
    width: frame.width,
    channels: filters,
    filters: channels,
    kernelHeight,
    kernelWidth,
    outHeight: shape.height,
    outWidth: shape.width,
    strides: [1, 1],
    dilation,
    inPixel: shape.outPixel,
    outPixel: shape.inPixel,
    bias: false,
    activation: null,
  };
  if (isDepthwise(shape)) {
    emitDepthwise(
      { ...conv, channels: groups, turned: true },
      framed,
      addressOf(filter),
      0,
      addressOf(dx),
      phases,
    );
    return true;
  }
  const allFilters = filters * groups;
  const tapStride = channels * allFilters;
  const lastTap = (kernelHeight * kernelWidth - 1) * tapStride;
  for (let group = 0; group < groups; group++) {
    const panels = emitPanels(
      {
        rows: filters,
        columns: channels,
        parts: kernelHeight * kernelWidth,
        partStride: -tapStride,
        rowStride: 1,
        columnStride: allFilters,
      },
      addressOf(filter) + (lastTap + group * filters) * 4,
      phases,
    );
    const operands = {
      x: framed + group * filters * 4,
      panels,
      y: addressOf(dx) + group * channels * 4,
    };
    emitDirectConv(conv, 'none', operands, phases);
  }
  return true;
}

/**
 * What a plan may ask of a filter's gradient besides: that of the input, from inputs `filter, beside`, as output 1; and that
 * dy is what the gradients of maxima pass on, through a formula of them and of the maxima: dy's place then has these
 * gradients, the last inputs are the maxima and their places, and the last output is the sum of dy over all pixels, if it is
 * asked for.
 */
export interface FusedGradients extends Following {
  readonly withInputGrad?: boolean;
  readonly behindMaxima?: Following & { readonly withBiasGrad: boolean };
}

/** Whether both gradients may come from one look for dy's elements. */
export const suitsBothGradients = (shape: ConvShape): boolean =>
  suitsWinogradInputGrad(shape) && suitsSparse(shape);

/** Whether the gradients behind maxima may do without dy: the sums over its pixels must not need it, either. */
export const suitsMaximaGradients = (shape: ConvShape): boolean =>
  suitsSparse(shape) && imagesPerSegment(shape) !== null;

const sumOverPixels = { op: 'sum', formula: input(0), axes: [0, 1, 2] } as const;

export function conv2dFilterGrad(
  inputs: readonly View[],
  outputs: readonly View[],
  attributes: ConvAttributes & FusedGradients,
  phases: PhaseList,
): boolean {
  const [x, dy, filter, beside] = inputs;
  const [dFilter, dx] = outputs;
  if (![x, dy, dFilter].every(isDenseFloat) || dFilter.shape.includes(0)) return false;
  if (x.shape.includes(0) || dy.shape.includes(0)) return false;
  const { following = null, withInputGrad = false, behindMaxima } = attributes;
  const operands = withInputGrad ? [dy, filter, beside] : null;
  const ofInput = operands ? { input: inputGradOperands(operands, dx, following) } : {};
  const ofFilter = { x: addressOf(x), out: addressOf(dFilter) };
  if (behindMaxima) {
    const shape = convShape(x, dFilter, { ...dy, shape: doubled(dy.shape) }, attributes);
    const [maxima, places] = inputs.slice(-2).map(addressOf);
    const addresses = { gradient: addressOf(dy), maxima, places };
    const passing = behindMaxima.following ?? null;
    const source = pooledElements(shape, addresses, passing);
    const dBias = behindMaxima.withBiasGrad ? outputs[outputs.length - 1] : null;
    const sparse = (): void => {
      const withBias = dBias ? { ...ofFilter, bias: addressOf(dBias) } : ofFilter;
      emitSparseGradients(shape, source, { filter: withBias, ...ofInput }, phases);
    };
    if (!suitsWinograd(shape)) {
      sparse();
      return true;
    }
    byCounting(shape, source, phases, (isSparse) => {
      if (isSparse) {
        sparse();
        return;
      }
      const picture = scratchView(doubled(dy.shape), phases);
      emitSpread(dy.shape, { ...addresses, out: addressOf(picture) }, passing, phases);
      if (dBias) reduce([picture], [dBias], sumOverPixels, phases);
      winogradFilterGrad(shape, x, picture, dFilter, phases);
      if (operands) winogradInputGrad(shape, [picture, filter, beside], dx, following, phases);
    });
    return true;
  }
  const shape = convShape(x, dFilter, dy, attributes);
  if (suitsWinograd(shape)) {
    const source = denseElements(shape, addressOf(dy));
    byCounting(shape, source, phases, (sparse) => {
      if (sparse) {
        emitSparseGradients(shape, source, { filter: ofFilter, ...ofInput }, phases);
        return;
      }
      winogradFilterGrad(shape, x, dy, dFilter, phases);
      if (operands) winogradInputGrad(shape, operands, dx, following, phases);
    });
    return true;
  }
  const frame = paddedFrame(shape);
  const framed = emitFrames(
    addressOf(x),
    shape.images,
    shape.height,
    shape.width,
    shape.inPixel,
    frame,
    phases,
  );
  if (isDepthwise(shape)) {
    emitDepthwiseFilterGrad(
      {
        ...convSizes(shape),
        height: frame.height,
        width: frame.width,
        channels: shape.groups,
        strides: shape.strides,
        dilation: shape.dilation,
        turned: false,
        bias: false,
        activation: null,
      },
      framed,
      addressOf(dy),
      addressOf(dFilter),
      phases,
    );
    return true;
  }
  emitFilterGrad(
    { ...shape, ...{ height: frame.height, width: frame.width } },
    framed,
    addressOf(dy),
    addressOf(dFilter),
    phases,
  );
  return true;
}
