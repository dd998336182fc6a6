interface Block {
  readonly address: number;
  size: number;
  free: boolean;
  previous: Block | null;
  next: Block | null;
}

/** Blocks start on cache lines, so that threads do not share one. */
const alignment = 64;
const roundUp = (n: number): number => Math.ceil(Math.max(n, 1) / alignment) * alignment;
const binOf = (size: number): number => 31 - Math.clz32(size / alignment);

/**
 * Hands out pieces of a linear memory: free blocks in bins by powers of two, neighbours joined when freed.
 */
export class Allocator {
  readonly #bins: Set<Block>[] = Array.from({ length: 32 }, () => new Set());
  readonly #taken = new Map<number, Block>();
  readonly #grow: (bytes: number) => number;
  #last: Block | null = null;
  #end: number;
  used = 0;
  peak = 0;

  /**
   * @param start first address to use
   * @param end end of the memory at present
   * @param grow makes the memory at least that many bytes longer and returns its new end, or throws
   */
  constructor(start: number, end: number, grow: (bytes: number) => number) {
    this.#grow = grow;
    this.#end = roundUp(start);
    this.#extend(end);
  }

  /** Live blocks. */
  get blocks(): number {
    return this.#taken.size;
  }

  allocate(bytes: number): number {
    const size = roundUp(bytes);
    const block = this.#find(size) ?? this.#extendFor(size);
    this.#bins[binOf(block.size)].delete(block);
    block.free = false;
    if (block.size > size) this.#split(block, size);
    this.#taken.set(block.address, block);
    this.used += block.size;
    this.peak = Math.max(this.peak, this.used);
    return block.address;
  }

  free(address: number): void {
    const block = this.#taken.get(address);
    if (!block) throw new RangeError(`address ${address} is not allocated`);
    this.#taken.delete(address);
    this.used -= block.size;
    block.free = true;
    const whole = this.#join(block);
    this.#bins[binOf(whole.size)].add(whole);
  }

  #find(size: number): Block | undefined {
    const bin = binOf(size);
    for (const block of this.#bins[bin]) if (block.size >= size) return block;
    for (let i = bin + 1; i < 32; i++) for (const block of this.#bins[i]) return block;
    return undefined;
  }

  #extendFor(size: number): Block {
    const spare = this.#last?.free ? this.#last.size : 0;
    this.#extend(this.#grow(size - spare));
    return this.#find(size) as Block;
  }

  #extend(end: number): void {
    const size = Math.floor((end - this.#end) / alignment) * alignment;
    if (size <= 0) return;
    const block: Block = { address: this.#end, size, free: true, previous: this.#last, next: null };
    if (this.#last) this.#last.next = block;
    this.#last = block;
    this.#end += size;
    const whole = this.#join(block);
    this.#bins[binOf(whole.size)].add(whole);
  }

  #split(block: Block, size: number): void {
    const rest: Block = {
      address: block.address + size,
      size: block.size - size,
      free: true,
      previous: block,
      next: block.next,
    };
    if (block.next) block.next.previous = rest;
    else this.#last = rest;
    block.next = rest;
    block.size = size;
    this.#bins[binOf(rest.size)].add(rest);
  }

  /** Joins a free block, not yet in a bin, with its free neighbours. */
  #join(block: Block): Block {
    let whole = block;
    const { next, previous } = block;
    if (next?.free) {
      this.#bins[binOf(next.size)].delete(next);
      this.#absorb(whole, next);
    }
    if (previous?.free) {
      this.#bins[binOf(previous.size)].delete(previous);
      this.#absorb(previous, whole);
      whole = previous;
    }
    return whole;
  }

  #absorb(block: Block, next: Block): void {
    block.size += next.size;
    block.next = next.next;
    if (next.next) next.next.previous = block;
    else this.#last = block;
  }
}
