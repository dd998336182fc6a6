import type { Expr } from '../../../../expr/index.ts';
import type { View } from '../../../../tensor/index.ts';
import type { ConvAttributes } from '../../../kernels.ts';
import type { PhaseList } from '../../phases.ts';
import type { Following } from '../formula.ts';
import { addressOf, isDenseFloat } from '../layout.ts';
import { emitPanels } from '../panels.ts';
import { addressOrNone, winogradInputGrad } from './by-winograd.ts';
import { emitDepthwise, isDepthwise } from './depthwise.ts';
import { emitDirectConv } from './direct.ts';
import { emitFrames } from './frame.ts';
import { type ConvShape, convShape, type FramedConv } from './geometry.ts';
import {
  byCounting,
  denseElements,
  emitSparseGradients,
  type InputGradOperands,
} from './sparse/index.ts';
import { suitsWinograd } from './winograd/index.ts';

/** Whether the gradient of the input is a matter of Winograd's method, or of its few non-zero elements. */
export const suitsWinogradInputGrad = (shape: ConvShape): boolean =>
  suitsWinograd(shape) && shape.height >= 4 && shape.width >= 4;

export const inputGradOperands = (
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
