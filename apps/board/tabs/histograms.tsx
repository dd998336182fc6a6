import { signal } from '@preact/signals';
import { Chart } from '../charts/chart.tsx';
import {
  distributionOption,
  type HistogramValue,
  ridgeOption,
} from '../charts/histogram-options.ts';
import { colorOf, shownTags } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { Nothing } from './nothing.tsx';
import { StoredCard } from './stored.tsx';

const mode = signal<'histogram' | 'distribution'>('histogram');

/** How numbers are distributed, over the steps. */
export function Histograms() {
  const tags = shownTags('histogram');
  return (
    <>
      <div class="bar" role="radiogroup" aria-label={say('histograms')}>
        {(['histogram', 'distribution'] as const).map((name) => (
          <label class="check" key={name}>
            <input
              type="radio"
              name="histogram-mode"
              checked={mode.value === name}
              onChange={() => {
                mode.value = name;
              }}
            />
            {say(name)}
          </label>
        ))}
      </div>
      {tags.length === 0 && <Nothing />}
      <div class="cards">
        {tags.map(({ run, tag }) => (
          <StoredCard<HistogramValue> key={`${run} ${tag}`} kind="histogram" run={run} tag={tag}>
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
