interface Block {
  readonly address: number;
  size: number;
  free: boolean;
  previous: Block | null;
  next: Block | null;
  /** In the bin of a free block: the one that was freed before it, and the one after. */
  older: Block | null;
  newer: Block | null;
}

/** Blocks start on cache lines, so that threads do not share one. */
const alignment = 64;
const roundUp = (n: number): number => Math.ceil(Math.max(n, 1) / alignment) * alignment;
const binOf = (size: number): number => 31 - Math.clz32(size / alignment);

/**
 * Hands out pieces of a linear memory: free blocks in bins by powers of two, neighbours joined when freed. What was freed last
 * is taken first: caches still have it, and a loop's tensors lie in every round where they were before.
 */
export class Allocator {
  /** The newest block of each bin. */
  readonly #bins = new Array<Block | null>(32).fill(null);
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
    this.#takeOut(block);
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
    this.#putIn(this.#join(block));
  }

  #find(size: number): Block | undefined {
    const bin = binOf(size);
    for (let block = this.#bins[bin]; block; block = block.older) {
      if (block.size >= size) return block;
    }
    return this.#bins.find((newest, i) => newest && i > bin) ?? undefined;
  }

  #putIn(block: Block): void {
    const bin = binOf(block.size);
    const newest = this.#bins[bin];
    block.older = newest;
    block.newer = null;
    if (newest) newest.newer = block;
    this.#bins[bin] = block;
  }

  #takeOut({ size, older, newer }: Block): void {
    if (older) older.newer = newer;
    if (newer) newer.older = older;
    else this.#bins[binOf(size)] = older;
  }

  #extendFor(size: number): Block {
    const spare = this.#last?.free ? this.#last.size : 0;
    this.#extend(this.#grow(size - spare));
    return this.#find(size) as Block;
  }

  #extend(end: number): void {
    const size = Math.floor((end - this.#end) / alignment) * alignment;
    if (size <= 0) return;
    const block = newBlock(this.#end, size, this.#last, null);
    if (this.#last) this.#last.next = block;
    this.#last = block;
    this.#end += size;
    this.#putIn(this.#join(block));
  }

  #split(block: Block, size: number): void {
    const rest = newBlock(block.address + size, block.size - size, block, block.next);
    if (block.next) block.next.previous = rest;
    else this.#last = rest;
    block.next = rest;
    block.size = size;
    this.#putIn(rest);
  }

  /** Joins a free block, not yet in a bin, with its free neighbours. */
  #join(block: Block): Block {
    let whole = block;
    const { next, previous } = block;
    if (next?.free) {
      this.#takeOut(next);
      this.#absorb(whole, next);
    }
    if (previous?.free) {
      this.#takeOut(previous);
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

/** A free block that is in no bin yet. */
const newBlock = (
  address: number,
  size: number,
  previous: Block | null,
  next: Block | null,
): Block => ({ address, size, free: true, previous, next, older: null, newer: null });
