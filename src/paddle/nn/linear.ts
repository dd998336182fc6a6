import { cast, fromData, mul } from '../../ops/index.ts';
import { ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { getDefaultDtype } from '../dtype.ts';
import type { Parameter } from '../parameter.ts';
import type { Tensor } from '../tensor.ts';
import * as F from './functional/index.ts';
import { Layer } from './layer.ts';
import type { ParamAttrLike } from './param-attr.ts';

/** Arguments of a `Linear`. */
export interface LinearArguments {
  /** Numbers that come in. */
  readonly inFeatures: number;
  /** Numbers that come out. */
  readonly outFeatures: number;
  readonly weightAttr: ParamAttrLike;
  /** false for no bias. */
  readonly biasAttr: ParamAttrLike;
  readonly name: string;
}

const linearOrder = ['inFeatures', 'outFeatures', 'weightAttr', 'biasAttr', 'name'] as const;

/**
 * A fully connected layer: `x W + b`, W of shape [inFeatures, outFeatures].
 * @example new nn.Linear(784, 10)
 */
export class Linear extends Layer {
  readonly inFeatures: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(...args: Arguments<LinearArguments, typeof linearOrder>) {
    super();
    const { inFeatures, outFeatures, weightAttr, biasAttr } = byName<LinearArguments>(
      'Linear',
      linearOrder,
      args,
      ['inFeatures', 'outFeatures'],
    ) as LinearArguments;
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = this.createParameter([inFeatures, outFeatures], {
      attr: weightAttr,
    }) as Parameter;
    this.bias = this.createParameter([outFeatures], { attr: biasAttr, isBias: true });
  }

  override forward(input: Tensor): Tensor {
    return F.linear(input, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, dtype=${this.weight.dtype}`;
  }
}

/** Arguments of a `Bilinear`. */
export interface BilinearArguments {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  readonly weightAttr: ParamAttrLike;
  readonly biasAttr: ParamAttrLike;
  readonly name: string;
}

const bilinearOrder = [
  'in1Features',
  'in2Features',
  'outFeatures',
  'weightAttr',
  'biasAttr',
  'name',
] as const;

/** A product of two inputs with a weight [outFeatures, in1Features, in2Features]: `x1 W x2 + b`. */
export class Bilinear extends Layer {
  weight: Parameter;
  bias: Parameter | null;

  constructor(...args: Arguments<BilinearArguments, typeof bilinearOrder>) {
    super();
    const { in1Features, in2Features, outFeatures, weightAttr, biasAttr } =
      byName<BilinearArguments>('Bilinear', bilinearOrder, args, [
        'in1Features',
        'in2Features',
        'outFeatures',
      ]) as BilinearArguments;
    const shape = [outFeatures, in1Features, in2Features];
    this.weight = this.createParameter(shape, { attr: weightAttr }) as Parameter;
    this.bias = this.createParameter([1, outFeatures], { attr: biasAttr, isBias: true });
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return F.bilinear(x1, x2, this.weight, this.bias);
  }
}

/** Gives back its input; takes any arguments and ignores them. */
export class Identity extends Layer {
  constructor(..._args: readonly unknown[]) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return input;
  }
}

/** Arguments of an `Embedding`. */
export interface EmbeddingArguments {
  /** Rows of the table. */
  readonly numEmbeddings: number;
  /** Length of a row. */
  readonly embeddingDim: number;
  /** A row of zeros that is not learned. */
  readonly paddingIdx: number;
  readonly maxNorm: number;
  readonly normType: number;
  readonly sparse: boolean;
  readonly scaleGradByFreq: boolean;
  readonly weightAttr: ParamAttrLike;
  readonly name: string;
}

const embeddingOrder = [
  'numEmbeddings',
  'embeddingDim',
  'paddingIdx',
  'maxNorm',
  'normType',
  'sparse',
  'scaleGradByFreq',
  'weightAttr',
  'name',
] as const;

/**
 * Rows of a table, looked up by whole numbers.
 * @example new nn.Embedding(5000, 64)
 */
export class Embedding extends Layer {
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  weight: Parameter;

  constructor(...args: Arguments<EmbeddingArguments, typeof embeddingOrder>) {
    super();
    const given = byName<EmbeddingArguments>('Embedding', embeddingOrder, args, [
      'numEmbeddings',
      'embeddingDim',
    ]) as EmbeddingArguments;
    const { numEmbeddings, embeddingDim, paddingIdx = null } = given;
    this.maxNorm = given.maxNorm ?? null;
    this.normType = given.normType ?? 2;
    if (paddingIdx !== null && !(paddingIdx >= -numEmbeddings && paddingIdx < numEmbeddings)) {
      throw new ValueError(
        `Embedding: paddingIdx must lie in [-${numEmbeddings}, ${numEmbeddings}), ` +
          `received ${paddingIdx}`,
      );
    }
    this.paddingIdx = paddingIdx;
    const shape = [numEmbeddings, embeddingDim];
    this.weight = this.createParameter(shape, {
      attr: given.weightAttr,
      dtype: getDefaultDtype(),
    }) as Parameter;
    if (paddingIdx !== null) {
      const row = paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx;
      const mask = fromData(
        Uint8Array.from({ length: numEmbeddings }, (_, i) => Number(i !== row)),
        [numEmbeddings, 1],
        'uint8',
      );
      const cleared = mul(cast(mask, this.weight.dtype), this.weight.tensor.detach());
      this.weight.setValue(cleared);
    }
  }

  override forward(x: Tensor): Tensor {
    const { paddingIdx, maxNorm, normType } = this;
    return F.embedding(x, this.weight, { paddingIdx, maxNorm, normType });
  }
}
