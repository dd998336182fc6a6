import { BackendError } from '../../tensor/index.ts';

const pageBytes = 65536;

/**
 * The linear memory of all tensors, shared with the worker threads where the platform allows it. Only as much as
 * is touched is taken from the system.
 */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly maximumPages: number;
  /** The first page: the words through which the threads speak to each other. */
  control: Int32Array<ArrayBufferLike>;

  constructor() {
    this.shared =
      typeof SharedArrayBuffer === 'function' &&
      (typeof crossOriginIsolated === 'undefined' || crossOriginIsolated);
    const [memory, pages] = createMemory(this.shared);
    this.memory = memory;
    this.maximumPages = pages;
    this.control = new Int32Array(memory.buffer, 0, pageBytes / 4);
  }

  get buffer(): ArrayBufferLike {
    return this.memory.buffer;
  }

  /** Makes the memory longer by at least `bytes`; grows by an eighth at once, so that it happens seldom. */
  grow(bytes: number): number {
    const have = this.memory.buffer.byteLength / pageBytes;
    const need = Math.ceil(bytes / pageBytes);
    const pages = Math.min(Math.max(need, have >> 3), this.maximumPages - have);
    if (pages < need) throw this.#full(bytes);
    try {
      this.memory.grow(pages);
    } catch {
      throw this.#full(bytes);
    }
    if (!this.shared) this.control = new Int32Array(this.memory.buffer, 0, pageBytes / 4);
    return this.memory.buffer.byteLength;
  }

  #full(bytes: number): BackendError {
    return new BackendError(
      `wasm: the memory is full: ${megabytes(bytes)} more were asked for, ` +
        `${megabytes(this.memory.buffer.byteLength)} are in use of ` +
        `${megabytes(this.maximumPages * pageBytes)} at most. Tensors outside a training step are freed ` +
        'by the garbage collector, which runs only between tasks: await something in a long loop, ' +
        'let an optimizer end each step, or use smaller batches',
    );
  }
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** As much address space as the platform grants: 4 GiB, or less on small devices. */
function createMemory(shared: boolean): [WebAssembly.Memory, number] {
  for (const maximum of [65536, 32768, 16384, 8192, 4096]) {
    try {
      return [new WebAssembly.Memory({ initial: 64, maximum, shared }), maximum];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new BackendError('wasm: no memory could be reserved (256 MiB of address space are needed)');
}
