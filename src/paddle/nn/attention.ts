import {
  cast as castTo,
  concat,
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
import { type Tensor, wrap } from '../tensor.ts';
import * as F from './functional/index.ts';
import { Layer } from './layer.ts';
import { Linear } from './linear.ts';
import type { ParamAttrLike } from './param-attr.ts';

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
