import { ValueError } from '../tensor/index.ts';
import { type Chart, chartPanel, type Scale } from './chart.ts';
import { type Canvas, type DrawOptions, Figure } from './figure.ts';
import { type Series, seriesOf } from './numbers.ts';
import type { Words } from './words.ts';

/** What `fit` returns, or its numbers by name: `loss`, `valLoss`, `accuracy` … */
export type Curves =
  | Readonly<Record<string, readonly number[]>>
  | {
      readonly history: Readonly<Record<string, readonly number[]>>;
      readonly epoch?: readonly number[];
    };

/** Options of training curves. */
export interface CurvesOptions extends DrawOptions {
  readonly title?: string;
  /** Which to show, without those of validation, which come along; all by default. */
  readonly metrics?: readonly string[];
  /** Share of the past in a smoothed curve, from 0 to below 1; the curve itself stays visible behind it. */
  readonly smoothing?: number;
  /** What the numbers are counted by. */
  readonly x?: 'epoch' | 'step';
  readonly yScale?: Scale;
}

interface Run {
  readonly name: string;
  readonly epochs: readonly number[] | null;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

const validation = /^val(_|(?=[A-Z]))/;
/** `valLoss`, `val_loss` and `loss` belong to one chart. */
const metricOf = (name: string): string => {
  const rest = name.replace(validation, '');
  return rest === name ? name : rest[0].toLowerCase() + rest.slice(1);
};

/**
 * Loss and metrics against epochs or steps, one chart each, training and validation together; of several runs, given by
 * name, to compare them.
 * @example await plot.curves(await model.fit(x, y, { validationSplit: 0.1 })).save('curves.png');
 * @example await plot.curves({ slow: first, fast: second }, { metrics: ['loss'] }).save('rates.svg');
 */
export function curves(
  runs: Curves | Readonly<Record<string, Curves>>,
  { title = '', metrics, smoothing = 0, x = 'epoch', yScale, ...options }: CurvesOptions = {},
): Figure {
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new ValueError(`plot.curves: smoothing must be from 0 to below 1, received ${smoothing}`);
  }
  const list = runsOf(runs);
  const found = [...new Set(list.flatMap(({ values }) => Object.keys(values).map(metricOf)))];
  const shown = metrics ?? found;
  for (const metric of shown) {
    if (found.includes(metric)) continue;
    throw new ValueError(`plot.curves: there is no '${metric}'; there are ${found.join(', ')}`);
  }
  if (!shown.length) throw new ValueError('plot.curves: there is nothing to draw');
  const panels = shown.map((metric) =>
    chartPanel((canvas) => chartOf(metric, list, { smoothing, x, yScale }, canvas), {
      width: shown.length === 1 ? 640 : 480,
      height: 340,
    }),
  );
  const perRow = shown.length <= 3 ? Math.min(2, shown.length) : 3;
  const rows = Array.from({ length: Math.ceil(panels.length / perRow) }, (_, i) =>
    panels.slice(i * perRow, (i + 1) * perRow),
  );
  return new Figure(rows, title, options);
}

const isRow = (value: unknown): boolean =>
  Array.isArray(value) && value.every((n) => typeof n === 'number');

function runsOf(runs: Curves | Readonly<Record<string, Curves>>): Run[] {
  const single = (run: Curves, name: string): Run => {
    const { history, epoch } = run as { history?: unknown; epoch?: readonly number[] };
    const values = (history && !isRow(history) ? history : run) as Run['values'];
    const rows = Object.entries(values).filter(([, row]) => isRow(row) && row.length);
    return { name, epochs: epoch ?? null, values: Object.fromEntries(rows) };
  };
  const { history } = runs as { history?: unknown };
  const isOne = (history && !isRow(history)) || Object.values(runs).some(isRow);
  if (isOne) return [single(runs as Curves, '')];
  return Object.entries(runs as Record<string, Curves>).map(([name, run]) => single(run, name));
}

function chartOf(
  metric: string,
  runs: readonly Run[],
  { smoothing, x, yScale }: Required<Pick<CurvesOptions, 'smoothing' | 'x'>> & { yScale?: Scale },
  { words, theme }: Canvas,
): Chart {
  const series: object[] = [];
  const names: string[] = [];
  runs.forEach((run, index) => {
    for (const [key, values] of Object.entries(run.values)) {
      if (metricOf(key) !== metric) continue;
      const isValidation = validation.test(key);
      const part = isValidation ? words.validation : words.training;
      const name = run.name ? (isValidation ? `${run.name}, ${part}` : run.name) : part;
      const color = theme.series[(run.name ? index : isValidation ? 1 : 0) % theme.series.length];
      const points = values.map((y, i) => [(run.epochs?.[i] ?? i) + (x === 'epoch' ? 1 : 0), y]);
      const type = isValidation && run.name ? 'dashed' : 'solid';
      const one = { type: 'line', color, showSymbol: values.length < 20, symbolSize: 5 };
      if (smoothing > 0) {
        series.push({ ...one, data: points, showSymbol: false, lineStyle: { opacity: 0.3, type } });
      }
      const data = smoothing > 0 ? smoothed(points, smoothing) : points;
      series.push({ ...one, name, data, lineStyle: { type } });
      names.push(name);
    }
  });
  return {
    title: labelOf(metric, words),
    xLabel: words[x],
    yScale,
    names,
    xAxis: { minInterval: 1, min: 'dataMin', max: 'dataMax' },
    series: () => series,
  };
}

const labelOf = (metric: string, words: Words): string =>
  Object.hasOwn(words, metric) ? words[metric as keyof Words] : metric;

/** Exponential moving average, corrected for its beginning at 0, as in TensorBoard. */
function smoothed(points: readonly number[][], share: number): number[][] {
  let [sum, weight] = [0, 0];
  return points.map(([x, y]) => {
    if (!Number.isFinite(y)) return [x, y];
    sum = sum * share + y * (1 - share);
    weight = weight * share + (1 - share);
    return [x, sum / weight];
  });
}

/**
 * The learning rate against steps or epochs.
 * @example await plot.learningRates(rates, { yScale: 'log' }).save('rates.png');
 */
export function learningRates(
  rates: Series,
  { title = '', x = 'step', yScale, ...options }: CurvesOptions = {},
): Figure {
  const lists = [...seriesOf(rates, 'learningRates')].map(([name, row]) => ({
    name,
    data: row.map((rate, i) => [i, rate]),
  }));
  const panel = chartPanel(({ words }) => ({
    ...{ xLabel: words[x], yLabel: words.learningRate, yScale },
    names: lists.map(({ name }) => name),
    series: () => lists.map((row) => ({ ...row, type: 'line', showSymbol: false })),
  }));
  return new Figure([[panel]], title, options);
}
