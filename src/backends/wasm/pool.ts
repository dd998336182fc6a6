import { spawnWorker, type WorkerHandle } from '#platform';
import { BackendError } from '../../tensor/index.ts';
import type { LinearMemory } from './memory.ts';
import type { NativeCode } from './native.ts';

/**
 * Words of the control page, a cache line each where several threads write.
 *
 * The main thread writes slot, args and tasks, sets done to 0 and then the ticket: (serial << 12) | tasks. Whoever lowers the
 * ticket by one owns the task tasks - remaining and may read slot, args and its scratch address, which stay until that
 * task is done. A thread that comes late finds a remainder of 0; one that never comes is not missed.
 */
const words = {
  ticket: 16,
  slot: 32,
  args: 33,
  /** The number behind the last task. */
  tasks: 34,
  /** Address of the phase's machine function, two words; 0 where it runs in WebAssembly. */
  native: 36,
  done: 48,
  wake: 64,
  sleepers: 80,
  ready: 96,
  modules: 112,
  /** One word a thread from here on: the address of its scratch memory. */
  scratch: 128,
  /** How many threads may take tasks; those beyond wait here. */
  threads: 192,
  /** 1 when a task has failed in a worker. */
  failed: 208,
  /** How many workers are opening the way to machine code, and whether they must not begin any more. */
  opening: 224,
  closing: 240,
} as const;

/** The same in bytes, as machine code wants it. */
export const controlOffsets = {
  ticket: words.ticket * 4,
  args: words.args * 4,
  tasks: words.tasks * 4,
  native: words.native * 4,
  done: words.done * 4,
};

/** The rest of the page: room for the arguments of what runs once, in bytes. */
export const argumentRoom = { address: 4096, bytes: 61440 } as const;

/** Tasks that a ticket can count. */
const maximumTasks = 4095;
export const maximumThreads = 64;
/** Spins before the main thread lets the system schedule others while it waits for a slow thread. */
const patience = 20000;

export type KernelFunction = (args: number, task: number, scratch: number) => void;

/** A compiled kernel: as WebAssembly, known to all threads by its slot, and as machine code where there is any. */
export interface CompiledKernel {
  readonly slot: number;
  readonly call: KernelFunction;
  /** Address of the machine function, or 0. */
  readonly native: number;
}

/** Splits the tasks of a phase over the main thread and workers that share its memory. */
export class ThreadPool {
  readonly #memory: LinearMemory;
  readonly #native: NativeCode | null;
  readonly #workers: WorkerHandle[] = [];
  #serial = 0;
  /** Hand-offs to the workers so far. */
  handOffs = 0;
  threads = 1;

  constructor(memory: LinearMemory, native: NativeCode | null) {
    this.#memory = memory;
    this.#native = native;
    if (native) atExit(() => this.#close());
  }

  /** Starts workers up to `threads - 1`; they join when they are up, and nobody waits for them. Those beyond rest. */
  resize(threads: number): void {
    this.threads = this.#memory.shared ? Math.max(1, Math.min(threads, maximumThreads)) : 1;
    const { control } = this.#memory;
    Atomics.store(control, words.threads, this.threads);
    Atomics.notify(control, words.threads);
    while (this.#workers.length < this.threads - 1) {
      // Inlined as a data: address, as bundlers do with small files, a page's policy would refuse it.
      const worker = spawnWorker(new URL('./thread.worker.js?no-inline', import.meta.url));
      worker.unref();
      worker.onError(() => {}); // its work is done by the others
      worker.postMessage({
        memory: this.#memory.memory,
        thread: this.#workers.length + 1,
        words,
        native: this.#native?.start ?? null,
      });
      this.#workers.push(worker);
    }
  }

  /** Threads that may still be at work, resting ones included: each has scratch memory of its own. */
  get started(): number {
    return this.#workers.length + 1;
  }

  /** Tells where each thread's scratch memory is. */
  setScratch(addresses: readonly number[]): void {
    addresses.forEach((address, thread) => {
      Atomics.store(this.#memory.control, words.scratch + thread, address);
    });
  }

  /** Makes a module known: record is [next, byte length, functions, bytes…]. */
  publishModule(record: number, previous: number): void {
    const at =
      previous === 0
        ? this.#memory.control.subarray(words.modules)
        : new Int32Array(this.#memory.buffer, previous, 1);
    Atomics.store(at, 0, record);
  }

  /** Runs all tasks of one phase and returns when they are done. */
  run(kernel: CompiledKernel, args: number, tasks: number): void {
    const native = this.#native !== null && kernel.native !== 0 ? this.#native : null;
    const alone = tasks === 1 || this.threads === 1;
    if (alone && !native) {
      const scratch = this.#memory.control[words.scratch];
      for (let task = 0; task < tasks; task++) kernel.call(args, task, scratch);
      return;
    }
    for (let first = 0; first < tasks; first += maximumTasks) {
      this.#share(kernel, native, args, first, Math.min(tasks - first, maximumTasks), alone);
    }
  }

  /** Runs `count` tasks from `first` on, `alone` or with the workers. */
  #share(
    kernel: CompiledKernel,
    native: NativeCode | null,
    args: number,
    first: number,
    count: number,
    alone: boolean,
  ): void {
    const { control } = this.#memory;
    const end = first + count;
    this.#publish(kernel, args, end, count, alone);
    let failure: unknown = null;
    if (native) native.drive(words.scratch * 4);
    else failure = this.#takeTasks(kernel.call, args, end);
    for (let spins = 0; Atomics.load(control, words.done) < count; spins++) {
      if (spins > patience) pause();
    }
    const elsewhere = Atomics.exchange(control, words.failed, 0) !== 0;
    if (failure) throw failure;
    if (elsewhere) throw new BackendError('wasm: a kernel failed in one of the threads');
  }

  /** Writes what the phase is, then the ticket, and wakes the workers unless they are to stay out of it. */
  #publish(
    { slot, native }: CompiledKernel,
    args: number,
    end: number,
    count: number,
    alone: boolean,
  ): void {
    const { control } = this.#memory;
    Atomics.store(control, words.slot, slot);
    Atomics.store(control, words.args, args);
    Atomics.store(control, words.tasks, end);
    Atomics.store(control, words.native, (native % 2 ** 32) | 0);
    Atomics.store(control, words.native + 1, Math.floor(native / 2 ** 32) | 0);
    Atomics.store(control, words.done, 0);
    this.#serial = (this.#serial + 1) & 0x7ffff;
    Atomics.store(control, words.ticket, (this.#serial << 12) | count);
    if (alone) return;
    this.handOffs++;
    if (Atomics.load(control, words.sleepers) > 0) {
      Atomics.add(control, words.wake, 1);
      Atomics.notify(control, words.wake);
    }
  }

  /** Does tasks until none is left; gives the first error, since the others must come to their end all the same. */
  #takeTasks(call: KernelFunction, args: number, end: number): unknown {
    const { control } = this.#memory;
    const scratch = control[words.scratch];
    let failure: unknown = null;
    for (;;) {
      const ticket = Atomics.load(control, words.ticket);
      const remaining = ticket & maximumTasks;
      if (remaining === 0) return failure;
      if (Atomics.compareExchange(control, words.ticket, ticket, ticket - 1) !== ticket) continue;
      try {
        call(args, end - remaining, scratch);
      } catch (error) {
        failure ??= error;
      }
      Atomics.add(control, words.done, 1);
    }
  }

  /** Waits until no worker is opening the way to machine code, and lets none begin. */
  #close(): void {
    const { control } = this.#memory;
    Atomics.store(control, words.closing, 1);
    const patienceEnds = performance.now() + 500; // a thread that died on the way never says so
    while (Atomics.load(control, words.opening) > 0 && performance.now() < patienceEnds) pause();
  }

  /** Ends the workers. */
  dispose(): void {
    this.resize(1);
    this.#close();
    for (const worker of this.#workers.splice(0)) worker.terminate();
  }
}

/** What is to be done before the process ends, by one listener however many pools there are. */
const closers: (() => void)[] = [];

function atExit(close: () => void): void {
  if (closers.push(close) > 1) return;
  globalThis.process?.once?.('exit', () => {
    for (const each of closers) each();
  });
}

const never =
  typeof SharedArrayBuffer === 'function' ? new Int32Array(new SharedArrayBuffer(4)) : null;
let mayWait = true;

/** Gives the processor away for a moment where the thread may block (not on a browser's main thread). */
function pause(): void {
  if (!mayWait || !never) return;
  try {
    Atomics.wait(never, 0, 0, 0.05);
  } catch {
    mayWait = false;
  }
}
