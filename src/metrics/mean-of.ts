import { type Schema, text, type Values, type WithOptions, withOptions } from '../config/index.ts';
import { sameRank } from '../losses/same-rank.ts';
import { asTensor, maskOf, setMask, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { MeanMetric } from './mean.ts';
import type { Direction } from './metric.ts';

/** A function of labels and predictions that gives a value for each sample. */
export type MetricFunction<O> = (yTrue: TensorLike, yPred: TensorLike, options: O) => Tensor;

/** A metric that is the mean of a function of labels and predictions. */
export abstract class MeanMetricOf extends MeanMetric {
  protected static readonly compute: MetricFunction<never>;
  protected static readonly better: Direction;
  override readonly direction: Direction = (this.constructor as typeof MeanMetricOf).better;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const { compute } = this.constructor as typeof MeanMetricOf;
    const [given, predictions] = [asTensor(this.name, yTrue), asTensor(this.name, yPred)];
    const mask = maskOf(predictions);
    const values = compute(...sameRank(given, predictions), this as never);
    if (mask && !maskOf(values)) setMask(values, mask);
    this.addValues(values, sampleWeight);
  }
}

/** The base class of a metric that is the mean of a function; `options` are the function's own. */
export function meanOf<S extends Schema = Record<never, never>>(
  name: string,
  better: Direction,
  compute: MetricFunction<Values<S>>,
  options?: S,
): WithOptions<typeof MeanMetricOf, S, readonly []> {
  abstract class Derived extends withOptions(MeanMetricOf, { name: text(name), ...options }) {
    protected static readonly compute = compute as MetricFunction<never>;
    protected static readonly better = better;
  }
  return Derived as unknown as WithOptions<typeof MeanMetricOf, S, readonly []>;
}
