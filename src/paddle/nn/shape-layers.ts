import { flatten, unflatten } from '../manipulation.ts';
import type { Tensor } from '../tensor.ts';
import { withArguments } from '../with-arguments.ts';
import type { Size } from './conv.ts';
import * as F from './functional/index.ts';
import { Layer } from './layer.ts';

/** Joins the axes from `startAxis` (1 by default) to `stopAxis` (the last by default). */
export class Flatten extends withArguments<{ startAxis: number; stopAxis: number }>()(
  Layer,
  ['startAxis', 'stopAxis'],
  0,
  { startAxis: 1, stopAxis: -1 },
) {
  override forward(input: Tensor): Tensor {
    return flatten(input, this.startAxis, this.stopAxis);
  }
}

interface UnflattenArguments {
  readonly axis: number;
  /** What the axis becomes; one size may be -1. */
  readonly shape: readonly number[];
  readonly name: string;
}

/** Splits an axis into several. */
export class Unflatten extends withArguments<UnflattenArguments>()(
  Layer,
  ['axis', 'shape', 'name'],
  2,
) {
  override forward(input: Tensor): Tensor {
    return unflatten(input, this.axis, this.shape);
  }
}

interface UpsampleArguments {
  /** Size of the result. */
  readonly size: Size;
  /** Factor of the size. */
  readonly scaleFactor: Size;
  /** 'nearest' (the default), 'linear', 'bilinear', 'bicubic', 'trilinear', 'area'. */
  readonly mode: string;
  readonly alignCorners: boolean;
  readonly alignMode: number;
  readonly dataFormat: string;
  readonly recomputeScaleFactor: boolean;
  readonly name: string;
}

/** Enlarges or shrinks along the image axes. */
export class Upsample extends withArguments<UpsampleArguments>()(
  Layer,
  [
    'size',
    'scaleFactor',
    'mode',
    'alignCorners',
    'alignMode',
    'dataFormat',
    'recomputeScaleFactor',
    'name',
  ],
  0,
  { mode: 'nearest', alignCorners: false, alignMode: 0 },
) {
  override forward(x: Tensor): Tensor {
    const { size, scaleFactor, mode, alignCorners, alignMode } = this;
    const dataFormat = this.dataFormat ?? ['NCW', 'NCHW', 'NCDHW'][x.ndim - 3];
    const options = { size, scaleFactor, mode, alignCorners, alignMode, dataFormat };
    return F.interpolate(x, options);
  }
}

const upsampleOrder = ['size', 'scaleFactor', 'dataFormat', 'name'] as const;

/** Enlarges images by repeating. */
export class UpsamplingNearest2D extends withArguments<UpsampleArguments>()(
  Layer,
  upsampleOrder,
  0,
  { dataFormat: 'NCHW' },
) {
  override forward(x: Tensor): Tensor {
    const { size, scaleFactor, dataFormat } = this;
    return F.interpolate(x, { size, scaleFactor, mode: 'nearest', dataFormat });
  }
}

/** Enlarges images linearly; corners stay where they are. */
export class UpsamplingBilinear2D extends withArguments<UpsampleArguments>()(
  Layer,
  upsampleOrder,
  0,
  { dataFormat: 'NCHW' },
) {
  override forward(x: Tensor): Tensor {
    const { size, scaleFactor, dataFormat } = this;
    const options = { size, scaleFactor, mode: 'bilinear', alignCorners: true, dataFormat };
    return F.interpolate(x, options);
  }
}

/** Channels into space: [batch, channels r², height, width] to [batch, channels, height r, width r]. */
export class PixelShuffle extends withArguments<{
  upscaleFactor: number;
  dataFormat: string;
  name: string;
}>()(Layer, ['upscaleFactor', 'dataFormat', 'name'], 1, { dataFormat: 'NCHW' }) {
  override forward(x: Tensor): Tensor {
    return F.pixelShuffle(x, this.upscaleFactor, this.dataFormat);
  }
}

/** Space into channels: the way back from `PixelShuffle`. */
export class PixelUnshuffle extends withArguments<{
  downscaleFactor: number;
  dataFormat: string;
  name: string;
}>()(Layer, ['downscaleFactor', 'dataFormat', 'name'], 1, { dataFormat: 'NCHW' }) {
  override forward(x: Tensor): Tensor {
    return F.pixelUnshuffle(x, this.downscaleFactor, this.dataFormat);
  }
}

/** Mixes groups of channels. */
export class ChannelShuffle extends withArguments<{
  groups: number;
  dataFormat: string;
  name: string;
}>()(Layer, ['groups', 'dataFormat', 'name'], 1, { dataFormat: 'NCHW' }) {
  override forward(x: Tensor): Tensor {
    return F.channelShuffle(x, this.groups, this.dataFormat);
  }
}

interface UnfoldArguments {
  readonly kernelSizes: Size;
  readonly dilations: Size;
  readonly paddings: Size;
  readonly strides: Size;
  readonly name: string;
}

const unfoldOrder = ['kernelSizes', 'dilations', 'paddings', 'strides', 'name'] as const;
const unfoldDefaults = { dilations: 1, paddings: 0, strides: 1 };

/** The windows of images as columns: [batch, channels x cells, windows]. */
export class Unfold extends withArguments<UnfoldArguments>()(
  Layer,
  unfoldOrder,
  1,
  unfoldDefaults,
) {
  override forward(input: Tensor): Tensor {
    const { kernelSizes, strides, paddings, dilations } = this;
    return F.unfold(input, kernelSizes, { strides, paddings, dilations });
  }
}

/** Adds columns up to images: the transpose of `Unfold`. */
export class Fold extends withArguments<UnfoldArguments & { outputSizes: Size }>()(
  Layer,
  ['outputSizes', ...unfoldOrder],
  2,
  unfoldDefaults,
) {
  override forward(input: Tensor): Tensor {
    const { outputSizes, kernelSizes, strides, paddings, dilations } = this;
    return F.fold(input, outputSizes, kernelSizes, { strides, paddings, dilations });
  }
}

/** The cosine of the angle between two inputs along an axis. */
export class CosineSimilarity extends withArguments<{ axis: number; eps: number }>()(
  Layer,
  ['axis', 'eps'],
  0,
  { axis: 1, eps: 1e-8 },
) {
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return F.cosineSimilarity(x1, x2, { axis: this.axis, eps: this.eps });
  }
}

interface PairwiseDistanceArguments {
  readonly p: number;
  readonly epsilon: number;
  readonly keepdim: boolean;
  readonly name: string;
}

/** The distance between two inputs along the last axis. */
export class PairwiseDistance extends withArguments<PairwiseDistanceArguments>()(
  Layer,
  ['p', 'epsilon', 'keepdim', 'name'],
  0,
  { p: 2, epsilon: 1e-6, keepdim: false },
) {
  override forward(x: Tensor, y: Tensor): Tensor {
    const { p, epsilon, keepdim } = this;
    return F.pairwiseDistance(x, y, { p, epsilon, keepdim });
  }
}
