import { spelling, toSnakeCase } from '../config/index.ts';
import { getMetric, type Metric, type MetricLike } from '../metrics/index.ts';
import type { Shape, Tensor } from '../tensor/index.ts';
import { classification } from './classification.ts';
import { perOutput } from './compiled-loss.ts';

/** Metrics of the only output, a list with those of each output, or an object by the outputs' names. */
export type MetricsLike =
  | MetricLike
  | readonly (MetricLike | readonly MetricLike[] | null)[]
  | Readonly<Record<string, MetricLike | readonly MetricLike[] | null>>;

interface OutputMetric {
  readonly output: number;
  readonly metric: Metric;
  /** Key in the logs. */
  readonly name: string;
  readonly weighted: boolean;
}

/** What `compile` was told of metrics, matched with a model's outputs. */
export class CompiledMetrics {
  readonly parts: readonly OutputMetric[];

  constructor(
    metrics: MetricsLike | null,
    weightedMetrics: MetricsLike | null,
    outputNames: readonly string[],
    labels: readonly Shape[],
    predictions: readonly Shape[],
  ) {
    const names =
      outputNames.length === predictions.length
        ? outputNames
        : predictions.map((_, i) => `output_${i}`);
    const taken = new Map<string, number>();
    const unique = (name: string): string => {
      const count = taken.get(name) ?? 0;
      taken.set(name, count + 1);
      return count ? `${name}_${count}` : name;
    };
    const parts: OutputMetric[] = [];
    for (const weighted of [false, true]) {
      const option = weighted ? 'weightedMetrics' : 'metrics';
      const lists = listPerOutput(option, weighted ? weightedMetrics : metrics, names);
      lists.forEach((list, output) => {
        const prefix = names.length > 1 ? `${names[output]}_` : '';
        for (const identifier of list) {
          const metric = pickMetric(
            identifier,
            labels[output],
            predictions[output],
            `compile: ${option}`,
          );
          const own = typeof identifier === 'string' ? identifier : metric.name;
          const plain = `${prefix}${own}`;
          const name = weighted && taken.has(plain) ? `${prefix}weighted_${own}` : plain;
          parts.push({ output, metric, weighted, name: unique(name) });
        }
      });
    }
    this.parts = parts;
  }

  /** Counts a batch. */
  update(
    labels: readonly Tensor[],
    predictions: readonly Tensor[],
    sampleWeights: readonly Tensor[],
  ): void {
    for (const { metric, output, weighted } of this.parts) {
      const weight = weighted
        ? (sampleWeights[sampleWeights.length > 1 ? output : 0] ?? null)
        : null;
      metric.updateState(labels[output], predictions[output], weight);
    }
  }

  reset(): void {
    for (const { metric } of this.parts) metric.resetState();
  }

  /** Whether more ('max') or less ('min') of a metric is better; null where that is not known. */
  direction(name: string): 'min' | 'max' | null {
    const found = this.parts.find((part) => toSnakeCase(part.name) === toSnakeCase(name));
    const direction = found?.metric.direction;
    return direction === 'up' ? 'max' : direction === 'down' ? 'min' : null;
  }
}

function listPerOutput(
  option: string,
  given: MetricsLike | null,
  names: readonly string[],
): (readonly MetricLike[])[] {
  if (given === null) return names.map(() => []);
  const asList = (value: unknown): readonly MetricLike[] =>
    value === null ? [] : ((Array.isArray(value) ? value.flat() : [value]) as MetricLike[]);
  if (names.length === 1) {
    const own = perOutput(option, Array.isArray(given) ? [given] : given, names);
    return [asList(own[0])];
  }
  return perOutput<unknown>(option, given, names).map(asList);
}

function pickMetric(
  identifier: MetricLike,
  label: Shape,
  prediction: Shape,
  where: string,
): Metric {
  const name = typeof identifier === 'string' ? spelling(identifier) : '';
  const kind = label && prediction ? classification(label, prediction) : 'categorical';
  if (name === 'accuracy' || name === 'acc') {
    const kinds = {
      binary: 'binaryAccuracy',
      sparse: 'sparseCategoricalAccuracy',
      categorical: 'categoricalAccuracy',
    } as const;
    return getMetric(kinds[kind], where);
  }
  if (name === 'crossentropy' || name === 'ce') {
    const kinds = {
      binary: 'binaryCrossentropy',
      sparse: 'sparseCategoricalCrossentropy',
      categorical: 'categoricalCrossentropy',
    } as const;
    return getMetric(kinds[kind], where);
  }
  return getMetric(identifier, where);
}
