import { signal } from '@preact/signals';
import type { LogHistogram } from 'gradus/formats';
import { Chart } from '../charts/chart.tsx';
import { distributionOption, ridgeOption } from '../charts/histogram-options.ts';
import { colorOf, shownTags } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { ModeChoice } from './mode-choice.tsx';
import { Nothing } from './nothing.tsx';
import { StoredCard } from './stored.tsx';

const modes = ['histogram', 'distribution'] as const;
const mode = signal<(typeof modes)[number]>('histogram');

/** How numbers are distributed, over the steps. */
export function Histograms() {
  const tags = shownTags('histogram');
  return (
    <>
      <ModeChoice label="histograms" mode={mode} modes={modes} />
      {tags.length === 0 && <Nothing />}
      <div class="cards">
        {tags.map(({ run, tag }) => (
          <StoredCard<LogHistogram> key={`${run} ${tag}`} kind="histogram" run={run} tag={tag}>
            {(values) => {
              const make = mode.value === 'histogram' ? ridgeOption : distributionOption;
              const steps = values.map(({ step }) => step);
              const last = values[values.length - 1];
              const range = `${last.lefts[0]} … ${last.rights[last.rights.length - 1]}`;
              return (
                <Chart
                  option={make(values, colorOf(run))}
                  label={`${tag}, ${run}: ${say('step')} ${steps[0]} … ${steps[steps.length - 1]}; ${range}`}
                  height={260}
                />
              );
            }}
          </StoredCard>
        ))}
      </div>
    </>
  );
}
