import { withOptions } from '../config/index.ts';
import { add, type Parameter, reshape, type TensorLike, update } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import {
  areEven,
  type ConfusionCounts,
  countConfusions,
  countOptions,
} from './confusion-counts.ts';
import { quotient } from './mean.ts';
import { Metric } from './metric.ts';
import { listOf, thresholdsOption } from './threshold-options.ts';

/** Below every score: with `topK` the choice of the largest is the only threshold. */
const lowest = -1e10;

/** The base of precision and recall: true positives among them and another kind of decision. */
export abstract class DecisionShare extends withOptions(
  Metric,
  { thresholds: thresholdsOption(), ...countOptions },
  ['thresholds', 'topK', 'classId'],
) {
  /** The decisions that the share is lowered by, and the name of their variable. */
  protected abstract readonly other: 'falsePositives' | 'falseNegatives';
  override readonly direction = 'up';
  readonly #list = listOf(this.thresholds, this.topK === null ? 0.5 : lowest);
  readonly truePositives: Parameter = this.addVariable('true_positives', [this.#list.length]);
  readonly others: Parameter = this.addVariable(this.variableName(), [this.#list.length]);

  protected abstract variableName(): string;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const counts: ConfusionCounts = countConfusions(
      this.name,
      yTrue,
      yPred,
      sampleWeight,
      this.dtype,
      { thresholds: this.#list, even: areEven(this.#list), topK: this.topK, classId: this.classId },
    );
    update(
      (right, others, moreRight, moreOthers) => [right.add(moreRight), others.add(moreOthers)],
      [this.truePositives, this.others, counts.truePositives, counts[this.other]],
      [this.truePositives, this.others],
    );
  }

  override result(): Tensor {
    const share = quotient(this.truePositives, add(this.truePositives, this.others));
    return this.#list.length === 1 ? reshape(share, []) : share;
  }
}
