// A thread of the wasm backend. It has no imports, so that it runs as it is from source, from dist and behind bundlers.
// It takes tasks off a ticket in shared memory; see pool.ts for the words and the order in which they are written. What
// belongs to a task is read after the task was taken: until then it may be another phase's.
const port = globalThis.process?.getBuiltinModule
  ? globalThis.process.getBuiltinModule('node:worker_threads').parentPort
  : globalThis;

/** The function that takes tasks off the ticket and runs them as machine code, until it meets one without. */
function machineCode({ library, driver, memory }) {
  const { createRequire } = process.getBuiltinModule('node:module');
  const koffi = createRequire(library)(library);
  // koffi sets up a thread's call memory when the thread first opens a library.
  koffi.load(null);
  const type = koffi.proto('uint32_t (uint64_t, uint32_t)');
  const pointer = koffi.decode(new BigUint64Array([BigInt(driver)]), 0, koffi.pointer(type));
  return (scratchWord) => koffi.call(pointer, type, memory, scratchWord);
}

/** @param {{ memory: WebAssembly.Memory, thread: number, words: Record<string, number>,
 *   native: { library: string, driver: number, memory: number } | null }} start */
function work({ memory, thread, words, native }) {
  const control = new Int32Array(memory.buffer, 0, 16384);
  const scratchWord = words.scratch + thread;
  const functions = [];
  let last = 0;

  /** Compiles the modules that were added since the last look: a list of records [next, byte length, functions]. */
  function load() {
    for (;;) {
      const link =
        last === 0 ? control.subarray(words.modules) : new Int32Array(memory.buffer, last, 1);
      const next = Atomics.load(link, 0) >>> 0; // an address, which may lie beyond 2 GiB
      if (next === 0) return;
      last = next;
      const [, byteLength, count] = new Int32Array(memory.buffer, next, 3);
      const bytes = new Uint8Array(memory.buffer, next + 12, byteLength).slice();
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
        m: { m: memory },
      });
      for (let i = 0; i < count; i++) functions.push(exports[i]);
    }
  }

  // A thread that is ended while koffi opens takes the process with it: closing waits for opening, and forbids it after.
  Atomics.add(control, words.opening, 1);
  let drive = null;
  try {
    if (native && Atomics.load(control, words.closing) === 0) drive = machineCode(native);
  } finally {
    Atomics.sub(control, words.opening, 1);
  }
  Atomics.add(control, words.ready, 1);
  let idle = 0;
  for (;;) {
    const threads = Atomics.load(control, words.threads);
    if (thread >= threads) {
      Atomics.wait(control, words.threads, threads);
      continue;
    }
    const ticket = Atomics.load(control, words.ticket);
    let left = ticket & 4095;
    if (left === 0) {
      if (++idle < 20000) continue;
      const wake = Atomics.load(control, words.wake);
      Atomics.add(control, words.sleepers, 1);
      if ((Atomics.load(control, words.ticket) & 4095) === 0) {
        Atomics.wait(control, words.wake, wake);
      }
      Atomics.sub(control, words.sleepers, 1);
      idle = 0;
      continue;
    }
    idle = 0;
    if (drive) {
      left = drive(scratchWord * 4);
      if (left === 0) continue;
    } else if (Atomics.compareExchange(control, words.ticket, ticket, ticket - 1) !== ticket) {
      continue;
    }
    try {
      const slot = Atomics.load(control, words.slot);
      if (slot >= functions.length) load();
      const task = Atomics.load(control, words.tasks) - left;
      functions[slot](Atomics.load(control, words.args), task, Atomics.load(control, scratchWord));
    } catch {
      Atomics.store(control, words.failed, 1);
    }
    Atomics.add(control, words.done, 1);
  }
}

if (port.once) port.once('message', work);
else port.onmessage = (event) => work(event.data);
