import type { Expr } from '../../../expr/index.ts';
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
  emitSparseFilterGrad,
  emitSparseFlag,
  emitSparseGradients,
  emitSparseInputGrad,
  type InputGradOperands,
  suitsSparse,
} from './conv-sparse/index.ts';
import {
  addressOrNone,
  type FusedPooling,
  winograd,
  winogradFilterGrad,
  winogradInputGrad,
} from './conv-winograd.ts';
import { canLower, type Following } from './formula.ts';
import { addressOf, isDenseFloat } from './layout.ts';
import { emitPanels } from './panels.ts';
import { suitsWinograd } from './winograd/index.ts';

const doubled = ([n, h, w, c]: readonly number[]): number[] => [n, h * 2, w * 2, c];

export function conv2d(
  inputs: readonly View[],
  outputs: readonly View[],
  attributes: ConvAttributes & FusedPooling,
  phases: PhaseList,
): boolean {
  const [x, filter, bias] = inputs;
  const { pooling = 'none' } = attributes;
  const pooled = pooling === 'none' ? undefined : outputs.at(-1);
  // Where only the maxima are kept, the whole output is a shape without memory.
  const y = pooling === 'only' ? { ...outputs[0], shape: doubled(outputs[0].shape) } : outputs[0];
  if (![...inputs, ...outputs].every(isDenseFloat)) return false;
  if (attributes.activation && !canLower(attributes.activation)) return false;
  const shape = convShape(x, filter, y, attributes);
  if (filter.shape.includes(0) || x.shape.includes(0)) return false;
  if (suitsWinograd(shape)) return winograd(shape, inputs, y, pooled, attributes, phases);
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
    emitDirectConv(
      conv,
      framed + group * shape.channels * 4,
      panels,
      bias ? addressOf(bias) + at : 0,
      addressOf(y) + at,
      phases,
    );
  }
  return true;
}

/** Emits both ways, and a count of dy's elements that picks one of them in each run. */
function byCounting(
  shape: ConvShape,
  dy: View,
  phases: PhaseList,
  emit: (sparse: boolean) => void,
): void {
  if (!suitsSparse(shape)) {
    emit(false);
    return;
  }
  const flag = emitSparseFlag(shape, addressOf(dy), phases);
  phases.when(flag, 1, () => emit(true));
  phases.when(flag, 0, () => emit(false));
}

/** Whether the gradient of the input is a matter of Winograd's method, or of its few non-zero elements. */
export const suitsWinogradInputGrad = (shape: ConvShape): boolean =>
  suitsWinograd(shape) && shape.height >= 4 && shape.width >= 4;

function sparseInputGrad(
  shape: ConvShape,
  [dy, filter, beside]: readonly View[],
  dx: View,
  following: Expr | null,
  phases: PhaseList,
): void {
  emitSparseInputGrad(shape, inputGradOperands([dy, filter, beside], dx, following), phases);
}

const inputGradOperands = (
  [dy, filter, beside]: readonly View[],
  dx: View,
  following: Expr | null,
): InputGradOperands => ({
  dy: addressOf(dy),
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
    byCounting(shape, dy, phases, (sparse) => {
      const emit = sparse ? sparseInputGrad : winogradInputGrad;
      emit(shape, [dy, filter, beside], dx, following, phases);
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
    emitDirectConv(
      conv,
      framed + group * filters * 4,
      panels,
      0,
      addressOf(dx) + group * channels * 4,
      phases,
    );
  }
  return true;
}

/** What a plan may ask of a filter's gradient besides: that of the input, from inputs `filter, beside`, as output 1. */
export interface FusedInputGrad extends Following {
  readonly withInputGrad?: boolean;
}

/** Whether both gradients may come from one look for dy's elements. */
export const suitsBothGradients = (shape: ConvShape): boolean =>
  suitsWinogradInputGrad(shape) && suitsSparse(shape);

export function conv2dFilterGrad(
  [x, dy, filter, beside]: readonly View[],
  [dFilter, dx]: readonly View[],
  attributes: ConvAttributes & FusedInputGrad,
  phases: PhaseList,
): boolean {
  if (![x, dy, dFilter].every(isDenseFloat) || dFilter.shape.includes(0)) return false;
  if (x.shape.includes(0) || dy.shape.includes(0)) return false;
  const shape = convShape(x, dFilter, dy, attributes);
  if (attributes.withInputGrad) {
    const { following = null } = attributes;
    const operands = [dy, filter, beside];
    byCounting(shape, dy, phases, (sparse) => {
      if (sparse) {
        const from = inputGradOperands(operands, dx, following);
        emitSparseGradients(shape, addressOf(x), from, addressOf(dFilter), phases);
      } else {
        winogradFilterGrad(shape, x, dy, dFilter, phases);
        winogradInputGrad(shape, operands, dx, following, phases);
      }
    });
    return true;
  }
  if (suitsWinograd(shape)) {
    byCounting(shape, dy, phases, (sparse) =>
      sparse
        ? emitSparseFilterGrad(shape, addressOf(x), addressOf(dy), addressOf(dFilter), phases)
        : winogradFilterGrad(shape, x, dy, dFilter, phases),
    );
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
