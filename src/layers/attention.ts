import { boolean, choice, factory, withOptions } from '../config/index.ts';
import { expandDims, matmul, type Parameter } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { BaseDenseAttention } from './base-dense-attention.ts';
import type { SymbolicShape } from './keras-tensor.ts';

/**
 * Dot-product attention: each step of the query gets the mean of the values, weighted by how well their keys fit.
 * Luong et al. 2015, https://arxiv.org/abs/1508.04025
 */
export class Attention extends withOptions(BaseDenseAttention, {
  /** Whether scores are multiplied by a learned number. */
  useScale: boolean(false),
  scoreMode: choice(['dot', 'concat'], 'dot'),
}) {
  static override readonly className = 'Attention';
  scale: Parameter | null = null;
  concatScoreWeight: Parameter | null = null;

  override build(inputShape: readonly SymbolicShape[]): void {
    this.computeOutputShape(inputShape);
    const make = (name: string): Parameter =>
      this.addWeight({ name, shape: [], initializer: 'ones' });
    if (this.useScale) this.scale = make('scale');
    if (this.scoreMode === 'concat') this.concatScoreWeight = make('concat_score_weight');
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    if (this.concatScoreWeight) {
      const sums = expandDims(query, -2).add(expandDims(key, -3));
      const scaled = this.scale ? sums.mul(this.scale) : sums;
      return scaled.tanh().sum(-1).mul(this.concatScoreWeight);
    }
    const products = matmul(query, key, { transposeB: true });
    return this.scale ? products.mul(this.scale) : products;
  }
}

/** Makes an {@link Attention}. */
export const attention = factory(Attention);
