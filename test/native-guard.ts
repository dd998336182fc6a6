// Runs random launches with inaccessible pages right before and behind every piece of memory: operands, scratch memory,
// argument blocks. A process of its own, since machine code that goes astray ends it; it says beforehand what it runs.
// node … test/native-guard.ts 0|avx2|avx512 before|behind LAUNCHES [astray]
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Allocator } from '../src/backends/wasm/allocator.ts';
import { wasmTraits } from '../src/backends/wasm/builder/index.ts';
import { emitters } from '../src/backends/wasm/kernels/index.ts';
import { LinearMemory } from '../src/backends/wasm/memory.ts';
import { type NativeChoice, openNative } from '../src/backends/wasm/native.ts';
import { PhaseList } from '../src/backends/wasm/phases.ts';
import { controlOffsets, ThreadPool } from '../src/backends/wasm/pool.ts';
import { KernelLibrary, Program } from '../src/backends/wasm/program.ts';
import { WasmStorage } from '../src/backends/wasm/storage.ts';
import {
  describeLaunch,
  fusedLaunch,
  kernelNames,
  placeLaunch,
  randomLaunch,
} from './random-launches/index.ts';

const [choice, side, wanted, astray] = process.argv.slice(2) as [
  NativeChoice,
  'before' | 'behind',
  string,
  string?,
];
const pageBytes = 4096;
const [noAccess, readWrite] = [0, 3];

const memory = new LinearMemory();
const koffi = createRequire(import.meta.url)('koffi');
const system = koffi.load(null);
const protect = system.func('int mprotect(uint64_t, size_t, int)');
const identity = system.func('uint64_t memmove(void *, void *, size_t)');
const firstByte = new Uint8Array(memory.buffer, 0, 1);
const start = Number(identity(firstByte, firstByte, 0));

function setAccess(address: number, access: number): void {
  if (protect(start + address, pageBytes, access) !== 0) throw new Error('mprotect failed');
}

/** Gives pieces that end, or begin, exactly where an inaccessible page begins, or ends. */
class GuardedAllocator extends Allocator {
  readonly #pieces = new Map<number, { readonly address: number; readonly guards: number[] }>();

  override allocate(bytes: number): number {
    const pages = Math.max(1, Math.ceil(bytes / pageBytes));
    const whole = super.allocate((pages + 3) * pageBytes);
    const first = Math.ceil(whole / pageBytes) * pageBytes;
    const data = first + pageBytes;
    const guards = [first, data + pages * pageBytes];
    for (const guard of guards) setAccess(guard, noAccess);
    // Words must stay aligned for typed arrays: odd bytes end up to 3 bytes before the guard.
    const room = Math.ceil(bytes / 4) * 4;
    const address = side === 'before' ? data : data + pages * pageBytes - room;
    this.#pieces.set(address, { address: whole, guards });
    return address;
  }

  override free(address: number): void {
    const piece = this.#pieces.get(address);
    if (!piece) throw new RangeError(`address ${address} is not allocated`);
    this.#pieces.delete(address);
    for (const guard of piece.guards) setAccess(guard, readWrite);
    super.free(piece.address);
  }

  freeAll(): void {
    for (const address of [...this.#pieces.keys()]) this.free(address);
  }
}

const allocator = new GuardedAllocator(65536, memory.buffer.byteLength, (n) => memory.grow(n));
const arena = { memory, allocator, collected: new FinalizationRegistry<number>(() => {}) };
const native = openNative(memory.buffer, memory.shared, controlOffsets, choice);
const code = typeof native === 'string' ? null : native;
const target = code?.target ?? wasmTraits('exact');
const pool = new ThreadPool(memory, code);

let emitted = 0;
for (let index = 0; index < Number(wanted); index++) {
  const drawn = kernelNames.map((kernel) => randomLaunch(kernel, 5000 + index, { tame: false }));
  for (const draft of [...drawn, ...[0, 1, 2, 3].map((i) => fusedLaunch(9000 + index * 4 + i))]) {
    const { kernel } = draft;
    const emit = emitters[kernel] as
      | ((inputs: unknown, outputs: unknown, attributes: unknown, phases: PhaseList) => boolean)
      | undefined;
    if (!emit) continue;
    writeSync(1, `${describeLaunch(draft)}\n`);
    const launch = placeLaunch(draft, ({ dtype, contents }) => {
      const storage = new WasmStorage(arena, dtype, contents.length);
      storage.array.set(contents);
      return storage;
    });
    const phases = new PhaseList(target, kernel, (bytes) => allocator.allocate(bytes));
    if (emit(launch.inputs, launch.outputs, launch.attributes, phases)) {
      // A library of its own: scratch memory is as large as this launch asks for.
      const library = new KernelLibrary(arena, pool, target, code);
      new Program(phases.phases, arena, library, pool, null).run();
      emitted++;
    }
    allocator.freeAll();
  }
}

writeSync(1, `done ${emitted}\n`);

// The guards must guard: a kernel that reads one element too far has to end here.
if (astray) {
  const { address } = new WasmStorage(arena, 'float32', 1024);
  const phases = new PhaseList(target, 'astray', (bytes) => allocator.allocate(bytes));
  const place = side === 'before' ? address - 4 : address + 4096;
  phases.run(
    { key: 'astray', write: (b) => b.store(b.arg(1), 0, b.let(b.load('f32', b.arg(0)))) },
    [place, address],
    1,
  );
  const library = new KernelLibrary(arena, pool, target, code);
  new Program(phases.phases, arena, library, pool, null).run();
  writeSync(1, 'not stopped\n');
}
