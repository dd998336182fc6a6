import type { Tensor } from '../../tensor/index.ts';
import { add } from '../elementwise/arithmetic.ts';
import { stack } from '../shape/concat.ts';
import { reshape } from '../shape/reshape.ts';
import { narrow, slice } from '../shape/slice.ts';
import { embed } from '../shape/view-of.ts';

/** A window sliding along the depth of volumes. */
export interface DepthWindow {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Steps of the window. */
  readonly steps: number;
  readonly groups: number;
}

/** The depths under one cell of the window at all its steps. */
function depthsUnder(tap: number, { stride, dilation, steps }: DepthWindow) {
  const start = tap * dilation;
  return { start, stop: start + (steps - 1) * stride + 1, step: stride };
}

/**
 * Volumes [batch, depth, height, width, channels] as images [batch * steps, height, width, taps *
 * channels]: what the window sees in depth become channels, ordered group, tap, channel, so that a
 * group keeps its own.
 */
export function depthToChannels(x: Tensor, window: DepthWindow): Tensor {
  const [batch, , height, width, channels] = x.shape;
  const { taps, steps, groups } = window;
  const seen = Array.from({ length: taps }, (_, tap) => {
    const part = slice(x, [null, depthsUnder(tap, window)]);
    return reshape(part, [batch * steps, height, width, groups, channels / groups]);
  });
  return reshape(stack(seen, 4), [batch * steps, height, width, taps * channels]);
}

/**
 * The adjoint of `depthToChannels`: puts each cell's channels back to its depth and adds where
 * windows overlap.
 */
export function channelsToDepth(images: Tensor, depth: number, window: DepthWindow): Tensor {
  const [count, height, width, all] = images.shape;
  const { taps, steps, groups } = window;
  const channels = all / taps;
  const batch = count / steps;
  const shape = [batch, depth, height, width, channels];
  const split = reshape(images, [batch, steps, height, width, groups, taps, channels / groups]);
  return Array.from({ length: taps }, (_, tap) => {
    const part = reshape(narrow(split, 5, tap, 1), [batch, steps, height, width, channels]);
    const where = [null, depthsUnder(tap, window)];
    return embed('depth', part, shape, (whole) => slice(whole, where));
  }).reduce(add);
}
