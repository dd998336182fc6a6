/**
 * What a job tells while it runs, one after the other, to be gone through at the listener's own pace. Ends with the job, or
 * throws what it throws.
 * @example for await (const share of eventsOf<number>(async (tell) => tell(0.5))) show(share);
 */
export async function* eventsOf<T>(
  job: (tell: (event: T) => void) => Promise<unknown>,
): AsyncGenerator<T> {
  const events: T[] = [];
  let wake = (): void => {};
  let over = false;
  const done = job((event) => {
    events.push(event);
    wake();
  });
  done
    .catch(() => {})
    .finally(() => {
      over = true;
      wake();
    });
  for (;;) {
    while (events.length > 0) yield events.shift() as T;
    if (over) break;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  await done; // throws what went wrong
}
