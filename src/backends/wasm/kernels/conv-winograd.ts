import type { Expr } from '../../../expr/index.ts';
import type { View } from '../../../tensor/index.ts';
import type { ConvAttributes } from '../../kernels.ts';
import type { PhaseList } from '../phases.ts';
import { emitFrames } from './conv-frame.ts';
import type { ConvShape, Frame } from './conv-geometry.ts';
import { addressOf } from './layout.ts';
import {
  emitWinogradConv,
  emitWinogradFilterGrad,
  emitWinogradFilters,
  emitWinogradInputGrad,
  type KernelSide,
  suitsAdjoint,
  winogradFrame,
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

const unspread = (height: number, width: number, top: number, left: number): Frame => ({
  ...{ height, width, top, left },
  spread: [1, 1],
});

export const addressOrNone = (view: View | undefined): number => (view ? addressOf(view) : 0);

/** A convolution by Winograd's method, with the maxima of its 2x2 squares if they are asked for. */
export function winograd(
  shape: ConvShape,
  [x, filter, bias]: readonly View[],
  { y, pooled, places }: PooledOutputs,
  { activation, pooling = 'none' }: ConvAttributes & FusedPooling,
  phases: PhaseList,
): boolean {
  const { images, channels, filters, outHeight, outWidth, padding } = shape;
  const kernel = sideOf(shape);
  const [height, width] = winogradFrame(outHeight, outWidth, kernel);
  const frame = unspread(height, width, padding[0][0], padding[1][0]);
  const framed = emitFrames(
    addressOf(x),
    images,
    shape.height,
    shape.width,
    channels,
    frame,
    phases,
  );
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
      kernel,
      images,
      channels,
      filters,
      outHeight,
      outWidth,
      bias: bias !== undefined,
      activation,
      pooling,
    },
    {
      x: framed,
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

/** The adjoint, or, where pieces do not fit the output, the convolution of dy, framed by the filter's reach less the padding, with the filter turned round. */
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
  const [height, width] = winogradFrame(shape.height, shape.width, kernel);
  const [top, left] = padding.map(([before]) => kernel - 1 - before);
  const frame = unspread(height, width, top, left);
  const framed = emitFrames(
    addressOf(dy),
    images,
    shape.outHeight,
    shape.outWidth,
    filters,
    frame,
    phases,
  );
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
      kernel,
      images,
      channels: filters,
      filters: channels,
      outHeight: shape.height,
      outWidth: shape.width,
      bias: false,
      activation: following,
      beside: following !== null,
      pooling: 'none',
    },
    { x: framed, filters: transformed, y: addressOf(dx), beside: addressOrNone(beside) },
    phases,
  );
}

/** The gradient of the filter, from frames of both operands. */
export function winogradFilterGrad(
  shape: ConvShape,
  x: View,
  dy: View,
  dFilter: View,
  phases: PhaseList,
): void {
  const { images, channels, filters, outHeight, outWidth, padding } = shape;
  const kernel = sideOf(shape);
  const [height, width] = winogradFrame(outHeight, outWidth, kernel);
  const xFrame = unspread(height, width, padding[0][0], padding[1][0]);
  const dyFrame = unspread(height + 1 - kernel, width + 1 - kernel, 0, 0);
  const framedX = emitFrames(
    addressOf(x),
    images,
    shape.height,
    shape.width,
    channels,
    xFrame,
    phases,
  );
  const framedDy = emitFrames(addressOf(dy), images, outHeight, outWidth, filters, dyFrame, phases);
  emitWinogradFilterGrad(
    {
      kernel,
      images,
      channels,
      filters,
      outHeight,
      outWidth,
      bias: false,
      activation: null,
      pooling: 'none',
    },
    framedX,
    framedDy,
    addressOf(dFilter),
    phases,
  );
}
