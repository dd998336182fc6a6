import { dataAddress, SHOWN_STEPS } from 'gradus/board/series';
import type { ComponentChildren } from 'preact';
import { useFresh } from '../charts/use-fresh.ts';
import { useVisible } from '../charts/use-visible.ts';
import { fetchJson } from '../shell/data.ts';
import { colorOf } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';

/** A value that the server reads from the log when it is asked for, with its moment. */
export type Stored<T> = T & {
  readonly step: number;
  readonly wallTime: number;
  /** Its number among the values of its tag. */
  readonly index: number;
};

interface Values<T> {
  readonly total: number;
  readonly values: readonly Stored<T>[];
}

export interface StoredCardProps<T> {
  readonly kind: string;
  readonly run: string;
  readonly tag: string;
  readonly wide?: boolean;
  readonly children: (values: readonly Stored<T>[]) => ComponentChildren;
}

/** The values of a tag in a run, loaded when they come into sight. */
export function useStored<T>(kind: string, run: string, tag: string, visible: boolean) {
  const address = dataAddress('values', { kind, run, tag, limit: SHOWN_STEPS });
  return useFresh(address, [run], () => fetchJson<Values<T>>(address), visible);
}

/** A card for a tag of a run. */
export function StoredCard<T>({ kind, run, tag, wide, children }: StoredCardProps<T>) {
  const [ref, visible] = useVisible<HTMLElement>();
  const answer = useStored<T>(kind, run, tag, visible);
  return (
    <article ref={ref} class={wide ? 'card large' : 'card'} data-tag={tag} data-run={run}>
      <header>
        <h3>{tag}</h3>
        <span class="run">
          <span class="chip" style={{ background: colorOf(run) }} /> {run}
        </span>
      </header>
      {answer?.values.length ? (
        <>
          {children(answer.values)}
          {answer.total > answer.values.length && (
            <p class="faint">
              {answer.values.length} {say('of')} {answer.total} {say('ofSteps')}
            </p>
          )}
        </>
      ) : (
        <div class="waiting small">{answer === null && say('failed')}</div>
      )}
    </article>
  );
}
