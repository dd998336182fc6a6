import { formatShape, ShapeError, type Tensor } from '../../tensor/index.ts';
import type { EpilogueOptions } from '../linear/epilogue.ts';
import { reshape } from '../shape/reshape.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { type Conv1dOptions, conv1d } from './conv1d.ts';
import { type ConvOptions, conv2d } from './conv2d.ts';

/** Options of depthwise and separable convolutions. */
export type DepthwiseOptions = Omit<ConvOptions, 'groups'>;

function checkDepthwise(op: string, x: Tensor, filter: Tensor, axes: number): void {
  if (x.rank !== axes + 2 || filter.rank !== axes + 2 || filter.shape[axes] !== x.shape.at(-1)) {
    throw new ShapeError(
      `${op}: expected an input [batch, .., channels] and a filter [.., channels, multiplier] of rank ` +
        `${axes + 2} with equal channels; received ${formatShape(x.shape)} and ` +
        formatShape(filter.shape),
    );
  }
}

/**
 * A convolution of each channel by itself: images [batch, height, width, channels] with filters
 * [height, width, channels, multiplier] give channels * multiplier channels.
 */
export function depthwiseConv2d(
  x: TensorLike,
  filter: TensorLike,
  options: DepthwiseOptions = {},
): Tensor {
  const [image, weights] = [asTensor('depthwiseConv2d', x), asTensor('depthwiseConv2d', filter)];
  checkDepthwise('depthwiseConv2d', image, weights, 2);
  const [height, width, channels, multiplier] = weights.shape;
  const grouped = reshape(weights, [height, width, 1, channels * multiplier]);
  return conv2d(image, grouped, { ...options, groups: channels });
}

/**
 * A convolution of each channel by itself: series [batch, steps, channels] with filters [steps,
 * channels, multiplier].
 */
export function depthwiseConv1d(
  x: TensorLike,
  filter: TensorLike,
  options: Omit<Conv1dOptions, 'groups'> = {},
): Tensor {
  const [series, weights] = [asTensor('depthwiseConv1d', x), asTensor('depthwiseConv1d', filter)];
  checkDepthwise('depthwiseConv1d', series, weights, 1);
  const [steps, channels, multiplier] = weights.shape;
  const grouped = reshape(weights, [steps, 1, channels * multiplier]);
  return conv1d(series, grouped, { ...options, groups: channels });
}

/**
 * A depthwise convolution followed by a mixing of channels: pointwise filters [1, 1, channels *
 * multiplier, filters]. Bias and activation come last.
 */
export function separableConv2d(
  x: TensorLike,
  depthwise: TensorLike,
  pointwise: TensorLike,
  { bias, activation, ...window }: DepthwiseOptions = {},
): Tensor {
  const mixed: EpilogueOptions = { bias, activation };
  return conv2d(depthwiseConv2d(x, depthwise, window), pointwise, mixed);
}

/**
 * A depthwise convolution of series followed by a mixing of channels: pointwise filters [1,
 * channels * multiplier, filters].
 */
export function separableConv1d(
  x: TensorLike,
  depthwise: TensorLike,
  pointwise: TensorLike,
  { bias, activation, ...window }: Omit<Conv1dOptions, 'groups'> = {},
): Tensor {
  return conv1d(depthwiseConv1d(x, depthwise, window), pointwise, { bias, activation });
}
