import { withOptions } from '../config/index.ts';
import { copy, type Parameter, reshape, type TensorLike, update } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { areEven, type ConfusionCounts, countConfusions } from './confusion-counts.ts';
import { Metric } from './metric.ts';
import { listOf, thresholdsOption } from './threshold-options.ts';

/** The base of metrics that count one kind of decision. */
export abstract class ConfusionMetric extends withOptions(
  Metric,
  { thresholds: thresholdsOption() },
  ['thresholds'],
) {
  protected abstract readonly kind: keyof ConfusionCounts;
  readonly #list = listOf(this.thresholds, 0.5);
  readonly accumulator: Parameter = this.addVariable('accumulator', [this.#list.length]);

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const counts = countConfusions(this.name, yTrue, yPred, sampleWeight, this.dtype, {
      thresholds: this.#list,
      even: areEven(this.#list),
    });
    update(
      (total, more) => [total.add(more)],
      [this.accumulator, counts[this.kind]],
      [this.accumulator],
    );
  }

  override result(): Tensor {
    return this.#list.length === 1 ? reshape(copy(this.accumulator), []) : copy(this.accumulator);
  }
}
