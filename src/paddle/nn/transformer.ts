import {
  cast as castTo,
  concat,
  fromData,
  matmul,
  mul,
  reshape,
  softmax,
  sub,
  transpose,
  zeros,
} from '../../ops/index.ts';
import { type Tensor as CoreTensor, isFloat, ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { getDefaultDtype } from '../dtype.ts';
import { type Tensor, wrap } from '../tensor.ts';
import { withArguments } from '../with-arguments.ts';
import { LayerList } from './containers.ts';
import { Dropout } from './dropout.ts';
import * as F from './functional/index.ts';
import { Layer } from './layer.ts';
import { Linear } from './linear.ts';
import { activate, LayerNorm } from './norm.ts';
import { ParamAttr, type ParamAttrLike } from './param-attr.ts';

/** Keys and values [batch, heads, time, size] of the steps before; they grow with each step. */
export class Cache {
  readonly k: Tensor;
  readonly v: Tensor;

  constructor(k: Tensor, v: Tensor) {
    this.k = k;
    this.v = v;
  }
}

/** Keys and values that stay: those of an encoder's output. */
export class StaticCache extends Cache {}

/** Arguments of a `MultiHeadAttention`. */
export interface AttentionArguments {
  readonly embedDim: number;
  readonly numHeads: number;
  readonly dropout: number;
  /** Length of the keys; that of the queries by default. */
  readonly kdim: number;
  /** Length of the values; that of the queries by default. */
  readonly vdim: number;
  /** Whether the weights [batch, heads, queries, keys] are given too. */
  readonly needWeights: boolean;
  readonly weightAttr: ParamAttrLike;
  readonly biasAttr: ParamAttrLike;
}

const attentionOrder = [
  'embedDim',
  'numHeads',
  'dropout',
  'kdim',
  'vdim',
  'needWeights',
  'weightAttr',
  'biasAttr',
] as const;

/** A mask that is added to the scores: false and 0 become very negative. */
function addedMask(mask: CoreTensor, dtype: CoreTensor['dtype']): CoreTensor {
  if (isFloat(mask.dtype)) return castTo(mask, dtype);
  return mul(sub(castTo(mask, dtype), 1), 1e9);
}

/** Attention of several heads. Vaswani et al. 2017, https://arxiv.org/abs/1706.03762 */
export class MultiHeadAttention extends Layer {
  static readonly Cache = Cache;
  static readonly StaticCache = StaticCache;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly headDim: number;
  readonly dropout: number;
  readonly needWeights: boolean;
  q_proj: Linear;
  k_proj: Linear;
  v_proj: Linear;
  out_proj: Linear;

  constructor(...args: Arguments<AttentionArguments, typeof attentionOrder>) {
    super();
    const given = byName<AttentionArguments>('MultiHeadAttention', attentionOrder, args, [
      'embedDim',
      'numHeads',
    ]) as AttentionArguments;
    const { embedDim, numHeads, weightAttr, biasAttr } = given;
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.headDim = embedDim / numHeads;
    this.dropout = given.dropout ?? 0;
    this.needWeights = given.needWeights ?? false;
    if (!Number.isInteger(this.headDim)) {
      throw new ValueError(
        `MultiHeadAttention: embedDim ${embedDim} cannot be split into ${numHeads} heads`,
      );
    }
    const project = (size: number): Linear => new Linear(size, embedDim, { weightAttr, biasAttr });
    this.q_proj = project(embedDim);
    this.k_proj = project(given.kdim ?? embedDim);
    this.v_proj = project(given.vdim ?? embedDim);
    this.out_proj = project(embedDim);
  }

  /** [batch, time, heads x size] as [batch, heads, time, size]. */
  #heads(x: CoreTensor): CoreTensor {
    const [batch, time] = x.shape;
    return transpose(reshape(x, [batch, time, this.numHeads, this.headDim]), [0, 2, 1, 3]);
  }

  /** Keys and values in heads. */
  computeKv(key: Tensor, value: Tensor): [k: Tensor, v: Tensor] {
    return [
      wrap(this.#heads(this.k_proj.call(key).tensor)),
      wrap(this.#heads(this.v_proj.call(value).tensor)),
    ];
  }

  /** A cache to begin with: empty, of given keys and values, or (static) of an encoder's output. */
  genCache(key: Tensor, value: Tensor | null = null, type: typeof Cache = Cache): Cache {
    if (type === StaticCache) return new StaticCache(...this.computeKv(key, value ?? key));
    if (value) return new Cache(key, value);
    const shape = [key.shape[0], this.numHeads, 0, this.headDim];
    const empty = (): Tensor => wrap(zeros(shape, { dtype: key.dtype }));
    return new Cache(empty(), empty());
  }

  /**
   * Queries [batch, time, embedDim] against keys and values; keys are the queries and values the keys by default. `attnMask` is
   * added to the scores, or tells with false and 0 what is left out. With `needWeights` or a cache the result is a list.
   */
  override forward(
    query: Tensor,
    key: Tensor | null = null,
    value: Tensor | null = null,
    attnMask: Tensor | null = null,
    cache: Cache | null = null,
    // biome-ignore lint/suspicious/noExplicitAny: a tensor, or a list with weights and cache
  ): any {
    const keys = key ?? query;
    const q = this.#heads(this.q_proj.call(query).tensor);
    let [k, v] =
      cache instanceof StaticCache ? [cache.k, cache.v] : this.computeKv(keys, value ?? keys);
    let nextCache = cache;
    if (cache && !(cache instanceof StaticCache)) {
      k = wrap(concat([cache.k.tensor, k.tensor], 2));
      v = wrap(concat([cache.v.tensor, v.tensor], 2));
      nextCache = new Cache(k, v);
    }
    let scores = matmul(mul(q, 1 / Math.sqrt(this.headDim)), k.tensor, { transposeB: true });
    if (attnMask) scores = scores.add(addedMask(attnMask.tensor, scores.dtype));
    let weights = wrap(softmax(scores, -1));
    if (this.dropout > 0) {
      weights = F.dropout(weights, { p: this.dropout, training: this.training });
    }
    const mixed = transpose(matmul(weights.tensor, v.tensor), [0, 2, 1, 3]);
    const [batch, time] = mixed.shape;
    const out = this.out_proj.call(wrap(reshape(mixed, [batch, time, this.embedDim])));
    const results: unknown[] = [out];
    if (this.needWeights) results.push(weights);
    if (nextCache) results.push(nextCache);
    return results.length === 1 ? out : results;
  }
}

/** Arguments of the layers of a transformer. */
export interface TransformerLayerArguments {
  readonly dModel: number;
  readonly nhead: number;
  readonly dimFeedforward: number;
  readonly dropout: number;
  /** Name of the activation in `nn.functional`; 'relu' by default. */
  readonly activation: string;
  readonly attnDropout: number;
  readonly actDropout: number;
  /** Whether normalization comes before each part instead of behind it. */
  readonly normalizeBefore: boolean;
  readonly weightAttr: ParamAttrLike | readonly ParamAttrLike[];
  readonly biasAttr: ParamAttrLike | readonly ParamAttrLike[];
  readonly layerNormEps: number;
}

const layerOrder = [
  'dModel',
  'nhead',
  'dimFeedforward',
  'dropout',
  'activation',
  'attnDropout',
  'actDropout',
  'normalizeBefore',
  'weightAttr',
  'biasAttr',
  'layerNormEps',
] as const;
const layerRequired = ['dModel', 'nhead', 'dimFeedforward'] as const;

/** Attributes for each of `count` parts; a name gets their number. */
function attributeList(
  attr: ParamAttrLike | readonly ParamAttrLike[] | undefined,
  count: number,
): readonly (ParamAttrLike | undefined)[] {
  if (Array.isArray(attr)) {
    if (attr.length !== count) {
      throw new ValueError(`Transformer: expected ${count} attributes, received ${attr.length}`);
    }
    return attr as readonly ParamAttrLike[];
  }
  const one = attr as ParamAttrLike | undefined;
  return Array.from({ length: count }, (_, i) =>
    one instanceof ParamAttr && one.name
      ? new ParamAttr({ ...one, name: `${one.name}_${i}` } as never)
      : one,
  );
}

/** What the layers of encoders and decoders share. */
abstract class TransformerLayer extends Layer {
  readonly normalizeBefore: boolean;
  readonly activation: string;
  declare linear1: Linear;
  declare linear2: Linear;
  declare dropout: Dropout;
  /** What the layer was made with: its copies are made with the same. */
  readonly #given: Partial<TransformerLayerArguments>;

  constructor(given: Partial<TransformerLayerArguments>) {
    super();
    this.#given = given;
    this.normalizeBefore = given.normalizeBefore ?? false;
    this.activation = given.activation ?? 'relu';
  }

  /** A layer of the same form with parameters of its own. */
  copy(): this {
    const Class = this.constructor as new (given: Partial<TransformerLayerArguments>) => this;
    return new Class(this.#given);
  }

  protected feedForward(x: Tensor): Tensor {
    const hidden = activate(this.activation, this.linear1.call(x));
    return this.linear2.call(this.dropout.call(hidden));
  }

  /** One part with its residual and normalization around it. */
  protected part(x: Tensor, norm: LayerNorm, dropout: Dropout, f: (x: Tensor) => Tensor): Tensor {
    const inner = f(this.normalizeBefore ? norm.call(x) : x);
    const y = wrap(x.tensor.add(dropout.call(inner).tensor));
    return this.normalizeBefore ? y : norm.call(y);
  }
}

/** Self-attention and a small network, each with a residual. */
export class TransformerEncoderLayer extends TransformerLayer {
  declare self_attn: MultiHeadAttention;
  declare norm1: LayerNorm;
  declare norm2: LayerNorm;
  declare dropout1: Dropout;
  declare dropout2: Dropout;

  constructor(...args: Arguments<TransformerLayerArguments, typeof layerOrder>) {
    const given = byName<TransformerLayerArguments>(
      'TransformerEncoderLayer',
      layerOrder,
      args,
      layerRequired,
    );
    super(given);
    const { dModel, nhead, dimFeedforward, dropout = 0.1 } = given as TransformerLayerArguments;
    const weights = attributeList(given.weightAttr, 2);
    const biases = attributeList(given.biasAttr, 2);
    const attributes = (i: number) => ({ weightAttr: weights[i], biasAttr: biases[i] });
    const epsilon = given.layerNormEps ?? 1e-5;
    this.self_attn = new MultiHeadAttention(dModel, nhead, {
      dropout: given.attnDropout ?? dropout,
      ...attributes(0),
    });
    this.linear1 = new Linear(dModel, dimFeedforward, attributes(1));
    this.dropout = new Dropout(given.actDropout ?? dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, attributes(1));
    this.norm1 = new LayerNorm(dModel, epsilon);
    this.norm2 = new LayerNorm(dModel, epsilon);
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
  }

  /** [batch, time, dModel] to the same; with a cache, `[result, cache]`. */
  // biome-ignore lint/suspicious/noExplicitAny: a tensor, or a list with the cache
  override forward(src: Tensor, srcMask: Tensor | null = null, cache: Cache | null = null): any {
    let next: Cache | null = null;
    const attended = this.part(src, this.norm1, this.dropout1, (x) => {
      const result = this.self_attn.call(x, x, x, srcMask, cache);
      if (!cache) return result as Tensor;
      next = result[1] as Cache;
      return result[0] as Tensor;
    });
    const y = this.part(attended, this.norm2, this.dropout2, (x) => this.feedForward(x));
    return cache ? [y, next] : y;
  }

  /** A cache to begin with. */
  genCache(src: Tensor): Cache {
    return this.self_attn.genCache(src);
  }
}

/** Encoder layers one after another; the first is the given one, the others are like it. */
export class TransformerEncoder extends Layer {
  layers: LayerList;
  norm: Layer | null;
  readonly numLayers: number;

  constructor(
    ...args: Arguments<
      { encoderLayer: TransformerEncoderLayer; numLayers: number; norm: Layer },
      readonly ['encoderLayer', 'numLayers', 'norm']
    >
  ) {
    super();
    const { encoderLayer, numLayers, norm } = byName<{
      encoderLayer: TransformerEncoderLayer;
      numLayers: number;
      norm: Layer;
    }>('TransformerEncoder', ['encoderLayer', 'numLayers', 'norm'], args, [
      'encoderLayer',
      'numLayers',
    ]);
    this.numLayers = numLayers as number;
    this.layers = repeated(encoderLayer as TransformerEncoderLayer, this.numLayers);
    this.norm = norm ?? null;
  }

  override forward(
    src: Tensor,
    srcMask: Tensor | null = null,
    cache: readonly Cache[] | null = null,
    // biome-ignore lint/suspicious/noExplicitAny: a tensor, or a list with the caches
  ): any {
    let x = src;
    const caches: Cache[] = [];
    [...this.layers].forEach((layer, i) => {
      const result = layer.call(x, srcMask, cache?.[i] ?? null);
      if (cache) {
        caches.push(result[1]);
        x = result[0];
      } else x = result;
    });
    if (this.norm) x = this.norm.call(x);
    return cache ? [x, caches] : x;
  }

  /** Caches to begin with, one for each layer. */
  genCache(src: Tensor): Cache[] {
    return [...this.layers].map((layer) => (layer as TransformerEncoderLayer).genCache(src));
  }
}

const repeated = (layer: TransformerLayer, count: number): LayerList =>
  new LayerList(Array.from({ length: count }, (_, i) => (i === 0 ? layer : layer.copy())));

/** Self-attention, attention to the encoder's output, and a small network, each with a residual. */
export class TransformerDecoderLayer extends TransformerLayer {
  declare self_attn: MultiHeadAttention;
  declare cross_attn: MultiHeadAttention;
  declare norm1: LayerNorm;
  declare norm2: LayerNorm;
  declare norm3: LayerNorm;
  declare dropout1: Dropout;
  declare dropout2: Dropout;
  declare dropout3: Dropout;

  constructor(...args: Arguments<TransformerLayerArguments, typeof layerOrder>) {
    const given = byName<TransformerLayerArguments>(
      'TransformerDecoderLayer',
      layerOrder,
      args,
      layerRequired,
    );
    super(given);
    const { dModel, nhead, dimFeedforward, dropout = 0.1 } = given as TransformerLayerArguments;
    const weights = attributeList(given.weightAttr, 3);
    const biases = attributeList(given.biasAttr, 3);
    const attributes = (i: number) => ({ weightAttr: weights[i], biasAttr: biases[i] });
    const attend = (i: number): MultiHeadAttention =>
      new MultiHeadAttention(dModel, nhead, {
        dropout: given.attnDropout ?? dropout,
        ...attributes(i),
      });
    const epsilon = given.layerNormEps ?? 1e-5;
    this.self_attn = attend(0);
    this.cross_attn = attend(1);
    this.linear1 = new Linear(dModel, dimFeedforward, attributes(2));
    this.dropout = new Dropout(given.actDropout ?? dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, attributes(2));
    this.norm1 = new LayerNorm(dModel, epsilon);
    this.norm2 = new LayerNorm(dModel, epsilon);
    this.norm3 = new LayerNorm(dModel, epsilon);
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
  }

  /** `tgt` [batch, time, dModel] with the encoder's output; with caches, `[result, caches]`. */
  override forward(
    tgt: Tensor,
    memory: Tensor,
    tgtMask: Tensor | null = null,
    memoryMask: Tensor | null = null,
    cache: readonly [Cache, Cache] | null = null,
    // biome-ignore lint/suspicious/noExplicitAny: a tensor, or a list with the caches
  ): any {
    const next: Cache[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: what attention gives with and without a cache
    const take = (result: any): Tensor => {
      if (!cache) return result;
      next.push(result[1]);
      return result[0];
    };
    const own = this.part(tgt, this.norm1, this.dropout1, (x) =>
      take(this.self_attn.call(x, x, x, tgtMask, cache?.[0] ?? null)),
    );
    const crossed = this.part(own, this.norm2, this.dropout2, (x) =>
      take(this.cross_attn.call(x, memory, memory, memoryMask, cache?.[1] ?? null)),
    );
    const y = this.part(crossed, this.norm3, this.dropout3, (x) => this.feedForward(x));
    return cache ? [y, next] : y;
  }

  /** Caches to begin with: one that grows, and one of the encoder's output. */
  genCache(memory: Tensor): [Cache, Cache] {
    return [this.self_attn.genCache(memory), this.cross_attn.genCache(memory, memory, StaticCache)];
  }
}

/** Decoder layers one after another; the first is the given one, the others are like it. */
export class TransformerDecoder extends Layer {
  layers: LayerList;
  norm: Layer | null;
  readonly numLayers: number;

  constructor(
    ...args: Arguments<
      { decoderLayer: TransformerDecoderLayer; numLayers: number; norm: Layer },
      readonly ['decoderLayer', 'numLayers', 'norm']
    >
  ) {
    super();
    const { decoderLayer, numLayers, norm } = byName<{
      decoderLayer: TransformerDecoderLayer;
      numLayers: number;
      norm: Layer;
    }>('TransformerDecoder', ['decoderLayer', 'numLayers', 'norm'], args, [
      'decoderLayer',
      'numLayers',
    ]);
    this.numLayers = numLayers as number;
    this.layers = repeated(decoderLayer as TransformerDecoderLayer, this.numLayers);
    this.norm = norm ?? null;
  }

  override forward(
    tgt: Tensor,
    memory: Tensor,
    tgtMask: Tensor | null = null,
    memoryMask: Tensor | null = null,
    cache: readonly (readonly [Cache, Cache])[] | null = null,
    // biome-ignore lint/suspicious/noExplicitAny: a tensor, or a list with the caches
  ): any {
    let x = tgt;
    const caches: unknown[] = [];
    [...this.layers].forEach((layer, i) => {
      const result = layer.call(x, memory, tgtMask, memoryMask, cache?.[i] ?? null);
      if (cache) {
        caches.push(result[1]);
        x = result[0];
      } else x = result;
    });
    if (this.norm) x = this.norm.call(x);
    return cache ? [x, caches] : x;
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
    return wrap(castTo(fromData(data, [length, length]), getDefaultDtype()));
  }
}
