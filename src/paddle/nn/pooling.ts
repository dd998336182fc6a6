import type { Tensor } from '../tensor.ts';
import { type WithArguments, withArguments } from '../with-arguments.ts';
import type { PaddingLike, Size } from './conv.ts';
import * as F from './functional/index.ts';
import { Layer, type TensorLayer } from './layer.ts';

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

const maxOrder = [
  'kernelSize',
  'stride',
  'padding',
  'returnMask',
  'ceilMode',
  'dataFormat',
  'name',
] as const;

/** A maximum pool over two axes or three. */
const maxPool = (
  f: typeof F.maxPool2d,
  dataFormat: string,
): WithArguments<TensorLayer, MaxPoolArguments, typeof maxOrder> => {
  abstract class MaxPool extends withArguments<MaxPoolArguments>()(Layer, maxOrder, 1, {
    ...maxDefaults,
    dataFormat,
  }) {
    override forward(x: Tensor): Tensor {
      const { kernelSize, stride, padding, returnMask, ceilMode, dataFormat } = this;
      return f(x, kernelSize, { stride, padding, returnMask, ceilMode, dataFormat }) as Tensor;
    }
  }
  return MaxPool;
};

/**
 * The greatest value in each window of images [batch, channels, height, width]; with `returnMask` a list of the values and
 * their places.
 * @example new nn.MaxPool2D(2, { stride: 2 })
 */
export class MaxPool2D extends maxPool(F.maxPool2d, 'NCHW') {}
/** The greatest value in each window of [batch, channels, depth, height, width], and as in `MaxPool2D` their places. */
export class MaxPool3D extends maxPool(F.maxPool3d, 'NCDHW') {}

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

/** An average pool over two axes or three. */
const averagePool = (
  f: typeof F.avgPool2d,
  dataFormat: string,
): WithArguments<TensorLayer, AvgPoolArguments, typeof averageOrder> => {
  abstract class AveragePool extends withArguments<AvgPoolArguments>()(Layer, averageOrder, 1, {
    ...averageDefaults,
    dataFormat,
  }) {
    override forward(x: Tensor): Tensor {
      const { stride, padding, ceilMode, exclusive, divisorOverride, dataFormat } = this;
      const options = { stride, padding, ceilMode, exclusive, divisorOverride, dataFormat };
      return f(x, this.kernelSize, options);
    }
  }
  return AveragePool;
};

/** The mean of each window of images [batch, channels, height, width]. */
export class AvgPool2D extends averagePool(F.avgPool2d, 'NCHW') {}
/** The mean of each window of [batch, channels, depth, height, width]. */
export class AvgPool3D extends averagePool(F.avgPool3d, 'NCDHW') {}

/** Arguments of power pools. */
export interface LPPoolArguments extends PoolArguments {
  /** The power: 1 for sums, infinity for maxima. */
  readonly normType: number;
}

const powerOrder = [
  'normType',
  'kernelSize',
  'stride',
  'padding',
  'ceilMode',
  'dataFormat',
  'name',
] as const;

/** A power pool. */
const powerPool = (
  f: typeof F.lpPool1d,
  dataFormat: string,
): WithArguments<TensorLayer, LPPoolArguments, typeof powerOrder> => {
  abstract class PowerPool extends withArguments<LPPoolArguments>()(Layer, powerOrder, 2, {
    padding: 0,
    ceilMode: false,
    dataFormat,
  }) {
    override forward(x: Tensor): Tensor {
      const { normType, kernelSize, stride, padding, ceilMode, dataFormat } = this;
      return f(x, normType, kernelSize, { stride, padding, ceilMode, dataFormat });
    }
  }
  return PowerPool;
};

/** The p-th root of the sum of p-th powers in each window of [batch, channels, length]. */
export class LPPool1D extends powerPool(F.lpPool1d, 'NCL') {}
/** The p-th root of the sum of p-th powers in each window of images. */
export class LPPool2D extends powerPool(F.lpPool2d, 'NCHW') {}

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

const adaptiveAverageOrder = ['outputSize', 'dataFormat', 'name'] as const;

/** An adaptive average pool over two axes or three. */
const adaptiveAverage = (
  f: typeof F.adaptiveAvgPool2d,
  dataFormat: string,
): WithArguments<TensorLayer, AdaptiveArguments, typeof adaptiveAverageOrder> => {
  abstract class AdaptiveAverage extends withArguments<AdaptiveArguments>()(
    Layer,
    adaptiveAverageOrder,
    1,
    { dataFormat },
  ) {
    override forward(x: Tensor): Tensor {
      return f(x, this.outputSize, { dataFormat: this.dataFormat });
    }
  }
  return AdaptiveAverage;
};

/** Means of windows that are laid so that there are `outputSize` of them, for images. */
export class AdaptiveAvgPool2D extends adaptiveAverage(F.adaptiveAvgPool2d, 'NCHW') {}
/** Means of windows that are laid so that there are `outputSize` of them, for three axes. */
export class AdaptiveAvgPool3D extends adaptiveAverage(F.adaptiveAvgPool3d, 'NCDHW') {}

const adaptiveMaxOrder = ['outputSize', 'returnMask', 'name'] as const;

/** An adaptive maximum pool; with `returnMask` it gives a list of the values and their places. */
const adaptiveMax = (
  f: typeof F.adaptiveMaxPool1d,
): WithArguments<TensorLayer, AdaptiveArguments, typeof adaptiveMaxOrder> => {
  abstract class AdaptiveMax extends withArguments<AdaptiveArguments>()(
    Layer,
    adaptiveMaxOrder,
    1,
    { returnMask: false },
  ) {
    override forward(x: Tensor): Tensor {
      return f(x, this.outputSize, { returnMask: this.returnMask }) as Tensor;
    }
  }
  return AdaptiveMax;
};

/** Maxima of windows that are laid so that there are `outputSize` of them: [batch, channels, length]. */
export class AdaptiveMaxPool1D extends adaptiveMax(F.adaptiveMaxPool1d) {}
/** Maxima of windows that are laid so that there are `outputSize` of them, for images. */
export class AdaptiveMaxPool2D extends adaptiveMax(F.adaptiveMaxPool2d) {}
/** Maxima of windows that are laid so that there are `outputSize` of them, for three axes. */
export class AdaptiveMaxPool3D extends adaptiveMax(F.adaptiveMaxPool3d) {}

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

/** The way back from a maximum pool. */
interface UnpoolLayer extends Layer {
  forward(x: Tensor, indices: Tensor): Tensor;
}

const unpool = (
  f: typeof F.maxUnpool1d,
  dataFormat: string,
): WithArguments<UnpoolLayer, UnpoolArguments, typeof unpoolOrder> => {
  abstract class Unpool extends withArguments<UnpoolArguments>()(Layer, unpoolOrder, 1, {
    padding: 0,
    dataFormat,
  }) {
    override forward(x: Tensor, indices: Tensor): Tensor {
      const { kernelSize, stride, padding, dataFormat, outputSize } = this;
      return f(x, indices, kernelSize, { stride, padding, dataFormat, outputSize });
    }
  }
  return Unpool;
};

/** Puts the maxima of a pool back where they came from, zeros elsewhere: [batch, channels, length]. */
export class MaxUnPool1D extends unpool(F.maxUnpool1d, 'NCL') {}
/** Puts the maxima of a pool back where they came from, zeros elsewhere, for images. */
export class MaxUnPool2D extends unpool(F.maxUnpool2d, 'NCHW') {}
/** Puts the maxima of a pool back where they came from, zeros elsewhere, for three axes. */
export class MaxUnPool3D extends unpool(F.maxUnpool3d, 'NCDHW') {}
