import { type Parameter, type TensorLike, update } from '../ops/index.ts';
import type { Shape } from '../tensor/index.ts';
import { type CountOptions, countConfusions } from './confusion-counts.ts';
import { Metric } from './metric.ts';

/** The base of metrics that look at all four kinds of decisions at many thresholds. */
export abstract class ConfusionCurve extends Metric {
  override readonly direction = 'up';
  truePositives!: Parameter;
  falsePositives!: Parameter;
  trueNegatives!: Parameter;
  falseNegatives!: Parameter;

  /** Makes the counts, each of that shape. */
  protected makeCounts(shape: Shape): void {
    this.truePositives = this.addVariable('true_positives', shape);
    this.falsePositives = this.addVariable('false_positives', shape);
    this.trueNegatives = this.addVariable('true_negatives', shape);
    this.falseNegatives = this.addVariable('false_negatives', shape);
  }

  /** Counts a batch. */
  protected addCounts(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null,
    options: CountOptions,
  ): void {
    const counts = countConfusions(this.name, yTrue, yPred, sampleWeight, this.dtype, options);
    const names = ['truePositives', 'falsePositives', 'trueNegatives', 'falseNegatives'] as const;
    const totals = names.map((name) => this[name]);
    update(
      (...all) => totals.map((_, i) => all[i].add(all[i + totals.length])),
      [...totals, ...names.map((name) => counts[name])],
      totals,
    );
  }
}
