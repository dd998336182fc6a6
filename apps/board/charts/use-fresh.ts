import { useEffect, useRef, useState } from 'preact/hooks';
import { versions } from '../shell/data.ts';

/** A page asks for the same thing again so often at most, in milliseconds. */
const PAUSE = 500;

/** What the server answers, asked again when one of the runs has changed. Undefined until the first answer, null for none. */
export function useFresh<T>(
  key: string,
  runs: readonly string[],
  load: () => Promise<T | null>,
  active = true,
): T | null | undefined {
  const [answer, setAnswer] = useState<{ key: string; value: T | null } | null>(null);
  const latest = useRef(load);
  latest.current = load;
  const version = runs.map((run) => versions.value.get(run) ?? 0).join();
  const asked = useRef(0);
  const shownKey = useRef('');
  useEffect(() => {
    if (!active) return;
    let dropped = false;
    const isNew = shownKey.current !== key;
    shownKey.current = key;
    const wait = isNew ? 0 : Math.max(0, asked.current + PAUSE - performance.now());
    const timer = setTimeout(async () => {
      asked.current = performance.now();
      const value = await latest.current().catch(() => null);
      if (!dropped) setAnswer({ key, value });
    }, wait);
    return () => {
      dropped = true;
      clearTimeout(timer);
    };
  }, [key, version, active]);
  return answer ? answer.value : undefined;
}
