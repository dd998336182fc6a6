import { choice, integer, nullable, text, withDefault, withOptions } from '../config/index.ts';
import { comparable } from '../losses/same-rank.ts';
import {
  asTensor,
  broadcastTo,
  cast,
  elementwise,
  expandDims,
  onesLike,
  type Parameter,
  sub,
  type TensorLike,
  update,
} from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../tensor/index.ts';
import { quotient } from './mean.ts';
import { Metric } from './metric.ts';

/** Share of the labels' variance that the predictions [batch, outputs] explain: 1 is perfect, 0 no better than the mean. */
export class R2Score extends withOptions(Metric, {
  /** How the outputs' scores become one; null for a score of each. */
  classAggregation: withDefault(
    nullable(choice(['uniform_average', 'variance_weighted_average'], 'uniform_average')),
    'uniform_average',
  ),
  /** Numbers of inputs of the model, for the adjusted score. */
  numRegressors: integer(0, { min: 0 }),
  name: text('r2_score'),
}) {
  static override readonly className = 'R2Score';
  override readonly direction = 'up';
  readonly numSamples = this.addVariable('num_samples');
  squaredSum!: Parameter;
  sum!: Parameter;
  totalMse!: Parameter;
  count!: Parameter;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const [labels, predictions] = comparable(this.name, yTrue, yPred);
    if (labels.rank !== 2) {
      throw new ShapeError(
        `${this.name}: labels must be [batch, outputs], received shape ${formatShape(labels.shape)}`,
      );
    }
    if (this.variables.length === 1) {
      const shape = [labels.shape[1]];
      this.squaredSum = this.addVariable('squared_sum', shape);
      this.sum = this.addVariable('sum', shape);
      this.totalMse = this.addVariable('residual', shape);
      this.count = this.addVariable('count', shape);
    }
    const weights = this.#weights(labels, sampleWeight);
    const weighted = labels.mul(weights);
    const parts = [
      [this.squaredSum, labels.mul(weighted).sum(0)],
      [this.sum, weighted.sum(0)],
      [this.totalMse, sub(labels, predictions).square().mul(weights).sum(0)],
      [this.count, weights.sum(0)],
    ] as const;
    update(
      (...all) => parts.map((_, i) => all[i].add(all[i + parts.length])),
      [...parts.map(([sum]) => sum), ...parts.map(([, more]) => more)],
      parts.map(([sum]) => sum),
    );
    const { size } = labels;
    update((n) => [n.add(size)], [this.numSamples], [this.numSamples]);
  }

  #weights(labels: Tensor, given: TensorLike | null): Tensor {
    if (given === null) return onesLike(labels);
    const weights = cast(asTensor(this.name, given), labels.dtype);
    return broadcastTo(weights.rank === 1 ? expandDims(weights, 1) : weights, labels.shape);
  }

  override result(): Tensor {
    if (this.variables.length === 1) {
      throw new ValueError(`${this.name}: result: nothing was counted yet`);
    }
    const mean = this.sum.div(this.count);
    const total = sub(this.squaredSum, this.sum.mul(mean));
    const raw = elementwise(
      'explained',
      (error, all) => {
        const score = error.div(all).neg().add(1);
        return score.abs().eq(Number.POSITIVE_INFINITY).select(0, score);
      },
      [this.totalMse, total],
    );
    const score = this.#aggregated(raw, total);
    const regressors = this.numRegressors;
    if (regressors === 0) return score;
    return elementwise(
      'adjusted',
      (r, n) => {
        const left = n.sub(regressors + 1);
        const adjusted = r.neg().add(1).mul(n.sub(1)).div(left).neg().add(1);
        return left.gt(0).select(adjusted, r);
      },
      [score, this.numSamples],
    );
  }

  #aggregated(raw: Tensor, total: Tensor): Tensor {
    if (this.classAggregation === null) return raw;
    if (this.classAggregation === 'uniform_average') return raw.mean();
    return quotient(raw.mul(total).sum(), total.sum());
  }
}
