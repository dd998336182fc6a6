import { ValueError } from '../tensor/index.ts';
import { chartPanel } from './chart.ts';
import { type DrawOptions, Figure } from './figure.ts';
import { type Numbers, numbersOf } from './numbers.ts';

/** Options of curves of a yes-or-no classifier. */
export interface RankingOptions extends DrawOptions {
  readonly title?: string;
}

interface Counts {
  readonly hits: number;
  readonly falseAlarms: number;
}

/** What is found at each threshold, from the highest score down; equal scores come at once. */
function ranked(labels: Numbers, scores: Numbers, what: string): Counts[] {
  const [truths, values] = [numbersOf(labels, what), numbersOf(scores, what)];
  if (truths.length !== values.length) {
    throw new ValueError(`plot.${what}: ${truths.length} labels for ${values.length} scores`);
  }
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  const list: Counts[] = [{ hits: 0, falseAlarms: 0 }];
  let [hits, falseAlarms] = [0, 0];
  order.forEach((index, i) => {
    if (truths[index] > 0.5) hits++;
    else falseAlarms++;
    if (values[order[i + 1]] !== values[index]) list.push({ hits, falseAlarms });
  });
  if (!hits || !falseAlarms) {
    throw new ValueError(`plot.${what}: labels must hold both 0 and 1`);
  }
  return list;
}

/** The area under a line through points, by trapezoids. */
const areaUnder = (points: readonly number[][]): number =>
  points.reduce(
    (sum, [x, y], i) => (i ? sum + ((x - points[i - 1][0]) * (y + points[i - 1][1])) / 2 : 0),
    0,
  );

const unit = { min: 0, max: 1 };

/**
 * The receiver operating characteristic: hits against false alarms at all thresholds.
 * @param labels 0 or 1
 * @param scores larger where 1 is more likely
 */
export function rocCurve(
  labels: Numbers,
  scores: Numbers,
  { title = '', ...options }: RankingOptions = {},
): Figure {
  const counts = ranked(labels, scores, 'rocCurve');
  const last = counts[counts.length - 1];
  const points = counts.map(({ hits, falseAlarms }) => [
    falseAlarms / last.falseAlarms,
    hits / last.hits,
  ]);
  const panel = chartPanel(
    ({ words, theme }) => {
      const name = `${words.area} ${areaUnder(points).toFixed(3)}`;
      return {
        ...{ xLabel: words.falsePositiveRate, yLabel: words.truePositiveRate },
        ...{ names: [name, words.chance], xAxis: unit, yAxis: unit },
        series: () => [
          { name, type: 'line', data: points, showSymbol: false },
          {
            name: words.chance,
            type: 'line',
            data: [
              [0, 0],
              [1, 1],
            ],
            showSymbol: false,
            color: theme.faint,
            lineStyle: { type: 'dashed' },
          },
        ],
      };
    },
    { width: 460, height: 420 },
  );
  return new Figure([[panel]], title, options);
}

/** Precision against recall at all thresholds. */
export function precisionRecallCurve(
  labels: Numbers,
  scores: Numbers,
  { title = '', ...options }: RankingOptions = {},
): Figure {
  const counts = ranked(labels, scores, 'precisionRecallCurve').slice(1);
  const { hits: all } = counts[counts.length - 1];
  const points = counts.map(({ hits, falseAlarms }) => [hits / all, hits / (hits + falseAlarms)]);
  // Average precision: precision weighted by what each threshold adds to recall.
  const average = points.reduce(
    (sum, [recall, precision], i) => sum + (recall - (points[i - 1]?.[0] ?? 0)) * precision,
    0,
  );
  const panel = chartPanel(
    ({ words }) => {
      const name = `${words.area} ${average.toFixed(3)}`;
      return {
        ...{ xLabel: words.recall, yLabel: words.precision },
        ...{ names: [name], legend: true, xAxis: unit, yAxis: unit },
        series: () => [
          { name, type: 'line', data: [[0, points[0][1]], ...points], showSymbol: false },
        ],
      };
    },
    { width: 460, height: 420 },
  );
  return new Figure([[panel]], title, options);
}
