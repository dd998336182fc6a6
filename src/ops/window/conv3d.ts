import type { Tensor } from '../../tensor/index.ts';
import { pad } from '../shape/pad.ts';
import { reshape } from '../shape/reshape.ts';
import { transpose } from '../shape/transpose.ts';
import type { TensorLike } from '../tensor-like.ts';
import { type ConvOptions, checkChannels, convOperands, convolve } from './conv2d.ts';
import { depthToChannels } from './depth.ts';
import { type Geometry, windowAttributes, windowGeometry } from './geometry.ts';

/** The last two axes of a geometry of three. */
export const planeOf = ({ strides, padding, overhang, dilation, output }: Geometry): Geometry => ({
  strides: strides.slice(1),
  padding: padding.slice(1),
  overhang: overhang.slice(1),
  dilation: dilation.slice(1),
  output: output.slice(1),
});

/** Filters of volumes as filters of images whose channels hold the taps in depth. */
export function flatFilter(filter: Tensor): Tensor {
  const [taps, height, width, channels, filters] = filter.shape;
  const moved = transpose(filter, [1, 2, 0, 3, 4]);
  return reshape(moved, [height, width, taps * channels, filters]);
}

/**
 * The convolution of volumes [batch, depth, height, width, channels] with filters [depth, height,
 * width, channels / groups, filters]: the slices that a filter sees in depth become channels of one
 * flat convolution.
 */
export function conv3d(x: TensorLike, filter: TensorLike, options: ConvOptions = {}): Tensor {
  const [volume, weights] = convOperands('conv3d', x, filter);
  const { groups = 1 } = options;
  checkChannels('conv3d', volume.shape, weights.shape, 3, groups);
  const geometry = windowGeometry(
    'conv3d',
    volume.shape.slice(1, 4),
    weights.shape.slice(0, 3),
    options,
  );
  const padded = pad(volume, [[0, 0], geometry.padding[0], [0, 0], [0, 0], [0, 0]]);
  const images = depthToChannels(padded, {
    taps: weights.shape[0],
    stride: geometry.strides[0],
    dilation: geometry.dilation[0],
    steps: geometry.output[0],
    groups,
  });
  const plane = planeOf(geometry);
  const result = convolve(
    'conv3d',
    images,
    flatFilter(weights),
    plane.output,
    { ...windowAttributes(plane), groups },
    options,
  );
  return reshape(result, [volume.shape[0], ...geometry.output, weights.shape[4]]);
}
