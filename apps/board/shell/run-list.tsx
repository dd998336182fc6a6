import { colorOf, hiddenRuns, listedRuns, readPattern, runPattern } from './selection.ts';
import { say } from './settings.ts';

/** Longer reports of damage say how many more there are. */
const MOST_DAMAGE = 20;

/** The runs: a pattern of names, and a box for each that matches. */
export function RunList() {
  const valid = readPattern(runPattern.value) !== null;
  const setHidden = (change: (names: Set<string>) => void): void => {
    const next = new Set(hiddenRuns.value);
    change(next);
    hiddenRuns.value = next;
  };
  const runs = listedRuns.value;
  const damage = runs.flatMap((run) => run.damage);
  const unknown = [...new Set(runs.flatMap((run) => run.unknown))];
  return (
    <nav class="runs" aria-label={say('runs')}>
      <h2>{say('runs')}</h2>
      <input
        type="search"
        aria-label={say('runPattern')}
        placeholder={say('runPattern')}
        value={runPattern}
        aria-invalid={!valid}
        onInput={(event) => {
          runPattern.value = event.currentTarget.value;
        }}
      />
      {!valid && <p class="warning">{say('badPattern')}</p>}
      <div class="tools">
        <button
          type="button"
          onClick={() =>
            setHidden((names) => {
              for (const { name } of runs) names.delete(name);
            })
          }
        >
          {say('all')}
        </button>
        <button
          type="button"
          onClick={() =>
            setHidden((names) => {
              for (const { name } of runs) names.add(name);
            })
          }
        >
          {say('none')}
        </button>
      </div>
      <ul>
        {runs.map(({ name }) => (
          <li key={name}>
            <label class="check">
              <input
                type="checkbox"
                checked={!hiddenRuns.value.has(name)}
                onChange={(event) => {
                  const { checked } = event.currentTarget;
                  setHidden((names) => (checked ? names.delete(name) : names.add(name)));
                }}
              />
              <span class="chip" style={{ background: colorOf(name) }} />
              <span>{name}</span>
            </label>
          </li>
        ))}
      </ul>
      {unknown.length > 0 && (
        <p class="faint">
          {say('notShown')}: {unknown.join(', ')}
        </p>
      )}
      {damage.length > 0 && (
        <details class="damage">
          <summary>
            {say('damaged')}: {damage.reduce((sum, { count }) => sum + count, 0)}
          </summary>
          <ul>
            {damage.slice(0, MOST_DAMAGE).map(({ file, count, first }) => (
              <li key={file}>
                <strong>{file}</strong> ({count}) {first}
              </li>
            ))}
          </ul>
        </details>
      )}
    </nav>
  );
}
