import { input } from '../../../../expr/index.ts';
import type { View } from '../../../../tensor/index.ts';
import type { ConvAttributes } from '../../../kernels.ts';
import type { PhaseList } from '../../phases.ts';
import type { Following } from '../formula.ts';
import { addressOf, isDenseFloat, scratchView } from '../layout.ts';
import { emitSpread } from '../maxima.ts';
import { reduce } from '../reduce.ts';
import { winogradFilterGrad, winogradInputGrad } from './by-winograd.ts';
import { emitDepthwiseFilterGrad, isDepthwise } from './depthwise.ts';
import { emitFilterGrad } from './direct-filter-grad.ts';
import { emitPadded } from './frame.ts';
import { type ConvShape, convShape, convSizes, doubled } from './geometry.ts';
import { imagesPerSegment } from './image-slices.ts';
import { inputGradOperands, suitsWinogradInputGrad } from './input-grad.ts';
import {
  byCounting,
  denseElements,
  emitSparseGradients,
  pooledElements,
  suitsSparse,
} from './sparse/index.ts';
import { suitsWinograd } from './winograd/index.ts';

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
  if (attributes.behindMaxima) {
    gradientsBehindMaxima(inputs, outputs, attributes, attributes.behindMaxima, phases);
    return true;
  }
  const { following = null, withInputGrad = false } = attributes;
  const operands = withInputGrad ? [dy, filter, beside] : null;
  const shape = convShape(x, dFilter, dy, attributes);
  if (suitsWinograd(shape)) {
    const source = denseElements(shape, addressOf(dy));
    byCounting(shape, source, phases, (sparse) => {
      if (sparse) {
        const ofInput = operands ? { input: inputGradOperands(operands, dx, following) } : {};
        const ofFilter = { x: addressOf(x), out: addressOf(dFilter) };
        emitSparseGradients(shape, source, { filter: ofFilter, ...ofInput }, phases);
        return;
      }
      winogradFilterGrad(shape, x, dy, dFilter, phases);
      if (operands) winogradInputGrad(shape, operands, dx, following, phases);
    });
    return true;
  }
  const { framed, height, width } = emitPadded(addressOf(x), shape, phases);
  if (isDepthwise(shape)) {
    emitDepthwiseFilterGrad(
      {
        ...convSizes(shape),
        height,
        width,
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
  emitFilterGrad({ ...shape, height, width }, framed, addressOf(dy), addressOf(dFilter), phases);
  return true;
}

const sumOverPixels = { op: 'sum', formula: input(0), axes: [0, 1, 2] } as const;

/** From lists of what the gradients of maxima pass on, or, in runs in which this is too much, from a picture of it. */
function gradientsBehindMaxima(
  inputs: readonly View[],
  outputs: readonly View[],
  attributes: ConvAttributes & FusedGradients,
  { following: behind, withBiasGrad }: NonNullable<FusedGradients['behindMaxima']>,
  phases: PhaseList,
): void {
  const [x, gradient, filter, beside] = inputs;
  const [dFilter, dx] = outputs;
  const { following = null, withInputGrad = false } = attributes;
  const [maxima, places] = inputs.slice(-2).map(addressOf);
  const passing = behind ?? null;
  const dBias = withBiasGrad ? outputs[outputs.length - 1] : null;
  const shape = convShape(x, dFilter, { ...gradient, shape: doubled(gradient.shape) }, attributes);
  const addresses = { gradient: addressOf(gradient), maxima, places };
  const source = pooledElements(shape, addresses, passing);
  const fromLists = (): void => {
    const ofFilter = { x: addressOf(x), out: addressOf(dFilter) };
    const ofBias = dBias ? { bias: addressOf(dBias) } : {};
    const operands = [gradient, filter, beside];
    const ofInput = withInputGrad ? { input: inputGradOperands(operands, dx, following) } : {};
    emitSparseGradients(shape, source, { filter: { ...ofFilter, ...ofBias }, ...ofInput }, phases);
  };
  const fromPicture = (): void => {
    const dy = scratchView(doubled(gradient.shape), phases);
    emitSpread(gradient.shape, { ...addresses, out: addressOf(dy) }, passing, phases);
    if (dBias) reduce([dy], [dBias], sumOverPixels, phases);
    winogradFilterGrad(shape, x, dy, dFilter, phases);
    if (withInputGrad) winogradInputGrad(shape, [dy, filter, beside], dx, following, phases);
  };
  if (!suitsWinograd(shape)) fromLists();
  else byCounting(shape, source, phases, (sparse) => (sparse ? fromLists() : fromPicture()));
}
