import { spawnWorker, type WorkerHandle } from '#platform';
import type { LinearMemory } from './memory.ts';

/**
 * Words of the control page, a cache line each where several threads write.
 *
 * The main thread writes slot, args and tasks, sets done to 0 and then the ticket: (serial << 12) | tasks. Whoever lowers the
 * ticket by one owns the task tasks - remaining and may read slot and args, which stay until that task is done.
 * A thread that comes late finds a remainder of 0; one that never comes is not missed.
 */
const words = {
  ticket: 16,
  slot: 32,
  args: 33,
  tasks: 34,
  done: 48,
  wake: 64,
  sleepers: 80,
  ready: 96,
  modules: 112,
  /** One word a thread from here on: the address of its scratch memory. */
  scratch: 128,
} as const;

export const maximumTasks = 4095;
export const maximumThreads = 64;
/** Spins before the main thread lets the system schedule others while it waits for a slow thread. */
const patience = 20000;

export type KernelFunction = (args: number, task: number, scratch: number) => void;

/** Splits the tasks of a phase over the main thread and workers that share its memory. */
export class ThreadPool {
  readonly #memory: LinearMemory;
  readonly #workers: WorkerHandle[] = [];
  #serial = 0;
  /** Hand-offs to the workers so far. */
  handOffs = 0;
  threads = 1;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** Starts workers up to `threads - 1`; they join when they are up, and nobody waits for them. */
  resize(threads: number): void {
    this.threads = this.#memory.shared ? Math.max(1, Math.min(threads, maximumThreads)) : 1;
    while (this.#workers.length < this.threads - 1) {
      const worker = spawnWorker(new URL('./thread.worker.js', import.meta.url));
      worker.unref();
      worker.postMessage({
        memory: this.#memory.memory,
        thread: this.#workers.length + 1,
        words,
      });
      this.#workers.push(worker);
    }
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
  run(kernel: KernelFunction, slot: number, args: number, tasks: number): void {
    const { control } = this.#memory;
    const scratch = control[words.scratch];
    if (tasks === 1 || this.threads === 1) {
      for (let task = 0; task < tasks; task++) kernel(args, task, scratch);
      return;
    }
    this.handOffs++;
    this.#serial = (this.#serial + 1) & 0x7ffff;
    const serial = this.#serial << 12;
    Atomics.store(control, words.slot, slot);
    Atomics.store(control, words.args, args);
    Atomics.store(control, words.tasks, tasks);
    Atomics.store(control, words.done, 0);
    Atomics.store(control, words.ticket, serial | tasks);
    if (Atomics.load(control, words.sleepers) > 0) {
      Atomics.add(control, words.wake, 1);
      Atomics.notify(control, words.wake);
    }
    let own = 0;
    for (;;) {
      const ticket = Atomics.load(control, words.ticket);
      const remaining = ticket & maximumTasks;
      if (remaining === 0) break;
      if (Atomics.compareExchange(control, words.ticket, ticket, ticket - 1) !== ticket) continue;
      kernel(args, tasks - remaining, scratch);
      own++;
    }
    for (let spins = 0; Atomics.load(control, words.done) + own < tasks; spins++) {
      if (spins > patience) pause();
    }
  }

  /** Ends the workers. */
  dispose(): void {
    this.threads = 1;
    for (const worker of this.#workers.splice(0)) worker.terminate();
  }
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
