import { formatShape, ShapeError, sizeOf, ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { getDefaultDtype } from '../dtype.ts';
import type { Parameter } from '../parameter.ts';
import type { Tensor } from '../tensor.ts';
import { withArguments } from '../with-arguments.ts';
import * as F from './functional/index.ts';
import { Constant } from './initializer/constants.ts';
import { Normal } from './initializer/random.ts';
import { Layer } from './layer.ts';
import { ParamAttr, type ParamAttrLike } from './param-attr.ts';
import { spectrallyNormalized } from './spectral-norm.ts';

const ones = new Constant(1);
const zeros = new Constant(0);

/** A factor and an offset, from 1 and 0 on. */
function factorAndOffset(
  layer: Layer,
  shape: readonly number[],
  attributes: { readonly weightAttr?: ParamAttrLike; readonly biasAttr?: ParamAttrLike },
): [factor: Parameter | null, offset: Parameter | null] {
  const { weightAttr, biasAttr } = attributes;
  return [
    layer.createParameter(shape, { attr: weightAttr, defaultInitializer: ones }),
    layer.createParameter(shape, { attr: biasAttr, defaultInitializer: zeros, isBias: true }),
  ];
}

/** Checks the number of axes of an input. */
function checkAxes(layer: Layer, { ndim, shape }: Tensor, ranks: readonly number[]): void {
  if (ranks.includes(ndim)) return;
  throw new ShapeError(
    `${layer.constructor.name}: expected ${ranks.join(' or ')} axes, received shape ` +
      formatShape(shape),
  );
}

/** Arguments of the batch normalizations. */
export interface BatchNormArguments {
  /** Number of channels. */
  readonly numFeatures: number;
  /** How much of the moving statistics a step keeps; 0.9 by default. */
  readonly momentum: number;
  /** Keeps divisors away from 0; 1e-5 by default. */
  readonly epsilon: number;
  /** false for no factor. */
  readonly weightAttr: ParamAttrLike;
  /** false for no offset. */
  readonly biasAttr: ParamAttrLike;
  readonly dataFormat: string;
  /** Whether the moving statistics are used in training too; by default in use alone. */
  readonly useGlobalStats: boolean;
  readonly name: string;
}

const batchNormOrder = [
  'numFeatures',
  'momentum',
  'epsilon',
  'weightAttr',
  'biasAttr',
  'dataFormat',
  'useGlobalStats',
  'name',
] as const;

/** What batch normalizations keep: factor, offset, moving mean and variance. */
abstract class BatchNormBase extends Layer {
  readonly momentum: number;
  readonly epsilon: number;
  readonly dataFormat: string;
  readonly useGlobalStats: boolean | null;
  weight: Parameter | null;
  bias: Parameter | null;
  _mean: Parameter;
  _variance: Parameter;
  /** Numbers of axes that inputs may have. */
  protected abstract readonly ranks: readonly number[];

  constructor(dataFormat: string, given: Partial<BatchNormArguments>) {
    super();
    this.momentum = given.momentum ?? 0.9;
    this.epsilon = given.epsilon ?? 1e-5;
    this.dataFormat = given.dataFormat ?? dataFormat;
    this.useGlobalStats = given.useGlobalStats ?? null;
    const shape = [given.numFeatures as number];
    const dtype = getDefaultDtype() === 'float16' ? 'float32' : getDefaultDtype();
    const { weightAttr, biasAttr, name } = given;
    this.weight = this.createParameter(shape, {
      attr: weightAttr,
      dtype,
      defaultInitializer: ones,
    });
    this.bias = this.createParameter(shape, { attr: biasAttr, dtype, isBias: true });
    const statistic = (suffix: string, initializer: Constant): Parameter =>
      this.createParameter(shape, {
        attr: new ParamAttr({ name: name && `${name}${suffix}`, initializer, trainable: false }),
        dtype,
      }) as Parameter;
    this._mean = statistic('_mean', zeros);
    this._variance = statistic('_variance', ones);
  }

  override forward(input: Tensor): Tensor {
    checkAxes(this, input, this.ranks);
    return this.normalize(input);
  }

  protected normalize(input: Tensor): Tensor {
    const { weight, bias, training, momentum, epsilon, dataFormat, useGlobalStats } = this;
    const options = { weight, bias, training, momentum, epsilon, dataFormat, useGlobalStats };
    return F.batchNorm(input, this._mean, this._variance, options);
  }

  override extraRepr(): string {
    return `num_features=${this._mean.shape[0]}, momentum=${this.momentum}, epsilon=${this.epsilon}`;
  }
}

const batchNormOf = (name: string, args: readonly unknown[]): Partial<BatchNormArguments> =>
  byName<BatchNormArguments>(name, batchNormOrder, args, ['numFeatures']);

/** Brings each channel of a batch [batch, channels] or [batch, channels, length] to mean 0 and variance 1. */
export class BatchNorm1D extends BatchNormBase {
  protected override readonly ranks = [2, 3];

  constructor(...args: Arguments<BatchNormArguments, typeof batchNormOrder>) {
    super('NCL', batchNormOf('BatchNorm1D', args));
  }
}

/**
 * Brings each channel of a batch of images to mean 0 and variance 1.
 * @example new nn.BatchNorm2D(16)
 */
export class BatchNorm2D extends BatchNormBase {
  protected override readonly ranks = [4];

  constructor(...args: Arguments<BatchNormArguments, typeof batchNormOrder>) {
    super('NCHW', batchNormOf('BatchNorm2D', args));
  }
}

/** Brings each channel of a batch [batch, channels, depth, height, width] to mean 0 and variance 1. */
export class BatchNorm3D extends BatchNormBase {
  protected override readonly ranks = [5];

  constructor(...args: Arguments<BatchNormArguments, typeof batchNormOrder>) {
    super('NCDHW', batchNormOf('BatchNorm3D', args));
  }
}

/** Batch normalization over all devices of a training: here there is one. */
export class SyncBatchNorm extends BatchNormBase {
  protected override readonly ranks = [2, 3, 4, 5];

  constructor(...args: Arguments<BatchNormArguments, typeof batchNormOrder>) {
    super('NCHW', batchNormOf('SyncBatchNorm', args));
  }

  /** Puts synchronized layers in the place of others; here they are the same, so the layer stays as it is. */
  static convertSyncBatchnorm<T extends Layer>(layer: T): T {
    return layer;
  }
}

/** Arguments of `BatchNorm`. */
export interface OldBatchNormArguments {
  readonly numChannels: number;
  /** Name of an activation that follows. */
  readonly act: string;
  readonly isTest: boolean;
  readonly momentum: number;
  readonly epsilon: number;
  readonly paramAttr: ParamAttrLike;
  readonly biasAttr: ParamAttrLike;
  readonly dtype: string;
  readonly dataLayout: string;
  readonly inPlace: boolean;
  readonly movingMeanName: string;
  readonly movingVarianceName: string;
  readonly doModelAverageForMeanAndVar: boolean;
  readonly useGlobalStats: boolean;
  readonly trainableStatistics: boolean;
}

const oldBatchNormOrder = [
  'numChannels',
  'act',
  'isTest',
  'momentum',
  'epsilon',
  'paramAttr',
  'biasAttr',
  'dtype',
  'dataLayout',
  'inPlace',
  'movingMeanName',
  'movingVarianceName',
  'doModelAverageForMeanAndVar',
  'useGlobalStats',
  'trainableStatistics',
] as const;

/** Batch normalization with an activation behind it, for any number of axes. */
export class BatchNorm extends BatchNormBase {
  protected override readonly ranks = [2, 3, 4, 5];
  readonly act: string | null;

  constructor(...args: Arguments<OldBatchNormArguments, typeof oldBatchNormOrder>) {
    const given = byName<OldBatchNormArguments>('BatchNorm', oldBatchNormOrder, args, [
      'numChannels',
    ]);
    super(given.dataLayout ?? 'NCHW', {
      numFeatures: given.numChannels,
      momentum: given.momentum,
      epsilon: given.epsilon,
      weightAttr: given.paramAttr,
      biasAttr: given.biasAttr,
      useGlobalStats: given.useGlobalStats ?? undefined,
    });
    this.act = given.act ?? null;
    this.training = !(given.isTest ?? false);
  }

  protected override normalize(input: Tensor): Tensor {
    const y = super.normalize(input);
    return this.act === null ? y : activate(this.act, y);
  }
}

let functions: ReadonlyMap<string, unknown> | null = null;

/** Applies an activation by its name in `nn.functional`. */
export function activate(name: string, x: Tensor): Tensor {
  functions ??= new Map<string, unknown>(Object.entries(F));
  const activation = functions.get(name) as ((x: Tensor) => Tensor) | undefined;
  if (!activation) throw new ValueError(`nn.functional has no activation '${name}'`);
  return activation(x);
}

/** Arguments of the instance normalizations. */
export interface InstanceNormArguments {
  readonly numFeatures: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly weightAttr: ParamAttrLike;
  readonly biasAttr: ParamAttrLike;
  readonly dataFormat: string;
  readonly name: string;
}

const instanceNormOrder = [
  'numFeatures',
  'epsilon',
  'momentum',
  'weightAttr',
  'biasAttr',
  'dataFormat',
  'name',
] as const;

/** Brings each channel of each example to mean 0 and variance 1. */
abstract class InstanceNormBase extends Layer {
  readonly epsilon: number;
  readonly momentum: number;
  readonly dataFormat: string;
  scale: Parameter | null;
  bias: Parameter | null;
  protected abstract readonly ranks: readonly number[];

  constructor(dataFormat: string, args: readonly unknown[]) {
    super();
    const { name } = new.target;
    const given = byName<InstanceNormArguments>(name, instanceNormOrder, args, ['numFeatures']);
    this.epsilon = given.epsilon ?? 1e-5;
    this.momentum = given.momentum ?? 0.9;
    this.dataFormat = given.dataFormat ?? dataFormat;
    const { weightAttr, biasAttr } = given;
    if ((weightAttr === false) !== (biasAttr === false)) {
      throw new ValueError(`${name}: weightAttr and biasAttr must be false together`);
    }
    [this.scale, this.bias] = factorAndOffset(this, [given.numFeatures as number], given);
  }

  override forward(input: Tensor): Tensor {
    checkAxes(this, input, this.ranks);
    const { scale: weight, bias, momentum, epsilon: eps, dataFormat } = this;
    return F.instanceNorm(input, { weight, bias, momentum, eps, dataFormat });
  }
}

/** Brings each channel of each example [batch, channels, length] to mean 0 and variance 1. */
export class InstanceNorm1D extends InstanceNormBase {
  protected override readonly ranks = [2, 3];

  constructor(...args: Arguments<InstanceNormArguments, typeof instanceNormOrder>) {
    super('NCL', args);
  }
}

/** Brings each channel of each image to mean 0 and variance 1. */
export class InstanceNorm2D extends InstanceNormBase {
  protected override readonly ranks = [4];

  constructor(...args: Arguments<InstanceNormArguments, typeof instanceNormOrder>) {
    super('NCHW', args);
  }
}

/** Brings each channel of each example [batch, channels, depth, height, width] to mean 0 and variance 1. */
export class InstanceNorm3D extends InstanceNormBase {
  protected override readonly ranks = [5];

  constructor(...args: Arguments<InstanceNormArguments, typeof instanceNormOrder>) {
    super('NCDHW', args);
  }
}

/** Arguments of a `LayerNorm`. */
export interface LayerNormArguments {
  /** Sizes of the last axes, which are normalized together. */
  readonly normalizedShape: number | readonly number[];
  readonly epsilon: number;
  readonly weightAttr: ParamAttrLike;
  readonly biasAttr: ParamAttrLike;
  readonly name: string;
}

const layerNormOrder = ['normalizedShape', 'epsilon', 'weightAttr', 'biasAttr', 'name'] as const;

/** Brings the last axes of each example to mean 0 and variance 1. */
export class LayerNorm extends Layer {
  readonly normalizedShape: readonly number[];
  readonly epsilon: number;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(...args: Arguments<LayerNormArguments, typeof layerNormOrder>) {
    super();
    const given = byName<LayerNormArguments>('LayerNorm', layerNormOrder, args, [
      'normalizedShape',
    ]);
    this.normalizedShape = [given.normalizedShape as number].flat();
    this.epsilon = given.epsilon ?? 1e-5;
    [this.weight, this.bias] = factorAndOffset(this, [sizeOf(this.normalizedShape)], given);
  }

  override forward(input: Tensor): Tensor {
    const { normalizedShape, weight, bias, epsilon } = this;
    return F.layerNorm(input, [...normalizedShape], { weight, bias, epsilon });
  }

  override extraRepr(): string {
    return `normalized_shape=[${this.normalizedShape.join(', ')}], epsilon=${this.epsilon}`;
  }
}

/** Arguments of a `GroupNorm`. */
export interface GroupNormArguments {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly epsilon: number;
  readonly weightAttr: ParamAttrLike;
  readonly biasAttr: ParamAttrLike;
  readonly dataFormat: string;
  readonly name: string;
}

const groupNormOrder = [
  'numGroups',
  'numChannels',
  'epsilon',
  'weightAttr',
  'biasAttr',
  'dataFormat',
  'name',
] as const;

/** Brings groups of channels of each example to mean 0 and variance 1. */
export class GroupNorm extends Layer {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly epsilon: number;
  readonly dataFormat: string;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(...args: Arguments<GroupNormArguments, typeof groupNormOrder>) {
    super();
    const given = byName<GroupNormArguments>('GroupNorm', groupNormOrder, args, [
      'numGroups',
      'numChannels',
    ]);
    this.numGroups = given.numGroups as number;
    this.numChannels = given.numChannels as number;
    this.epsilon = given.epsilon ?? 1e-5;
    this.dataFormat = given.dataFormat ?? 'NCHW';
    [this.weight, this.bias] = factorAndOffset(this, [this.numChannels], given);
  }

  override forward(input: Tensor): Tensor {
    const { numGroups, epsilon, weight, bias, dataFormat } = this;
    return F.groupNorm(input, numGroups, { epsilon, weight, bias, dataFormat });
  }
}

interface LocalResponseNormArguments {
  /** Channels that count. */
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
  readonly dataFormat: string;
  readonly name: string;
}

/** Divides by a power of the neighbouring channels' mean square: `x / (k + alpha mean)^beta`. */
export class LocalResponseNorm extends withArguments<LocalResponseNormArguments>()(
  Layer,
  ['size', 'alpha', 'beta', 'k', 'dataFormat', 'name'],
  1,
  { alpha: 1e-4, beta: 0.75, k: 1, dataFormat: 'NCHW' },
) {
  override forward(input: Tensor): Tensor {
    const { size, alpha, beta, k, dataFormat } = this;
    return F.localResponseNorm(input, size, { alpha, beta, k, dataFormat });
  }
}

interface SpectralNormArguments {
  readonly weightShape: readonly number[];
  /** Axis of the outputs: 0 for convolutions, 1 for `Linear`. */
  readonly dim: number;
  readonly powerIters: number;
  readonly eps: number;
  readonly dtype: string;
}

const spectralNormOrder = ['weightShape', 'dim', 'powerIters', 'eps', 'dtype'] as const;

/** Divides a weight by its greatest singular value, found by iteration: `forward(weight)`. */
export class SpectralNorm extends Layer {
  readonly dim: number;
  readonly powerIters: number;
  readonly eps: number;
  weight_u: Parameter;
  weight_v: Parameter;

  constructor(...args: Arguments<SpectralNormArguments, typeof spectralNormOrder>) {
    super();
    const given = byName<SpectralNormArguments>('SpectralNorm', spectralNormOrder, args, [
      'weightShape',
    ]);
    const shape = given.weightShape as readonly number[];
    this.dim = given.dim ?? 0;
    this.powerIters = given.powerIters ?? 1;
    this.eps = given.eps ?? 1e-12;
    const size = sizeOf(shape);
    if (!(this.dim < shape.length) || size === 0) {
      throw new ValueError(
        `SpectralNorm: no axis ${this.dim} of a weight of shape ${formatShape(shape)}`,
      );
    }
    const vector = (length: number): Parameter => {
      const made = this.createParameter([length], {
        dtype: given.dtype,
        defaultInitializer: new Normal(0, 1),
      });
      made.trainable = false;
      return made;
    };
    this.weight_u = vector(shape[this.dim]);
    this.weight_v = vector(size / shape[this.dim]);
  }

  override forward(x: Tensor): Tensor {
    const { dim, powerIters, eps } = this;
    return spectrallyNormalized(x, this.weight_u, this.weight_v, { dim, powerIters, eps });
  }
}
