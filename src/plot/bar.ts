import { ValueError } from '../tensor/index.ts';
import { chartPanel } from './chart.ts';
import { Figure } from './figure.ts';
import type { PlotOptions } from './line.ts';
import { type Numbers, numbersOf, type Series, seriesOf } from './numbers.ts';

/**
 * Bars over names, one group of bars a name where there are several rows.
 * @example await plot.bar(['cat', 'dog'], [12, 30], { yLabel: 'photos' }).save('photos.svg');
 */
export function bar(labels: readonly string[], data: Series, options: PlotOptions = {}): Figure {
  const rows = seriesOf(data, 'bar');
  for (const [name, row] of rows) {
    if (row.length === labels.length) continue;
    throw new ValueError(`plot.bar: ${labels.length} names for ${row.length} bars ${name}`.trim());
  }
  const panel = chartPanel(() => ({
    ...options,
    names: [...rows.keys()],
    xAxis: { type: 'category', data: [...labels] },
    yAxis: { scale: false },
    series: () => [...rows].map(([name, row]) => ({ name, type: 'bar', data: row })),
  }));
  return new Figure([[panel]], '', options);
}

/** Options of histograms. */
export interface HistogramOptions extends PlotOptions {
  /** How many bars; 30 by default. */
  readonly bins?: number;
}

/**
 * How often numbers fall into intervals of one width; what is not finite is left out.
 * @example await plot.histogram(model.layers[0].weights[0]).save('weights.png');
 */
export function histogram(data: Numbers, { bins = 30, ...options }: HistogramOptions = {}): Figure {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new ValueError(`plot.histogram: bins must be a whole number from 1, received ${bins}`);
  }
  const values = numbersOf(data, 'histogram').filter(Number.isFinite);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (!values.length) throw new ValueError('plot.histogram: none of the numbers is finite');
  if (least === most) [least, most] = [least - 0.5, most + 0.5];
  const width = (most - least) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - least) / width))]++;
  // Steps, each interval from its lower to its upper bound.
  const points = counts.flatMap((count, i) => [
    [least + i * width, count],
    [least + (i + 1) * width, count],
  ]);
  const panel = chartPanel(({ words }) => ({
    xLabel: words.value,
    yLabel: words.count,
    ...options,
    names: [''],
    yAxis: { scale: false, min: 0 },
    series: () => [
      {
        type: 'line',
        data: [[least, 0], ...points, [most, 0]],
        showSymbol: false,
        lineStyle: { width: 1 },
        areaStyle: { opacity: 0.5 },
      },
    ],
  }));
  return new Figure([[panel]], '', options);
}
