import { cast, fromData } from '../../ops/index.ts';
import { ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { getDefaultDtype } from '../dtype.ts';
import { type Tensor, wrap } from '../tensor.ts';
import { withArguments } from '../with-arguments.ts';
import type { Cache } from './attention.ts';
import { LayerList } from './containers.ts';
import { Layer } from './layer.ts';
import { LayerNorm } from './norm.ts';
import type { ParamAttrLike } from './param-attr.ts';
import {
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayer,
  type TransformerLayerArguments,
} from './transformer-layers.ts';

const repeated = (layer: TransformerLayer, count: number): LayerList =>
  new LayerList(Array.from({ length: count }, (_, i) => (i === 0 ? layer : layer.copy())));

/** Layers one after another; the first is the given one, the others are like it. */
abstract class TransformerStack extends Layer {
  layers: LayerList;
  norm: Layer | null;
  readonly numLayers: number;

  constructor(layer: TransformerLayer, numLayers: number, norm: Layer | null | undefined) {
    super();
    this.numLayers = numLayers;
    this.layers = repeated(layer, numLayers);
    this.norm = norm ?? null;
  }

  /** Runs `x` through the layers, each with the same other inputs and a cache of its own. */
  protected run(
    x: Tensor,
    others: readonly (Tensor | null)[],
    given: readonly unknown[] | null,
    // biome-ignore lint/suspicious/noExplicitAny: a tensor, or a list with the caches
  ): any {
    let y = x;
    const caches: unknown[] = [];
    [...this.layers].forEach((layer, i) => {
      const result = layer.call(y, ...others, given?.[i] ?? null);
      if (given) {
        caches.push(result[1]);
        y = result[0];
      } else y = result;
    });
    if (this.norm) y = this.norm.call(y);
    return given ? [y, caches] : y;
  }
}

interface EncoderArguments {
  readonly encoderLayer: TransformerEncoderLayer;
  readonly numLayers: number;
  readonly norm: Layer;
}

const encoderOrder = ['encoderLayer', 'numLayers', 'norm'] as const;

/** Encoder layers one after another; the first is the given one, the others are like it. */
export class TransformerEncoder extends TransformerStack {
  constructor(...args: Arguments<EncoderArguments, typeof encoderOrder>) {
    const required = ['encoderLayer', 'numLayers'] as const;
    const given = byName<EncoderArguments>('TransformerEncoder', encoderOrder, args, required);
    const { encoderLayer, numLayers, norm } = given as EncoderArguments;
    super(encoderLayer, numLayers, norm);
  }

  override forward(
    src: Tensor,
    srcMask: Tensor | null = null,
    cache: readonly Cache[] | null = null,
    // biome-ignore lint/suspicious/noExplicitAny: a tensor, or a list with the caches
  ): any {
    return this.run(src, [srcMask], cache);
  }

  /** Caches to begin with, one for each layer. */
  genCache(src: Tensor): Cache[] {
    return [...this.layers].map((layer) => (layer as TransformerEncoderLayer).genCache(src));
  }
}

interface DecoderArguments {
  readonly decoderLayer: TransformerDecoderLayer;
  readonly numLayers: number;
  readonly norm: Layer;
}

const decoderOrder = ['decoderLayer', 'numLayers', 'norm'] as const;

/** Decoder layers one after another; the first is the given one, the others are like it. */
export class TransformerDecoder extends TransformerStack {
  constructor(...args: Arguments<DecoderArguments, typeof decoderOrder>) {
    const required = ['decoderLayer', 'numLayers'] as const;
    const given = byName<DecoderArguments>('TransformerDecoder', decoderOrder, args, required);
    const { decoderLayer, numLayers, norm } = given as DecoderArguments;
    super(decoderLayer, numLayers, norm);
  }

  override forward(
    tgt: Tensor,
    memory: Tensor,
    tgtMask: Tensor | null = null,
    memoryMask: Tensor | null = null,
    cache: readonly (readonly [Cache, Cache])[] | null = null,
    // biome-ignore lint/suspicious/noExplicitAny: a tensor, or a list with the caches
  ): any {
    return this.run(tgt, [memory, tgtMask, memoryMask], cache);
  }

  /** Caches to begin with, one pair for each layer. */
  genCache(memory: Tensor): [Cache, Cache][] {
    return [...this.layers].map((layer) => (layer as TransformerDecoderLayer).genCache(memory));
  }
}

interface TransformerArguments extends Omit<TransformerLayerArguments, 'layerNormEps'> {
  readonly numEncoderLayers: number;
  readonly numDecoderLayers: number;
  readonly customEncoder: Layer;
  readonly customDecoder: Layer;
}

/** Attributes for encoder (2 parts) or decoder (3) from 1, 2 or 3 given ones. */
function spread(
  attr: ParamAttrLike | readonly ParamAttrLike[],
  parts: 2 | 3,
): ParamAttrLike | readonly ParamAttrLike[] {
  if (!Array.isArray(attr)) return attr;
  if (attr.length < 1 || attr.length > 3) {
    throw new ValueError(`Transformer: expected 1 to 3 attributes, received ${attr.length}`);
  }
  const [first, last] = [attr[0], attr[attr.length - 1]];
  if (parts === 2) return [first, last];
  return attr.length === 3 ? attr : [first, first, last];
}

/** Encoder and decoder. Vaswani et al. 2017, https://arxiv.org/abs/1706.03762 */
export class Transformer extends withArguments<TransformerArguments>()(
  Layer,
  [
    'dModel',
    'nhead',
    'numEncoderLayers',
    'numDecoderLayers',
    'dimFeedforward',
    'dropout',
    'activation',
    'attnDropout',
    'actDropout',
    'normalizeBefore',
    'weightAttr',
    'biasAttr',
    'customEncoder',
    'customDecoder',
  ],
  0,
  {
    dModel: 512,
    nhead: 8,
    numEncoderLayers: 6,
    numDecoderLayers: 6,
    dimFeedforward: 2048,
    dropout: 0.1,
    activation: 'relu',
    normalizeBefore: false,
  },
) {
  encoder: Layer;
  decoder: Layer;

  constructor(...args: readonly unknown[]) {
    super(...(args as readonly []));
    const { dModel, nhead, dimFeedforward, dropout, activation, normalizeBefore } = this;
    const { weightAttr, biasAttr, attnDropout, actDropout } = this;
    const options = (parts: 2 | 3) => ({
      dropout,
      activation,
      normalizeBefore,
      attnDropout: attnDropout ?? undefined,
      actDropout: actDropout ?? undefined,
      weightAttr: spread(weightAttr, parts),
      biasAttr: spread(biasAttr, parts),
    });
    const { customEncoder, customDecoder } = this;
    // Layers that were given belong to encoder and decoder, not to these fields.
    for (const name of ['customEncoder', 'customDecoder'] as const) {
      Object.defineProperty(this, name, { enumerable: false });
    }
    this.encoder =
      customEncoder ??
      new TransformerEncoder(
        new TransformerEncoderLayer(dModel, nhead, dimFeedforward, options(2)),
        this.numEncoderLayers,
        new LayerNorm(dModel),
      );
    this.decoder =
      customDecoder ??
      new TransformerDecoder(
        new TransformerDecoderLayer(dModel, nhead, dimFeedforward, options(3)),
        this.numDecoderLayers,
        new LayerNorm(dModel),
      );
  }

  override forward(
    src: Tensor,
    tgt: Tensor,
    srcMask: Tensor | null = null,
    tgtMask: Tensor | null = null,
    memoryMask: Tensor | null = null,
  ): Tensor {
    const memory = this.encoder.call(src, srcMask);
    return this.decoder.call(tgt, memory, tgtMask, memoryMask);
  }

  /** A mask that hides what is to come: minus infinity above the diagonal. */
  generateSquareSubsequentMask(length: number): Tensor {
    const data = Float32Array.from({ length: length * length }, (_, i) =>
      i % length > Math.floor(i / length) ? Number.NEGATIVE_INFINITY : 0,
    );
    return wrap(cast(fromData(data, [length, length]), getDefaultDtype()));
  }
}
