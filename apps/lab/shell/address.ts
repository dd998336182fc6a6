import { type Signal, signal, useSignal, useSignalEffect } from '@preact/signals';

// The address says all that a teacher wants to share: #descent?rate=0.1&lang=zh-CN

function parse(hash: string): { lesson: string; settings: URLSearchParams } {
  const [lesson, query = ''] = hash.replace(/^#\/?/, '').split('?');
  return { lesson, settings: new URLSearchParams(query) };
}

const first = parse(location.hash);

/** Name of the lesson that is shown; '' for the first page. */
export const lesson = signal(first.lesson);

/** What the address set when it was opened. */
export const address = signal(first.settings);

/** Counts the addresses that were opened: each shows its lesson anew. */
export const visit = signal(0);

/** Settings of the present lesson that differ from what it starts with. */
const changed = new Map<string, string>();
let later: ReturnType<typeof setTimeout> | undefined;

addEventListener('hashchange', () => {
  const next = parse(location.hash);
  clearTimeout(later);
  changed.clear();
  address.value = next.settings;
  lesson.value = next.lesson;
  visit.value++;
});

/** The address of the page as it stands, to be sent to others. */
export function link(language: string): string {
  const settings = new URLSearchParams([...changed, ['lang', language]]);
  return `${location.href.replace(/#.*$/, '')}#${lesson.value}?${settings}`;
}

function write(): void {
  const settings = new URLSearchParams([...changed]);
  const query = settings.size > 0 ? `?${settings}` : '';
  history.replaceState(null, '', `#${lesson.value}${query}`);
}

/**
 * A setting of a lesson that its address carries: a number, a string, a boolean or plain JSON. What an address says that
 * is not of the start's kind, or that `allowed` refuses, is left alone.
 */
export function useSetting<T>(
  name: string,
  start: T,
  allowed: (value: T) => boolean = () => true,
): Signal<T> {
  const state = useSignal<T>(read(name, start, allowed));
  const initial = encode(start);
  useSignalEffect(() => {
    const text = encode(state.value);
    if (text === initial) changed.delete(name);
    else changed.set(name, text);
    clearTimeout(later);
    later = setTimeout(write, 300);
  });
  return state;
}

/** Whether a number lies between two others: what `useSetting` allows. */
export const between =
  (least: number, most: number) =>
  (value: number): boolean =>
    value >= least && value <= most;

/** Whether a value is one of a list: what `useSetting` allows. */
export const oneOf =
  <T>(list: readonly T[]) =>
  (value: T): boolean =>
    list.includes(value);

const encode = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

function read<T>(name: string, start: T, allowed: (value: T) => boolean): T {
  const text = address.peek().get(name);
  if (text === null) return start;
  try {
    const value = (typeof start === 'string' ? text : JSON.parse(text)) as T;
    const alike =
      typeof value === typeof start &&
      value !== null &&
      Array.isArray(value) === Array.isArray(start);
    return alike && allowed(value) ? value : start;
  } catch {
    return start;
  }
}
