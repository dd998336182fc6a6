import type { Expr } from '../../../../expr/index.ts';
import type { View } from '../../../../tensor/index.ts';
import type { ConvAttributes } from '../../../kernels.ts';
import type { PhaseList } from '../../phases.ts';
import { addressOf } from '../layout.ts';
import { emitFrames } from './frame.ts';
import type { ConvShape, Frame } from './geometry.ts';
import {
  emitWinogradConv,
  emitWinogradFilterGrad,
  emitWinogradFilters,
  emitWinogradInputGrad,
  type KernelSide,
  piecesOf,
  stepOf,
  suitsAdjoint,
} from './winograd/index.ts';

/**
 * What a plan may ask of a convolution: the maxima of its result's 2x2 squares besides the result; they alone; or they and, in
 * the place of the result, their places in the squares.
 */
export interface FusedPooling {
  readonly pooling?: 'none' | 'too' | 'only' | 'places';
}

/** Outputs of a convolution with pooling. */
export interface PooledOutputs {
  readonly y: View;
  readonly pooled?: View;
  readonly places?: View;
}

const sideOf = ({ kernelHeight }: ConvShape): KernelSide => (kernelHeight === 5 ? 5 : 3);

export const addressOrNone = (view: View | undefined): number => (view ? addressOf(view) : 0);

/** A convolution by Winograd's method, with the maxima of its 2x2 squares if they are asked for. */
export function winograd(
  shape: ConvShape,
  [x, filter, bias]: readonly View[],
  { y, pooled, places }: PooledOutputs,
  { activation, pooling = 'none' }: ConvAttributes & FusedPooling,
  phases: PhaseList,
): boolean {
  const { images, channels, filters, height, width, outHeight, outWidth, padding } = shape;
  const kernel = sideOf(shape);
  const layout = {
    kernel,
    tapRow: kernel * channels * filters,
    tapColumn: channels * filters,
    channel: filters,
    filter: 1,
  };
  const transformed = emitWinogradFilters(channels, filters, layout, addressOf(filter), phases);
  emitWinogradConv(
    {
      ...{ kernel, images, channels, filters, height, width, outHeight, outWidth },
      top: padding[0][0],
      left: padding[1][0],
      bias: bias !== undefined,
      activation,
      pooling,
    },
    {
      x: addressOf(x),
      filters: transformed,
      bias: addressOrNone(bias),
      y: addressOf(y),
      pooled: addressOrNone(pooled),
      places: addressOrNone(places),
    },
    phases,
  );
  return true;
}

/**
 * The adjoint, or, where pieces do not fit the output, the convolution of dy, padded by the filter's reach less the padding, with
 * the filter turned round.
 */
export function winogradInputGrad(
  shape: ConvShape,
  [dy, filter, beside]: readonly View[],
  dx: View,
  following: Expr | null,
  phases: PhaseList,
): void {
  const { images, channels, filters, padding } = shape;
  const kernel = sideOf(shape);
  const tap = channels * filters;
  if (suitsAdjoint(shape)) {
    const layout = { kernel, tapRow: kernel * tap, tapColumn: tap, channel: 1, filter: filters };
    const transformed = emitWinogradFilters(filters, channels, layout, addressOf(filter), phases);
    const [from, to] = [dy, dx].map(addressOf);
    const addresses = { dy: from, filters: transformed, dx: to, beside: addressOrNone(beside) };
    emitWinogradInputGrad(shape, addresses, following, phases);
    return;
  }
  const [top, left] = padding.map(([before]) => kernel - 1 - before);
  const layout = { kernel, tapRow: -kernel * tap, tapColumn: -tap, channel: 1, filter: filters };
  const transformed = emitWinogradFilters(
    filters,
    channels,
    layout,
    addressOf(filter) + (kernel * kernel - 1) * tap * 4,
    phases,
  );
  emitWinogradConv(
    {
      ...{ kernel, images, channels: filters, filters: channels },
      ...{ height: shape.outHeight, width: shape.outWidth, top, left },
      outHeight: shape.height,
      outWidth: shape.width,
      bias: false,
      activation: following,
      beside: following !== null,
      pooling: 'none',
    },
    { x: addressOf(dy), filters: transformed, y: addressOf(dx), beside: addressOrNone(beside) },
    phases,
  );
}

/** The gradient of the filter. */
export function winogradFilterGrad(
  shape: ConvShape,
  x: View,
  dy: View,
  dFilter: View,
  phases: PhaseList,
): void {
  const { images, channels, filters, height, width, outHeight, outWidth, padding } = shape;
  const kernel = sideOf(shape);
  const [down, across] = piecesOf(outHeight, outWidth, kernel);
  const step = stepOf(kernel);
  const frame: Frame = {
    ...{ height: down * step, width: across * step, top: 0, left: 0 },
    spread: [1, 1],
  };
  const framedDy = emitFrames(addressOf(dy), images, outHeight, outWidth, filters, frame, phases);
  emitWinogradFilterGrad(
    {
      ...{ kernel, images, channels, filters, height, width, outHeight, outWidth },
      top: padding[0][0],
      left: padding[1][0],
      bias: false,
      activation: null,
      pooling: 'none',
    },
    addressOf(x),
    framedDy,
    addressOf(dFilter),
    phases,
  );
}
