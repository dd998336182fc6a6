import { dataAddress, type Shown } from 'gradus/board/series';
import type { LogSamples } from 'gradus/formats';
import { useState } from 'preact/hooks';
import { imageAddress, isExported } from '../shell/data.ts';
import { shownTags } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { Nothing } from './nothing.tsx';
import { StepSlider, valueAt } from './step-slider.tsx';
import { type Stored, StoredCard } from './stored.tsx';

type ShownSamples = Shown<LogSamples>;

/** A sample with what became of it. */
interface Sample {
  readonly n: number;
  readonly label: number;
  readonly predicted: number | null;
  /** Probability of the right class, and of the one that was predicted. */
  readonly right: number;
  readonly sure: number;
}

const PAGE = 120;

function samplesOf({ labels, predictions }: ShownSamples): Sample[] {
  return labels.map((label, n) => {
    const row = predictions[n];
    if (!row?.length) return { n, label, predicted: null, right: 1, sure: 0 };
    const predicted = row.indexOf(Math.max(...row));
    return { n, label, predicted, right: row[label] ?? 0, sure: row[predicted] };
  });
}

const isWrong = (one: Sample): boolean => one.predicted !== null && one.predicted !== one.label;

/** Samples of a data set by class, with predictions, those that are most wrong first. */
export function Samples() {
  const tags = shownTags('samples');
  if (tags.length === 0) return <Nothing />;
  return (
    <>
      {tags.map(({ run, tag }) => (
        <StoredCard<ShownSamples> key={`${run} ${tag}`} kind="samples" run={run} tag={tag} wide>
          {(values) => <SampleBrowser run={run} tag={tag} values={values} />}
        </StoredCard>
      ))}
    </>
  );
}

type Order = 'mostWrong' | 'byClass' | 'asLogged';

interface SampleBrowserProps {
  readonly run: string;
  readonly tag: string;
  readonly values: readonly Stored<ShownSamples>[];
}

function SampleBrowser({ run, tag, values }: SampleBrowserProps) {
  const [at, setAt] = useState<number | null>(null);
  const [order, setOrder] = useState<Order>('mostWrong');
  const [label, setLabel] = useState('');
  const [predicted, setPredicted] = useState('');
  const [onlyWrong, setOnlyWrong] = useState(false);
  const [count, setCount] = useState(PAGE);
  const value = valueAt(values, at);
  const classes = Math.max(
    value.classNames.length,
    ...value.labels.map((one) => one + 1),
    ...value.predictions.map((row) => row.length),
  );
  const name = (c: number): string => value.classNames[c] ?? String(c);
  const all = samplesOf(value);
  const wrong = all.filter(isWrong);
  const chosen = (onlyWrong ? wrong : all)
    .filter((one) => label === '' || one.label === Number(label))
    .filter((one) => predicted === '' || one.predicted === Number(predicted));
  if (order === 'mostWrong') {
    chosen.sort(
      (a, b) => Number(isWrong(b)) - Number(isWrong(a)) || a.right - b.right || a.n - b.n,
    );
  }
  if (order === 'byClass') chosen.sort((a, b) => a.label - b.label || a.right - b.right);
  // An exported page has the pictures of the last step, which are those of all.
  const { index } = isExported ? values[values.length - 1] : value;
  const classChoice = (title: 'label' | 'predicted', now: string, set: (value: string) => void) => (
    <label>
      {say(title)}
      <select value={now} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">{say('anyClass')}</option>
        {Array.from({ length: classes }, (_, c) => (
          <option key={name(c)} value={c}>
            {name(c)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <div class="bar">
        <StepSlider values={values} at={at} onChange={setAt} label={`${run} ${tag}`} />
        <label>
          {say('order')}
          <select value={order} onChange={(event) => setOrder(event.currentTarget.value as Order)}>
            <option value="mostWrong">{say('mostWrong')}</option>
            <option value="byClass">{say('byClass')}</option>
            <option value="asLogged">{say('asLogged')}</option>
          </select>
        </label>
        {classChoice('label', label, setLabel)}
        {classChoice('predicted', predicted, setPredicted)}
        <label class="check">
          <input
            type="checkbox"
            checked={onlyWrong}
            onChange={(event) => setOnlyWrong(event.currentTarget.checked)}
          />
          {say('onlyWrong')}
        </label>
        <output class="faint">
          {chosen.length} {say('of')} {all.length} · {wrong.length} {say('wrongCount')}
        </output>
      </div>
      <ul class="samples">
        {chosen.slice(0, count).map(({ n, label: truth, predicted: guess, right, sure }) => {
          const missed = guess !== null && guess !== truth;
          const caption =
            guess === null
              ? name(truth)
              : missed
                ? `✗ ${name(guess)} (${name(truth)})`
                : `✓ ${name(truth)}`;
          const more = guess === null ? '' : `${(100 * (missed ? sure : right)).toFixed(0)} %`;
          return (
            <li key={n} class={missed ? 'wrong' : ''}>
              <img
                loading="lazy"
                class="pixels"
                src={imageAddress(dataAddress('image', { kind: 'samples', run, tag, index, n }))}
                alt={`${say('label')} ${name(truth)}${guess === null ? '' : `, ${say('predicted')} ${name(guess)} ${more}`}`}
              />
              <span>{caption}</span>
              <span class="faint">{more}</span>
            </li>
          );
        })}
      </ul>
      {chosen.length > count && (
        <button type="button" onClick={() => setCount(count + PAGE)}>
          {say('more')}
        </button>
      )}
    </>
  );
}
