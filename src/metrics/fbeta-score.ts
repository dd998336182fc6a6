import { badOption, choice, nullable, number, option, text, withOptions } from '../config/index.ts';
import {
  add,
  asTensor,
  cast,
  elementwise,
  expandDims,
  mul,
  type Parameter,
  type TensorLike,
  update,
} from '../ops/index.ts';
import { formatShape, ShapeError, sameShape, type Tensor, ValueError } from '../tensor/index.ts';
import { Metric } from './metric.ts';

/** Keeps shares of nothing finite. */
const tiny = 1e-7;

const averages = choice(['micro', 'macro', 'weighted'], 'micro');

/** Options of the F scores. */
export const scoreOptions = {
  /** How the classes' scores become one; null for a score of each. */
  average: nullable(averages),
  /** From which prediction on a class counts as chosen; null for the largest of each sample. */
  threshold: nullable(
    option((input: number, where: string): number => {
      if (!(input > 0 && input <= 1)) throw badOption(where, 'a number in (0, 1]', input);
      return input;
    }, 0.5),
  ),
};

/**
 * The weighted harmonic mean of precision and recall: `(1 + beta^2) p r / (beta^2 p + r)`, for labels and predictions
 * [batch, classes].
 */
export class FBetaScore extends withOptions(
  Metric,
  {
    name: text('fbeta_score'),
    average: scoreOptions.average,
    /** How much more recall counts than precision. */
    beta: number(1, { min: 0, above: true }),
    threshold: scoreOptions.threshold,
  },
  ['average', 'beta', 'threshold'],
) {
  static override readonly className: string = 'FBetaScore';
  override readonly direction = 'up';
  truePositives!: Parameter;
  falsePositives!: Parameter;
  falseNegatives!: Parameter;
  intermediateWeights!: Parameter;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const labels = cast(asTensor(this.name, yTrue), this.dtype);
    const scores = cast(asTensor(this.name, yPred), this.dtype);
    if (labels.rank !== 2 || !sameShape(labels.shape, scores.shape)) {
      throw new ShapeError(
        `${this.name}: labels and predictions must be [batch, classes], received shapes ` +
          `${formatShape(labels.shape)} and ${formatShape(scores.shape)}`,
      );
    }
    if (this.variables.length === 0) this.#makeCounts(labels.shape[1]);
    const chosen = this.#chosen(scores);
    const weights =
      sampleWeight === null ? null : cast(asTensor(this.name, sampleWeight), this.dtype);
    const total = (values: Tensor): Tensor => {
      const weighted = weights ? mul(values, expandDims(weights, 1)) : values;
      return weighted.sum(this.average === 'micro' ? null : 0);
    };
    const both = total(chosen.mul(labels));
    const counts = [
      [this.truePositives, both],
      [this.falsePositives, total(chosen).sub(both)],
      [this.falseNegatives, total(labels).sub(both)],
      [this.intermediateWeights, total(labels)],
    ] as const;
    update(
      (...all) => counts.map((_, i) => all[i].add(all[i + counts.length])),
      [...counts.map(([sum]) => sum), ...counts.map(([, more]) => more)],
      counts.map(([sum]) => sum),
    );
  }

  #makeCounts(classes: number): void {
    const shape = this.average === 'micro' ? [] : [classes];
    this.truePositives = this.addVariable('true_positives', shape);
    this.falsePositives = this.addVariable('false_positives', shape);
    this.falseNegatives = this.addVariable('false_negatives', shape);
    this.intermediateWeights = this.addVariable('intermediate_weights', shape);
  }

  /** 1 for the classes that a prediction chooses. */
  #chosen(scores: Tensor): Tensor {
    const { threshold } = this;
    if (threshold !== null) return elementwise('chosen', (p) => p.gt(threshold), [scores]);
    const largest = scores.max(-1, { keepDims: true });
    return elementwise('chosen', (p, most) => p.ge(most).mul(p.abs().gt(1e-9)), [scores, largest]);
  }

  override result(): Tensor {
    if (this.variables.length === 0) {
      throw new ValueError(`${this.name}: result: nothing was counted yet`);
    }
    const { truePositives: tp, falsePositives: fp, falseNegatives: fn, beta } = this;
    const precision = tp.div(add(tp, fp).add(tiny));
    const recall = tp.div(add(tp, fn).add(tiny));
    const divisor = precision
      .mul(beta * beta)
      .add(recall)
      .add(tiny);
    const scores = precision
      .mul(recall)
      .div(divisor)
      .mul(1 + beta * beta);
    if (this.average === null) return scores;
    if (this.average !== 'weighted') return scores.mean();
    const weights = this.intermediateWeights.div(this.intermediateWeights.sum().add(tiny));
    return scores.mul(weights).sum();
  }
}
