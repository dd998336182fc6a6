import type { Allocator } from './allocator.ts';

interface Region {
  readonly address: number;
  readonly bytes: number;
  users: number;
}

/**
 * Memory for plans, which never run at the same time and keep nothing in it between their runs: a plan that fits into what
 * another has taken shares it.
 */
export class SharedRegion {
  readonly #allocator: Allocator;
  #last: Region | null = null;

  constructor(allocator: Allocator) {
    this.#allocator = allocator;
  }

  /** At least so many bytes, until `release` is called. */
  acquire(bytes: number): { readonly address: number; readonly release: () => void } {
    let region = this.#last;
    if (!region || region.bytes < bytes) {
      region = { address: this.#allocator.allocate(bytes), bytes, users: 0 };
      this.#last = region;
    }
    const { address } = region;
    region.users++;
    return { address, release: () => this.#release(region) };
  }

  #release(region: Region): void {
    region.users--;
    if (region.users > 0) return;
    this.#allocator.free(region.address);
    if (this.#last === region) this.#last = null;
  }
}
