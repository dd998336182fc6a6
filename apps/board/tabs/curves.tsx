import { signal } from '@preact/signals';
import { dataAddress, SHOWN_STEPS } from 'gradus/board/series';
import type { LogCurve } from 'gradus/formats';
import { useState } from 'preact/hooks';
import { Chart } from '../charts/chart.tsx';
import { useFresh } from '../charts/use-fresh.ts';
import { useVisible } from '../charts/use-visible.ts';
import { fetchJson } from '../shell/data.ts';
import { shortNumber } from '../shell/format.ts';
import { colorOf, placeOf, shownTags } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { seriesDash } from '../shell/theme.ts';
import { ModeChoice } from './mode-choice.tsx';
import { Nothing } from './nothing.tsx';
import { StepSlider, valueAt } from './step-slider.tsx';
import type { Stored } from './stored.tsx';

const modes = ['prCurve', 'rocCurve'] as const;
type Mode = (typeof modes)[number];
const mode = signal<Mode>('prCurve');

/** Points of a curve from its counts, and the area under it. */
export function curvePoints(
  value: LogCurve,
  kind: Mode,
): { points: [number, number][]; area: number } {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = value;
  const share = (a: number, b: number, none: number): number => (a + b > 0 ? a / (a + b) : none);
  const points = tp.map((positives, i): [number, number] => {
    const recall = share(positives, fn[i], 0);
    // Where nothing is taken for positive, nothing was wrongly.
    return kind === 'prCurve'
      ? [recall, share(positives, fp[i], 1)]
      : [share(fp[i], tn[i], 0), recall];
  });
  // From the highest threshold down: recall and false positives grow.
  points.reverse();
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    area += ((points[i][0] - points[i - 1][0]) * (points[i][1] + points[i - 1][1])) / 2;
  }
  return { points, area };
}

/** Precision-recall and ROC curves at a step. */
export function Curves() {
  const found = shownTags('curve');
  const tags = [...new Set(found.map(({ tag }) => tag))];
  return (
    <>
      <ModeChoice label="curves" mode={mode} modes={modes} />
      {tags.length === 0 && <Nothing />}
      <div class="cards">
        {tags.map((tag) => (
          <CurveCard
            key={tag}
            tag={tag}
            runs={found.filter((one) => one.tag === tag).map(({ run }) => run)}
          />
        ))}
      </div>
    </>
  );
}

type OfRun = readonly [run: string, values: readonly Stored<LogCurve>[]];

function CurveCard({ tag, runs }: { readonly tag: string; readonly runs: readonly string[] }) {
  const [ref, visible] = useVisible<HTMLElement>();
  const [at, setAt] = useState<number | null>(null);
  const load = (): Promise<OfRun[]> =>
    Promise.all(
      runs.map(async (run): Promise<OfRun> => {
        const address = dataAddress('values', { kind: 'curve', run, tag, limit: SHOWN_STEPS });
        const answer = await fetchJson<{ values: readonly Stored<LogCurve>[] }>(address);
        return [run, answer?.values ?? []];
      }),
    );
  const answer = useFresh(`${tag} ${runs.join()}`, runs, load, visible);
  const present = (answer ?? []).filter(([, values]) => values.length > 0);
  const longest = present.reduce<OfRun | null>(
    (best, one) => (one[1].length > (best?.[1].length ?? 0) ? one : best),
    null,
  );
  const drawn = present.map(([run, values]) => {
    const value = valueAt(values, at);
    return { run, step: value.step, ...curvePoints(value, mode.value) };
  });
  const isPr = mode.value === 'prCurve';
  const option = {
    grid: { left: 12, right: 20, top: 16, bottom: 24, containLabel: true },
    xAxis: {
      type: 'value',
      min: 0,
      max: 1,
      name: say(isPr ? 'recall' : 'falsePositiveRate'),
      nameLocation: 'middle',
      nameGap: 24,
    },
    yAxis: { type: 'value', min: 0, max: 1, name: '' },
    tooltip: { trigger: 'item' },
    series: drawn.map(({ run, points }) => ({
      type: 'line',
      name: run,
      data: points,
      symbolSize: 4,
      itemStyle: { color: colorOf(run) },
      lineStyle: { color: colorOf(run), type: seriesDash(placeOf(run)) },
      tooltip: {
        formatter: ({ value }: { value: number[] }) =>
          `${run}\n${value.map(shortNumber).join(' · ')}`,
      },
    })),
  };
  const areas = drawn.map(
    ({ run, area, step }) => `${run} @ ${step}: ${say('area')} ${area.toFixed(3)}`,
  );
  return (
    <article ref={ref} class="card" data-tag={tag}>
      <header>
        <h3>{tag}</h3>
        <span class="faint">{say(isPr ? 'precision' : 'truePositiveRate')} ↑</span>
      </header>
      {longest ? (
        <>
          <StepSlider values={longest[1]} at={at} onChange={setAt} label={tag} />
          <Chart option={option} label={`${tag}: ${areas.join('; ')}`} height={260} />
          <ul class="legend">
            {drawn.map(({ run, area }) => (
              <li key={run}>
                <span class="chip" style={{ background: colorOf(run) }} /> {run}{' '}
                <span class="faint">
                  {say('area')} {area.toFixed(3)}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <div class="waiting small" />
      )}
    </article>
  );
}
