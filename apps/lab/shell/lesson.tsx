import type { ComponentChildren } from 'preact';
import { type Code, CodeView } from '../parts/code-view.tsx';
import { say, type Text } from './language.ts';

const words = {
  question: { en: 'A question to try', zh: '试一试' },
};

/** How every lesson's page is built: what to see, something to move, the same as code, a question. */
export function Lesson({
  title,
  see,
  question,
  code,
  children,
}: {
  readonly title: Text;
  /** What there is to see, in a sentence or two. */
  readonly see: Text;
  readonly question: Text;
  readonly code?: Code;
  readonly children: ComponentChildren;
}) {
  return (
    <article class="lesson">
      <h1 tabIndex={-1}>{say(title)}</h1>
      <p class="see">{say(see)}</p>
      <div class="cards">
        {children}
        <section class="card wide question">
          <h2>{say(words.question)}</h2>
          <p>{say(question)}</p>
        </section>
        {code && <CodeView {...code} />}
      </div>
    </article>
  );
}
