import type { Tensor } from '../tensor.ts';
import { withArguments } from '../with-arguments.ts';
import type { PaddingLike, Size } from './conv.ts';
import * as F from './functional/index.ts';
import { Layer } from './layer.ts';

/** Arguments of pools. */
export interface PoolArguments {
  readonly kernelSize: Size;
  /** Step of the window; its size by default. */
  readonly stride: Size;
  /** Cells around the input that are not counted; 0 by default. */
  readonly padding: PaddingLike;
  /** Whether the last window may hang over the end. */
  readonly ceilMode: boolean;
  readonly dataFormat: string;
  readonly name: string;
}

/** Arguments of maximum pools. */
export interface MaxPoolArguments extends PoolArguments {
  /** Whether places of the maxima are given too: `[values, places]`. */
  readonly returnMask: boolean;
}

/** Arguments of average pools. */
export interface AvgPoolArguments extends PoolArguments {
  /** Whether cells around the input are left out of the mean; true by default. */
  readonly exclusive: boolean;
  /** What sums are divided by, in place of the number of cells. */
  readonly divisorOverride: number;
}

const maxDefaults = { padding: 0, returnMask: false, ceilMode: false };
const averageDefaults = { padding: 0, ceilMode: false, exclusive: true };

/** The greatest value in each window of [batch, channels, length]. */
export class MaxPool1D extends withArguments<MaxPoolArguments>()(
  Layer,
  ['kernelSize', 'stride', 'padding', 'returnMask', 'ceilMode', 'name'],
  1,
  maxDefaults,
) {
  /** With `returnMask`, a list of the values and their places. */
  override forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, returnMask, ceilMode } = this;
    return F.maxPool1d(input, kernelSize, { stride, padding, returnMask, ceilMode }) as Tensor;
  }
}

/**
 * The greatest value in each window of images [batch, channels, height, width].
 * @example new nn.MaxPool2D(2, { stride: 2 })
 */
export class MaxPool2D extends withArguments<MaxPoolArguments>()(
  Layer,
  ['kernelSize', 'stride', 'padding', 'returnMask', 'ceilMode', 'dataFormat', 'name'],
  1,
  { ...maxDefaults, dataFormat: 'NCHW' },
) {
  /** With `returnMask`, a list of the values and their places. */
  override forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, returnMask, ceilMode, dataFormat } = this;
    const options = { stride, padding, returnMask, ceilMode, dataFormat };
    return F.maxPool2d(x, kernelSize, options) as Tensor;
  }
}

/** The greatest value in each window of [batch, channels, depth, height, width]. */
export class MaxPool3D extends withArguments<MaxPoolArguments>()(
  Layer,
  ['kernelSize', 'stride', 'padding', 'returnMask', 'ceilMode', 'dataFormat', 'name'],
  1,
  { ...maxDefaults, dataFormat: 'NCDHW' },
) {
  /** With `returnMask`, a list of the values and their places. */
  override forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, returnMask, ceilMode, dataFormat } = this;
    const options = { stride, padding, returnMask, ceilMode, dataFormat };
    return F.maxPool3d(x, kernelSize, options) as Tensor;
  }
}

/** The mean of each window of [batch, channels, length]. */
export class AvgPool1D extends withArguments<AvgPoolArguments>()(
  Layer,
  ['kernelSize', 'stride', 'padding', 'exclusive', 'ceilMode', 'name'],
  1,
  averageDefaults,
) {
  override forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, exclusive, ceilMode } = this;
    return F.avgPool1d(x, kernelSize, { stride, padding, exclusive, ceilMode });
  }
}

const averageOrder = [
  'kernelSize',
  'stride',
  'padding',
  'ceilMode',
  'exclusive',
  'divisorOverride',
  'dataFormat',
  'name',
] as const;

/** The mean of each window of images [batch, channels, height, width]. */
export class AvgPool2D extends withArguments<AvgPoolArguments>()(Layer, averageOrder, 1, {
  ...averageDefaults,
  dataFormat: 'NCHW',
}) {
  override forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, exclusive, divisorOverride, dataFormat } = this;
    const options = { stride, padding, ceilMode, exclusive, divisorOverride, dataFormat };
    return F.avgPool2d(x, kernelSize, options);
  }
}

/** The mean of each window of [batch, channels, depth, height, width]. */
export class AvgPool3D extends withArguments<AvgPoolArguments>()(Layer, averageOrder, 1, {
  ...averageDefaults,
  dataFormat: 'NCDHW',
}) {
  override forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, exclusive, divisorOverride, dataFormat } = this;
    const options = { stride, padding, ceilMode, exclusive, divisorOverride, dataFormat };
    return F.avgPool3d(x, kernelSize, options);
  }
}

/** Arguments of power pools. */
export interface LPPoolArguments extends PoolArguments {
  /** The power: 1 for sums, infinity for maxima. */
  readonly normType: number;
}

/** The p-th root of the sum of p-th powers in each window of [batch, channels, length]. */
export class LPPool1D extends withArguments<LPPoolArguments>()(
  Layer,
  ['normType', 'kernelSize', 'stride', 'padding', 'ceilMode', 'dataFormat', 'name'],
  2,
  { padding: 0, ceilMode: false, dataFormat: 'NCL' },
) {
  override forward(x: Tensor): Tensor {
    const { normType, kernelSize, stride, padding, ceilMode, dataFormat } = this;
    return F.lpPool1d(x, normType, kernelSize, { stride, padding, ceilMode, dataFormat });
  }
}

/** The p-th root of the sum of p-th powers in each window of images. */
export class LPPool2D extends withArguments<LPPoolArguments>()(
  Layer,
  ['normType', 'kernelSize', 'stride', 'padding', 'ceilMode', 'dataFormat', 'name'],
  2,
  { padding: 0, ceilMode: false, dataFormat: 'NCHW' },
) {
  override forward(x: Tensor): Tensor {
    const { normType, kernelSize, stride, padding, ceilMode, dataFormat } = this;
    return F.lpPool2d(x, normType, kernelSize, { stride, padding, ceilMode, dataFormat });
  }
}

/** Sizes of a result; null keeps that of the input. */
export type OutputSize = number | readonly (number | null)[];

interface AdaptiveArguments {
  readonly outputSize: OutputSize;
  readonly returnMask: boolean;
  readonly dataFormat: string;
  readonly name: string;
}

/** Means of windows that are laid so that there are `outputSize` of them: [batch, channels, length]. */
export class AdaptiveAvgPool1D extends withArguments<AdaptiveArguments>()(
  Layer,
  ['outputSize', 'name'],
  1,
) {
  override forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool1d(input, this.outputSize as number);
  }
}

/** Means of windows that are laid so that there are `outputSize` of them, for images. */
export class AdaptiveAvgPool2D extends withArguments<AdaptiveArguments>()(
  Layer,
  ['outputSize', 'dataFormat', 'name'],
  1,
  { dataFormat: 'NCHW' },
) {
  override forward(x: Tensor): Tensor {
    return F.adaptiveAvgPool2d(x, this.outputSize, { dataFormat: this.dataFormat });
  }
}

/** Means of windows that are laid so that there are `outputSize` of them, for three axes. */
export class AdaptiveAvgPool3D extends withArguments<AdaptiveArguments>()(
  Layer,
  ['outputSize', 'dataFormat', 'name'],
  1,
  { dataFormat: 'NCDHW' },
) {
  override forward(x: Tensor): Tensor {
    return F.adaptiveAvgPool3d(x, this.outputSize, { dataFormat: this.dataFormat });
  }
}

/** Maxima of windows that are laid so that there are `outputSize` of them: [batch, channels, length]. */
export class AdaptiveMaxPool1D extends withArguments<AdaptiveArguments>()(
  Layer,
  ['outputSize', 'returnMask', 'name'],
  1,
  { returnMask: false },
) {
  /** With `returnMask`, a list of the values and their places. */
  override forward(input: Tensor): Tensor {
    return F.adaptiveMaxPool1d(input, this.outputSize as number, {
      returnMask: this.returnMask,
    }) as Tensor;
  }
}

/** Maxima of windows that are laid so that there are `outputSize` of them, for images. */
export class AdaptiveMaxPool2D extends withArguments<AdaptiveArguments>()(
  Layer,
  ['outputSize', 'returnMask', 'name'],
  1,
  { returnMask: false },
) {
  /** With `returnMask`, a list of the values and their places. */
  override forward(x: Tensor): Tensor {
    return F.adaptiveMaxPool2d(x, this.outputSize, { returnMask: this.returnMask }) as Tensor;
  }
}

/** Maxima of windows that are laid so that there are `outputSize` of them, for three axes. */
export class AdaptiveMaxPool3D extends withArguments<AdaptiveArguments>()(
  Layer,
  ['outputSize', 'returnMask', 'name'],
  1,
  { returnMask: false },
) {
  /** With `returnMask`, a list of the values and their places. */
  override forward(x: Tensor): Tensor {
    return F.adaptiveMaxPool3d(x, this.outputSize, { returnMask: this.returnMask }) as Tensor;
  }
}

interface UnpoolArguments {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size;
  readonly dataFormat: string;
  readonly outputSize: Size;
  readonly name: string;
}

const unpoolOrder = [
  'kernelSize',
  'stride',
  'padding',
  'dataFormat',
  'outputSize',
  'name',
] as const;

/** Puts the maxima of a pool back where they came from, zeros elsewhere: [batch, channels, length]. */
export class MaxUnPool1D extends withArguments<UnpoolArguments>()(Layer, unpoolOrder, 1, {
  padding: 0,
  dataFormat: 'NCL',
}) {
  override forward(x: Tensor, indices: Tensor): Tensor {
    const { kernelSize, stride, padding, dataFormat, outputSize } = this;
    return F.maxUnpool1d(x, indices, kernelSize, { stride, padding, dataFormat, outputSize });
  }
}

/** Puts the maxima of a pool back where they came from, zeros elsewhere, for images. */
export class MaxUnPool2D extends withArguments<UnpoolArguments>()(Layer, unpoolOrder, 1, {
  padding: 0,
  dataFormat: 'NCHW',
}) {
  override forward(x: Tensor, indices: Tensor): Tensor {
    const { kernelSize, stride, padding, dataFormat, outputSize } = this;
    return F.maxUnpool2d(x, indices, kernelSize, { stride, padding, dataFormat, outputSize });
  }
}

/** Puts the maxima of a pool back where they came from, zeros elsewhere, for three axes. */
export class MaxUnPool3D extends withArguments<UnpoolArguments>()(Layer, unpoolOrder, 1, {
  padding: 0,
  dataFormat: 'NCDHW',
}) {
  override forward(x: Tensor, indices: Tensor): Tensor {
    const { kernelSize, stride, padding, dataFormat, outputSize } = this;
    return F.maxUnpool3d(x, indices, kernelSize, { stride, padding, dataFormat, outputSize });
  }
}
