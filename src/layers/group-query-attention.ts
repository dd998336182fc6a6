import { factory, requiredInteger, withOptions } from '../config/index.ts';
import { dropout, einsum, repeat } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { widened } from './attention-mask.ts';
import { HeadedAttention } from './headed-attention.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import type { CallOptions } from './layer.ts';
import { SeedGenerator } from './seed-generator.ts';
import { softmax as softmaxLayer } from './softmax.ts';

const Base = withOptions(
  HeadedAttention,
  {
    /** Size of each head. */
    headDim: requiredInteger(),
    numQueryHeads: requiredInteger(),
    /** How many heads key and value have: each serves several of the query. */
    numKeyValueHeads: requiredInteger(),
  },
  ['headDim', 'numQueryHeads', 'numKeyValueHeads'],
);

/**
 * Attention with several heads of which groups share keys and values. Ainslie et al. 2023,
 * https://arxiv.org/abs/2305.13245
 */
export class GroupQueryAttention extends Base {
  static override readonly className = 'GroupQueryAttention';
  readonly #seeds = new SeedGenerator(this.seed);

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    if (this.numQueryHeads % this.numKeyValueHeads !== 0) {
      throw new ValueError(
        `${this.name}: numQueryHeads (${this.numQueryHeads}) must be a multiple of ` +
          `numKeyValueHeads (${this.numKeyValueHeads})`,
      );
    }
  }

  protected override project(query: SymbolicShape, value: SymbolicShape, key: SymbolicShape): void {
    const { headDim, numQueryHeads, numKeyValueHeads } = this;
    const own = [null, numQueryHeads, headDim];
    this.queryDense = this.projection('query', 'bqm,muh->bquh', own, 'uh', query);
    const shared = [null, numKeyValueHeads, headDim];
    this.keyDense = this.projection('key', 'bkm,mvh->bkvh', shared, 'vh', key);
    if (this.useGate) {
      this.gateDense = this.projection('gate', 'bqm,muh->bquh', own, 'uh', query, 'sigmoid');
    }
    this.valueDense = this.projection('value', 'bkm,mvh->bkvh', shared, 'vh', value);
    this.outputDense = this.projection(
      'attention_output',
      'bquh,uhm->bqm',
      [null, query.at(-1) as number],
      'm',
      [null, null, numQueryHeads, headDim],
    );
  }

  override call(inputs: readonly Tensor[], options: CallOptions): unknown {
    const [query, value, key = value] = inputs;
    const times = this.numQueryHeads / this.numKeyValueHeads;
    const q = this.queryDense.apply(query).mul(1 / Math.sqrt(this.headDim));
    const k = repeat(this.keyDense.apply(key), times, 2);
    const v = repeat(this.valueDense.apply(value), times, 2);
    const scores = einsum('bquh,bkuh->buqk', q, k);
    const visible = this.visible(inputs, options);
    const mask = visible && widened(visible, 4, 2);
    const weights = softmaxLayer().call(scores, { mask });
    const used =
      options.training && this.dropout > 0
        ? dropout(weights, this.dropout, { seed: this.#seeds.next() })
        : weights;
    const result = this.combined(einsum('buqk,bkuh->bquh', used, v), query);
    return options.returnAttentionScores ? [result, weights] : result;
  }

  override computeOutputShape(
    [query, value]: readonly SymbolicShape[],
    { returnAttentionScores }: CallOptions = {},
  ): SymbolicShape | readonly SymbolicShape[] {
    if (!returnAttentionScores) return query;
    return [query, [query[0], this.numQueryHeads, query[1], value[1]]];
  }
}

/** Makes a {@link GroupQueryAttention}. */
export const groupQueryAttention = factory(GroupQueryAttention);
