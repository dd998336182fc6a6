import type { LogIndex } from './log-index.ts';

/** Milliseconds between two looks at the disk. */
const PAUSE = 300;

/** Keeps an index up to date and tells who wants to know. */
export class Watcher {
  readonly #index: LogIndex;
  readonly #listeners = new Set<(runs: readonly string[]) => void>();
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;
  /** Settles when the first look is done. */
  readonly ready: Promise<void>;
  /** Whether the first look is done. */
  isReady = false;

  constructor(index: LogIndex) {
    this.#index = index;
    this.ready = this.#look();
  }

  listen(listener: (runs: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const changed = await this.#index.update();
      this.isReady = true;
      if (changed.size) for (const listener of this.#listeners) listener([...changed]);
    } catch {
      // The folder itself is gone for now; the next look may find it again.
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#look(), PAUSE);
  }
}
