import { useEffect, useRef, useState } from 'preact/hooks';

/** What is known of an answer. */
export interface Known<T> {
  /** The last answer; it stays while a newer one is on its way. */
  readonly value: T | null;
  readonly error: Error | null;
}

/**
 * Asks the engine anew whenever `inputs` change. One question is on its way at a time: what changes meanwhile is asked
 * once, when the answer is there. `ask` gives null where there is nothing to ask.
 */
export function useAnswer<T>(
  ask: () => PromiseLike<T> | null,
  inputs: readonly unknown[],
): Known<T> {
  const [known, setKnown] = useState<Known<T>>({ value: null, error: null });
  const state = useRef({ ask, asking: false, again: false, gone: false });
  state.current.ask = ask;
  useEffect(() => {
    const { current } = state;
    current.gone = false;
    if (current.asking) current.again = true;
    else void go();

    async function go(): Promise<void> {
      current.asking = true;
      do {
        current.again = false;
        try {
          const question = current.ask();
          // Without a question there is no answer: an old one must not be taken for the next one's.
          const value = question && (await question);
          if (!current.gone) setKnown({ value, error: null });
        } catch (error) {
          if (!current.gone) setKnown({ value: null, error: error as Error });
        }
      } while (current.again && !current.gone);
      current.asking = false;
    }
  }, inputs);
  useEffect(
    () => () => {
      state.current.gone = true;
    },
    [],
  );
  return known;
}
