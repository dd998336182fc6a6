import { ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { type Tensor, wrap } from '../tensor.ts';
import { type Cache, MultiHeadAttention, StaticCache } from './attention.ts';
import { Dropout } from './dropout.ts';
import { Layer } from './layer.ts';
import { Linear } from './linear.ts';
import { activate, LayerNorm } from './norm.ts';
import { ParamAttr, type ParamAttrLike } from './param-attr.ts';

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
export abstract class TransformerLayer extends Layer {
  readonly normalizeBefore: boolean;
  readonly activation: string;
  declare self_attn: MultiHeadAttention;
  declare linear1: Linear;
  declare linear2: Linear;
  declare dropout: Dropout;
  declare norm1: LayerNorm;
  declare norm2: LayerNorm;
  declare dropout1: Dropout;
  declare dropout2: Dropout;
  /** What the layer was made with: its copies are made with the same. */
  readonly #given: Partial<TransformerLayerArguments>;

  constructor(args: readonly unknown[]) {
    super();
    const { name } = new.target;
    const given = byName<TransformerLayerArguments>(name, layerOrder, args, layerRequired);
    this.#given = given;
    this.normalizeBefore = given.normalizeBefore ?? false;
    this.activation = given.activation ?? 'relu';
  }

  /** A layer of the same form with parameters of its own. */
  copy(): this {
    const Class = this.constructor as new (given: Partial<TransformerLayerArguments>) => this;
    return new Class(this.#given);
  }

  /** Makes the parts, which have `count` attributes for weights and biases; the last are those of the small network. */
  protected makeParts(count: 2 | 3) {
    const given = this.#given;
    const { dModel, nhead, dimFeedforward, dropout = 0.1 } = given as TransformerLayerArguments;
    const weights = attributeList(given.weightAttr, count);
    const biases = attributeList(given.biasAttr, count);
    const attributes = (i: number) => ({ weightAttr: weights[i], biasAttr: biases[i] });
    return {
      attention: (i: number): MultiHeadAttention =>
        new MultiHeadAttention(dModel, nhead, {
          dropout: given.attnDropout ?? dropout,
          ...attributes(i),
        }),
      network: (): void => {
        this.linear1 = new Linear(dModel, dimFeedforward, attributes(count - 1));
        this.dropout = new Dropout(given.actDropout ?? dropout);
        this.linear2 = new Linear(dimFeedforward, dModel, attributes(count - 1));
      },
      norm: (): LayerNorm => new LayerNorm(dModel, given.layerNormEps ?? 1e-5),
      dropout: (): Dropout => new Dropout(dropout),
    };
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
  constructor(...args: Arguments<TransformerLayerArguments, typeof layerOrder>) {
    super(args);
    const make = this.makeParts(2);
    this.self_attn = make.attention(0);
    make.network();
    this.norm1 = make.norm();
    this.norm2 = make.norm();
    this.dropout1 = make.dropout();
    this.dropout2 = make.dropout();
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

/** Self-attention, attention to the encoder's output, and a small network, each with a residual. */
export class TransformerDecoderLayer extends TransformerLayer {
  declare cross_attn: MultiHeadAttention;
  declare norm3: LayerNorm;
  declare dropout3: Dropout;

  constructor(...args: Arguments<TransformerLayerArguments, typeof layerOrder>) {
    super(args);
    const make = this.makeParts(3);
    this.self_attn = make.attention(0);
    this.cross_attn = make.attention(1);
    make.network();
    this.norm1 = make.norm();
    this.norm2 = make.norm();
    this.norm3 = make.norm();
    this.dropout1 = make.dropout();
    this.dropout2 = make.dropout();
    this.dropout3 = make.dropout();
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
