import { number, withOptions } from '../config/index.ts';
import { cast, dropout, expandDims, logicalNot, matmul, softmax } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { allOf, causalMask } from './attention-mask.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type AnyTensor, type CallOptions, Layer } from './layer.ts';
import { seed } from './layer-options.ts';
import { SeedGenerator } from './seed-generator.ts';

/** Taken from scores that a mask rules out: their share becomes 0. */
const excluded = 1e9;

/**
 * The base of the attention layers that have no heads: called on [query, value] or [query, value, key], each
 * [batch, steps, features].
 */
export abstract class BaseDenseAttention extends withOptions(Layer, {
  dropout: number(0, { min: 0, max: 1 }),
  seed: seed(),
}) {
  override supportsMasking = true;
  readonly #seeds = new SeedGenerator(this.seed);

  /** How much each step of the query has to do with each step of the key: [batch, query, key]. */
  protected abstract scores(query: Tensor, key: Tensor): Tensor;

  override apply<T extends AnyTensor>(
    inputs: readonly T[] | T,
    options?: CallOptions,
  ): T & readonly T[] {
    return super.apply(inputs, options) as T & readonly T[];
  }

  override call(
    [query, value, key = value]: readonly Tensor[],
    { mask, training = false, returnAttentionScores, useCausalMask }: CallOptions,
  ): unknown {
    const [queryMask, valueMask] = (Array.isArray(mask) ? mask : []) as (Tensor | null)[];
    const scores = this.scores(query, key);
    const [rows, columns] = scores.shape.slice(-2);
    const allowed = allOf(
      valueMask && expandDims(cast(valueMask, 'bool'), -2),
      useCausalMask ? causalMask(rows, columns) : null,
    );
    const masked = allowed
      ? scores.sub(cast(logicalNot(allowed), scores.dtype).mul(excluded))
      : scores;
    const weights = softmax(masked, -1);
    const used =
      training && this.dropout > 0
        ? dropout(weights, this.dropout, { seed: this.#seeds.next() })
        : weights;
    const result = matmul(used, value);
    const shown = queryMask ? result.mul(expandDims(cast(queryMask, result.dtype), -1)) : result;
    return returnAttentionScores ? [shown, weights] : shown;
  }

  override computeMask(
    _inputs: unknown,
    mask: NonNullable<CallOptions['mask']> | null,
  ): Tensor | null {
    return Array.isArray(mask) ? (mask[0] ?? null) : null;
  }

  override computeOutputShape(
    inputShape: readonly SymbolicShape[],
    { returnAttentionScores }: CallOptions = {},
  ): SymbolicShape | readonly SymbolicShape[] {
    if (!Array.isArray(inputShape[0]) || inputShape.length < 2 || inputShape.length > 3) {
      throw new ValueError(`${this.name}: must be called on [query, value] or [query, value, key]`);
    }
    const [query, value] = inputShape;
    const output = [...query.slice(0, -1), value.at(-1) as number];
    return returnAttentionScores ? [output, [query[0], query[1], value[1]]] : output;
  }
}
