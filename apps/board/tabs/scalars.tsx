import { signal } from '@preact/signals';
import { readPattern, shownRuns, shownTags } from '../shell/selection.ts';
import { axis, logAxis, say, smoothing } from '../shell/settings.ts';
import { Nothing } from './nothing.tsx';
import { ScalarCard } from './scalar-card.tsx';

const tagPattern = signal('');

/** Tags under the first part of their name: `train` of `train/loss`, `epoch` of `epoch_loss`. */
function groupsOf(tags: readonly string[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const tag of tags) {
    const name = /^[^/_]+(?=[/_])/.exec(tag)?.[0] ?? tag;
    groups.set(name, [...(groups.get(name) ?? []), tag]);
  }
  return [...groups];
}

/** The curves of all runs. */
export function Scalars() {
  const pattern = readPattern(tagPattern.value);
  const all = [...new Set(shownTags('scalar').map(({ tag }) => tag))].sort();
  const tags = pattern ? all.filter((tag) => pattern.test(tag)) : all;
  const runsOf = (tag: string): string[] =>
    shownRuns.value.filter((run) => run.tags.scalar?.includes(tag)).map(({ name }) => name);
  return (
    <>
      <div class="bar">
        <label>
          {say('tagPattern')}
          <input
            type="search"
            value={tagPattern}
            aria-invalid={!pattern}
            onInput={(event) => {
              tagPattern.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          {say('smoothing')} <output>{smoothing.value.toFixed(2)}</output>
          <input
            type="range"
            min="0"
            max="0.99"
            step="0.01"
            value={smoothing}
            onInput={(event) => {
              smoothing.value = Number(event.currentTarget.value);
            }}
          />
        </label>
        <label>
          {say('axis')}
          <select
            value={axis}
            onChange={(event) => {
              axis.value = event.currentTarget.value as typeof axis.value;
            }}
          >
            <option value="step">{say('step')}</option>
            <option value="relative">{say('relative')}</option>
            <option value="wall">{say('wall')}</option>
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={logAxis}
            onChange={(event) => {
              logAxis.value = event.currentTarget.checked;
            }}
          />
          {say('logAxis')}
        </label>
      </div>
      {tags.length === 0 && <Nothing />}
      {groupsOf(tags).map(([name, members]) => (
        <details class="group" open key={name}>
          <summary>
            <h2>{name}</h2> <span class="count">{members.length}</span>
          </summary>
          <div class="cards">
            {members.map((tag) => (
              <ScalarCard key={tag} tag={tag} runs={runsOf(tag)} />
            ))}
          </div>
        </details>
      ))}
    </>
  );
}
