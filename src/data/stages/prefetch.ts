import { dropItems, type Item, isWait, type Steps } from '../steps.ts';

/** Works ahead by up to `size` elements while the consumer is busy; each waits until it is taken. */
export function* prefetched(source: Steps, size: number): Steps {
  const waiting: Item[] = [];
  let finished = false;
  let stopped = false;
  let failure: { readonly error: unknown } | null = null;
  let tell = (): void => {};
  let makeRoom = (): void => {};

  const work = async (): Promise<void> => {
    try {
      for (const step of source) {
        if (isWait(step)) {
          await step;
          continue;
        }
        waiting.push(step);
        tell();
        if (waiting.length >= size) {
          await new Promise<void>((resolve) => {
            makeRoom = resolve;
          });
        }
        if (stopped) break;
      }
    } catch (error) {
      failure = { error };
    }
    finished = true;
    tell();
  };

  void work();
  try {
    for (;;) {
      const item = waiting.shift();
      if (item) {
        makeRoom();
        yield item;
      } else if (failure) {
        throw (failure as { error: unknown }).error;
      } else if (finished) {
        return;
      } else {
        yield new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
    }
  } finally {
    stopped = true;
    makeRoom();
    dropItems(waiting);
  }
}
