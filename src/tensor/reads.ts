import type { Storage } from './storage.ts';

let observer: ((storage: Storage) => void) | null = null;

/** Runs `f` and tells `see` of every storage whose elements the program reads meanwhile. */
export function observeReads<T>(see: (storage: Storage) => void, f: () => T): T {
  const outer = observer;
  observer = see;
  try {
    return f();
  } finally {
    observer = outer;
  }
}

/** Called where elements reach the program: what is computed from them cannot be replayed by a plan. */
export function noteRead(storage: Storage): void {
  observer?.(storage);
}
