import { ValueError } from '../tensor/index.ts';
import { type ChartOptions, chartPanel } from './chart.ts';
import { type DrawOptions, Figure } from './figure.ts';
import { isSeries, type Numbers, numbersOf, type Series, seriesOf } from './numbers.ts';

/** Options of plots with axes. */
export interface PlotOptions extends ChartOptions, DrawOptions {}

/** Points of a row: x is given, or counts from 0. */
function pointsOf(xs: readonly number[] | null, ys: readonly number[], what: string): number[][] {
  if (xs && xs.length !== ys.length) {
    throw new ValueError(`plot.${what}: ${xs.length} numbers of x for ${ys.length} of y`);
  }
  return ys.map((y, i) => [xs ? xs[i] : i, y]);
}

function overPoints(
  kind: 'line' | 'scatter',
  first: Series,
  rest: readonly [Series?, PlotOptions?] | readonly [PlotOptions?],
): Figure {
  const second = rest[0] as Series | PlotOptions | undefined;
  const hasX = second !== undefined && isSeries(second);
  const options = ((hasX ? rest[1] : second) ?? {}) as PlotOptions;
  const xs = hasX ? numbersOf(first as Numbers, kind) : null;
  const rows = seriesOf(hasX ? (second as Series) : first, kind);
  const points = [...rows].map(([name, ys]) => ({ name, data: pointsOf(xs, ys, kind) }));
  const panel = chartPanel(() => ({
    ...options,
    names: [...rows.keys()],
    series: () =>
      points.map((row) => ({
        ...row,
        type: kind,
        ...(kind === 'line' ? { showSymbol: false } : { symbolSize: 6 }),
      })),
  }));
  return new Figure([[panel]], '', options);
}

/**
 * Lines through points: `line(y)`, `line(x, y)`, or several with one x: `line(x, { sin: a, cos: b })`.
 * @example await plot.line([1, 2, 3], [1, 4, 9], { title: 'squares' }).save('squares.png');
 */
export const line = (data: Series, ...rest: [Series?, PlotOptions?] | [PlotOptions?]): Figure =>
  overPoints('line', data, rest);

/** Points: `scatter(x, y)`, or several groups `scatter(x, { a: y1, b: y2 })`. */
export const scatter = (data: Series, ...rest: [Series?, PlotOptions?] | [PlotOptions?]): Figure =>
  overPoints('scatter', data, rest);
