import { text, withOptions } from '../config/index.ts';
import { asTensor, elementwise, mean, type TensorLike, update } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Metric } from './metric.ts';
import { samplewise } from './samplewise.ts';

/** Quotients of which 0/0 is 0. */
export const quotient = (a: Tensor, b: Tensor): Tensor =>
  elementwise('quotient', (x, y) => y.eq(0).select(0, x.div(y.eq(0).select(1, y))), [a, b]);

/** The base of metrics that are a mean of something over all samples. */
export abstract class MeanMetric extends Metric {
  readonly total = this.addVariable('total');
  readonly count = this.addVariable('count');

  /** Counts the values of a batch, weighted if weights are given. */
  protected addValues(values: TensorLike, sampleWeight: TensorLike | null): void {
    const given = samplewise(
      this.name,
      asTensor(this.name, values),
      sampleWeight,
      this.dtype,
      mean,
    );
    const samples = given.weights
      ? given.weights.sum()
      : asTensor(this.name, given.values.rank === 0 ? 1 : given.values.shape[0]);
    update(
      (total, count, sum, n) => [total.add(sum), count.add(n)],
      [this.total, this.count, given.values.sum(), samples],
      [this.total, this.count],
    );
  }

  override result(): Tensor {
    return quotient(this.total, this.count);
  }
}

/** The mean of all values that it is given, weighted if weights come with them. */
export class Mean extends withOptions(MeanMetric, { name: text('mean') }) {
  static override readonly className = 'Mean';

  override updateState(values: TensorLike, sampleWeight: TensorLike | null = null): void {
    this.addValues(values, sampleWeight);
  }
}
