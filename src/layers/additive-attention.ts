import { boolean, factory, withOptions } from '../config/index.ts';
import { expandDims, type Parameter } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { BaseDenseAttention } from './base-dense-attention.ts';
import type { SymbolicShape } from './keras-tensor.ts';

/** Attention whose scores are `sum(scale * tanh(query + key))`. Bahdanau et al. 2014, https://arxiv.org/abs/1409.0473 */
export class AdditiveAttention extends withOptions(
  BaseDenseAttention,
  {
    /** Whether the sum is weighted by learned numbers. */
    useScale: boolean(true),
  },
  ['useScale', 'dropout'],
) {
  static override readonly className = 'AdditiveAttention';
  scale: Parameter | null = null;

  override build(inputShape: readonly SymbolicShape[]): void {
    this.computeOutputShape(inputShape);
    if (!this.useScale) return;
    this.scale = this.addWeight({ name: 'scale', shape: [inputShape[0].at(-1) as number] });
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const sums = expandDims(query, -2).add(expandDims(key, -3)).tanh();
    return (this.scale ? sums.mul(this.scale) : sums).sum(-1);
  }
}

/** Makes an {@link AdditiveAttention}. */
export const additiveAttention = factory(AdditiveAttention);
