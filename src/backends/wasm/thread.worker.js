// A thread of the wasm backend. It has no imports, so that it runs as it is from source, from dist and behind bundlers.
// It takes tasks off a ticket in shared memory; see pool.ts for the words and the order in which they are written.
const port = globalThis.process?.getBuiltinModule
  ? globalThis.process.getBuiltinModule('node:worker_threads').parentPort
  : globalThis;

/** The function that takes tasks off the ticket and runs them as machine code, until it meets one without. */
function machineCode({ library, driver, memory }) {
  const { createRequire } = process.getBuiltinModule('node:module');
  const koffi = createRequire(library)(library);
  // koffi sets up a thread's call memory when the thread first opens a library.
  koffi.load(null);
  const type = koffi.proto('uint32_t GradusDrive(uint64_t, uint32_t)');
  const pointer = koffi.decode(new BigUint64Array([BigInt(driver)]), 0, koffi.pointer(type));
  return (scratch) => koffi.call(pointer, type, memory, scratch);
}

/** @param {{ memory: WebAssembly.Memory, thread: number, words: Record<string, number>,
 *   native: { library: string, driver: number, memory: number } | null }} start */
function work({ memory, thread, words, native }) {
  const control = new Int32Array(memory.buffer, 0, 16384);
  const drive = native && machineCode(native);
  const functions = [];
  let last = 0;

  /** Compiles the modules that were added since the last look: a list of records [next, byte length, functions]. */
  function load() {
    for (;;) {
      const next =
        last === 0
          ? Atomics.load(control, words.modules)
          : Atomics.load(new Int32Array(memory.buffer, last, 1), 0);
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

  Atomics.add(control, words.ready, 1);
  let idle = 0;
  for (;;) {
    const ticket = Atomics.load(control, words.ticket);
    const remaining = ticket & 4095;
    if (remaining === 0) {
      if (++idle < 20000) continue;
      const wake = Atomics.load(control, words.wake);
      if (wake === -1) return;
      Atomics.add(control, words.sleepers, 1);
      if ((Atomics.load(control, words.ticket) & 4095) === 0) {
        Atomics.wait(control, words.wake, wake);
      }
      Atomics.sub(control, words.sleepers, 1);
      idle = 0;
      continue;
    }
    idle = 0;
    const scratch = Atomics.load(control, words.scratch + thread);
    const native = Atomics.load(control, words.native) !== 0;
    let left = remaining;
    if (drive && native) {
      left = drive(scratch);
      if (left === 0) continue;
    } else if (Atomics.compareExchange(control, words.ticket, ticket, ticket - 1) !== ticket) {
      continue;
    }
    const slot = Atomics.load(control, words.slot);
    if (slot >= functions.length) load();
    const task = Atomics.load(control, words.tasks) - left;
    functions[slot](Atomics.load(control, words.args), task, scratch);
    Atomics.add(control, words.done, 1);
  }
}

if (port.once) port.once('message', work);
else port.onmessage = (event) => work(event.data);
