import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { Card } from '../../parts/controls.tsx';
import { useSetting } from '../../shell/address.ts';
import { say } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { code } from './code.ts';
import type { Judgement, Said } from './engine.ts';
import { examples, text } from './text.ts';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('words');
/** Characters of a review; the longest of the data set has 14,000. */
const longest = 5000;

/** Lesson 8: a review is judged while it is written. */
export default function WordsPage() {
  const id = useId();
  const review = useSetting<string>('review', examples.praise, (r) => r.length <= longest);
  const known = useSignal<{ words: number; accuracy: number } | null>(null);
  const answer = useAnswer(() => engine.judge(review.value), [review.value]);
  useEffect(() => {
    // What is wrong there, the judgement says.
    engine.facts().then(
      (facts) => {
        known.value = facts;
      },
      () => {},
    );
  }, []);
  const { value } = answer;
  return (
    <Lesson title={text.title} see={text.see} question={text.question} code={code}>
      <section class="card">
        <h2>
          <label for={id}>{say(text.review)}</label>
        </h2>
        <textarea
          id={id}
          lang="en"
          rows={8}
          maxLength={longest}
          value={review.value}
          onInput={({ currentTarget }) => {
            review.value = currentTarget.value;
          }}
        />
        <div class="row presets">
          <span>{say(text.examples)}</span>
          {(Object.keys(examples) as (keyof typeof examples)[]).map((name) => (
            <button
              key={name}
              type="button"
              class="button small"
              aria-pressed={review.value === examples[name]}
              onClick={() => {
                review.value = examples[name];
              }}
            >
              {say(text.names[name])}
            </button>
          ))}
        </div>
        {known.value && (
          <p class="note network">
            {say(text.network, {
              words: known.value.words.toLocaleString('en'),
              share: (100 * known.value.accuracy).toFixed(1),
            })}
          </p>
        )}
      </section>
      <Card title={say(text.judgement)}>
        <Trouble error={answer.error} />
        {value && <Verdict judgement={value} empty={review.value.trim() === ''} />}
        <h3>{say(text.said)}</h3>
        <p class="note">{say(text.saidNote)}</p>
        {value && <Spoken judgement={value} />}
      </Card>
      <Card wide title={say(text.tipped)} note={say(text.tippedNote)}>
        {value && (
          <Tipped
            words={value.words}
            onLeaveOut={(word) => {
              review.value = leftOut(review.value, word);
            }}
          />
        )}
      </Card>
    </Lesson>
  );
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function Verdict({ judgement, empty }: { readonly judgement: Judgement; readonly empty: boolean }) {
  const { share, knownCount } = judgement;
  const sure = Math.max(share, 1 - share);
  const line = empty
    ? say(text.nothing)
    : knownCount === 0
      ? say(text.unknown)
      : sure < 0.6
        ? say(text.unsure, { share: percent(share) })
        : say(share > 0.5 ? text.good : text.bad, { share: percent(sure) });
  return (
    <div class="judged">
      <p class={`line ${share > 0.5 ? 'good' : 'bad'}`} aria-live="polite">
        {line}
      </p>
      <div class="scale" aria-hidden="true">
        <span>{say(text.badEnd)}</span>
        <i>
          <b style={{ left: `${100 * share}%` }} />
        </i>
        <span>{say(text.goodEnd)}</span>
      </div>
    </div>
  );
}

/** A pull that is as strong as colours go. */
const strongest = 1.2;

function Spoken({ judgement: { words, after } }: { readonly judgement: Judgement }) {
  return (
    <p class="spoken" lang="en">
      {words.map(({ before, word, known, pull }, i) => {
        const strength = Math.min(1, Math.abs(pull) / strongest);
        const kind = !known ? 'unknown' : strength < 0.06 ? '' : pull > 0 ? 'good' : 'bad';
        return [
          before,
          <span
            key={i}
            class={kind}
            style={{ '--strength': `${Math.round(100 * strength)}%` }}
            title={known ? say(text.pulls, { word, pull: signedNumber(pull) }) : undefined}
          >
            {word}
          </span>,
        ];
      })}
      {after}
    </p>
  );
}

const signedNumber = (value: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

/** Words that are shown. */
const most = 12;

function Tipped({
  words,
  onLeaveOut,
}: {
  readonly words: readonly Said[];
  readonly onLeaveOut: (word: string) => void;
}) {
  const pulls = new Map(
    words.filter(({ known }) => known).map((s) => [s.word.toLowerCase(), s.pull]),
  );
  const list = [...pulls]
    .filter(([, pull]) => Math.abs(pull) >= 0.005)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, most);
  const scale = Math.max(0.5, ...list.map(([, pull]) => Math.abs(pull)));
  return (
    <ol class="tipped">
      {list.map(([word, pull]) => (
        <li key={word}>
          <span lang="en">{word}</span>
          <i aria-hidden="true">
            <b
              class={pull > 0 ? 'good' : 'bad'}
              style={{ width: `${(50 * Math.abs(pull)) / scale}%` }}
            />
          </i>
          <span class="number">{signedNumber(pull)}</span>
          <button
            type="button"
            class="move"
            aria-label={say(text.without, { word })}
            title={say(text.without, { word })}
            onClick={() => onLeaveOut(word)}
          >
            ✕
          </button>
        </li>
      ))}
    </ol>
  );
}

/** A review without a word. */
const leftOut = (review: string, word: string): string =>
  review
    .replace(/[a-z0-9'\u0080-\uffff]+\s?/gi, (found) =>
      found.trim().toLowerCase() === word ? '' : found,
    )
    .replace(/ +([.,;:!?])/g, '$1');
