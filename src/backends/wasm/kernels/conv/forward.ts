import type { View } from '../../../../tensor/index.ts';
import type { ConvAttributes } from '../../../kernels.ts';
import type { PhaseList } from '../../phases.ts';
import { canLower } from '../formula.ts';
import { addressOf, isDenseFloat } from '../layout.ts';
import { emitPanels } from '../panels.ts';
import { addressOrNone, type FusedPooling, type PooledOutputs, winograd } from './by-winograd.ts';
import { emitDepthwise, isDepthwise } from './depthwise.ts';
import { emitDirectConv } from './direct.ts';
import { emitPadded } from './frame.ts';
import { type ConvShape, convShape, convSizes, doubled, type FramedConv } from './geometry.ts';
import { suitsWinograd } from './winograd/index.ts';

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
  const { framed, height, width } = emitPadded(addressOf(x), shape, phases);
  const conv: FramedConv = {
    ...convSizes(shape),
    height,
    width,
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
