import { text, withOptions } from '../config/index.ts';
import { asTensor, copy, sum, type TensorLike, update } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Metric } from './metric.ts';
import { samplewise } from './samplewise.ts';

/** The sum of all values that it is given, weighted if weights come with them. */
export class Sum extends withOptions(Metric, { name: text('sum') }) {
  static override readonly className = 'Sum';
  readonly total = this.addVariable('total');

  override updateState(values: TensorLike, sampleWeight: TensorLike | null = null): void {
    const given = samplewise(this.name, asTensor(this.name, values), sampleWeight, this.dtype, sum);
    update((total, more) => [total.add(more)], [this.total, given.values.sum()], [this.total]);
  }

  override result(): Tensor {
    return copy(this.total);
  }
}
