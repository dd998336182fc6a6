import type { Tensor } from '../../tensor/index.ts';
import { pad } from '../shape/pad.ts';
import { expandDims, squeeze } from '../shape/reshape.ts';
import type { TensorLike } from '../tensor-like.ts';
import { type ConvOptions, checkChannels, convOperands, convolve } from './conv2d.ts';
import { perAxis, reachOf, windowAttributes, windowGeometry } from './geometry.ts';

/** Options of convolutions of series. */
export interface Conv1dOptions extends Omit<ConvOptions, 'padding'> {
  /**
   * Besides those of all windows 'causal': zeros in front only, so that no output sees later
   * inputs.
   */
  readonly padding?: ConvOptions['padding'] | 'causal';
}

/**
 * The convolution of series [batch, steps, channels] with filters [steps, channels / groups,
 * filters].
 * @example conv1d(signal, filters, { padding: 'causal', dilation: 2 });
 */
export function conv1d(x: TensorLike, filter: TensorLike, options: Conv1dOptions = {}): Tensor {
  const [series, weights] = convOperands('conv1d', x, filter);
  const { groups = 1, padding, ...rest } = options;
  checkChannels('conv1d', series.shape, weights.shape, 1, groups);
  const [size] = weights.shape;
  const causal = padding === 'causal';
  const [gap] = perAxis('conv1d', 'dilation', options.dilation ?? 1, 1);
  const padded = causal
    ? pad(series, [
        [0, 0],
        [reachOf(size, gap) - 1, 0],
        [0, 0],
      ])
    : series;
  const geometry = windowGeometry('conv1d', [padded.shape[1]], [size], {
    ...rest,
    padding: causal ? 'valid' : padding,
  });
  const result = convolve(
    'conv1d',
    expandDims(padded, 1),
    expandDims(weights, 0),
    [1, ...geometry.output],
    { ...windowAttributes(geometry), groups },
    options,
  );
  return squeeze(result, 1);
}
