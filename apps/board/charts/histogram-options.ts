import type { LogHistogram } from 'gradus/formats';
import { shortNumber } from '../shell/format.ts';
import { chartColors } from '../shell/theme.ts';
import type { ChartOption } from './echarts.ts';

type AtStep = LogHistogram & { readonly step: number };

/** More ridges than this are not told apart. */
const MOST_RIDGES = 24;

function spread<T>(values: readonly T[], most: number): readonly T[] {
  if (values.length <= most) return values;
  return Array.from(
    { length: most },
    (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))],
  );
}

/** Height of a bucket: values per width, so that buckets of unequal widths compare. */
function outline({ lefts, rights, counts }: LogHistogram): [number, number][] {
  return counts.map((count, i) => {
    const width = rights[i] - lefts[i];
    return [(lefts[i] + rights[i]) / 2, width > 0 ? count / width : 0];
  });
}

/** One ridge a step, the oldest behind. */
export function ridgeOption(values: readonly AtStep[], color: string): ChartOption {
  const shown = spread(values, MOST_RIDGES);
  const lines = shown.map(outline);
  const highest = Math.max(...lines.flatMap((line) => line.map(([, y]) => y)), Number.MIN_VALUE);
  const { surface } = chartColors();
  const gap = 1;
  const tall = Math.max(1.5, shown.length / 4);
  return {
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    tooltip: { show: false },
    xAxis: {
      type: 'value',
      scale: true,
      splitLine: { show: false },
      axisLabel: { formatter: shortNumber },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: (shown.length - 1) * gap + tall,
      interval: gap,
      position: 'right',
      splitLine: { show: false },
      axisLabel: {
        formatter: (value: number) => String(shown[shown.length - 1 - value]?.step ?? ''),
      },
    },
    series: lines.map((line, i) => {
      // The newest is in front, at the bottom.
      const base = (shown.length - 1 - i) * gap;
      const ends = [line[0]?.[0] ?? 0, line[line.length - 1]?.[0] ?? 0];
      return {
        type: 'line',
        z: i + 2,
        silent: true,
        showSymbol: false,
        data: [
          [ends[0], base],
          ...line.map(([x, y]) => [x, base + (y / highest) * tall]),
          [ends[1], base],
        ],
        lineStyle: { color: surface, width: 1 },
        areaStyle: { color, origin: base, opacity: 0.35 + (0.6 * (i + 1)) / shown.length },
      };
    }),
  };
}

/** Shares of a normal distribution within whole deviations, as TensorBoard shows them. */
const shares = [0, 0.0668, 0.1587, 0.3085, 0.5, 0.6915, 0.8413, 0.9332, 1];

/** Where shares of a histogram's values end, even inside its buckets. */
export function quantiles({ lefts, rights, counts }: LogHistogram): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return shares.map((share) => {
    let left = share * total;
    for (let i = 0; i < counts.length; i++) {
      if (left <= counts[i] && (counts[i] > 0 || i === counts.length - 1)) {
        const part = counts[i] > 0 ? left / counts[i] : 0;
        return lefts[i] + part * (rights[i] - lefts[i]);
      }
      left -= counts[i];
    }
    return rights[rights.length - 1] ?? 0;
  });
}

/** Bands between quantiles, over the steps. */
export function distributionOption(values: readonly AtStep[], color: string): ChartOption {
  const rows = values.map(quantiles);
  const opacity = [0.15, 0.25, 0.4, 0.6, 0.6, 0.4, 0.25, 0.15];
  return {
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    tooltip: { show: false },
    xAxis: {
      type: 'value',
      min: 'dataMin',
      max: 'dataMax',
      minInterval: 1,
      splitLine: { show: false },
    },
    yAxis: { type: 'value', scale: true, axisLabel: { formatter: shortNumber } },
    series: shares.map((_, q) => ({
      type: 'line',
      silent: true,
      showSymbol: false,
      stack: 'bands',
      stackStrategy: 'all',
      data: values.map(({ step }, i) => [step, q === 0 ? rows[i][0] : rows[i][q] - rows[i][q - 1]]),
      lineStyle: { color, width: q === 4 ? 2 : 0.5, opacity: q === 4 ? 1 : 0.6 },
      areaStyle: q === 0 ? undefined : { color, opacity: opacity[q - 1] },
    })),
  };
}
