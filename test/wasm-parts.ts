// The parts of the wasm backend, put together without a backend around them.
import { Allocator } from '../src/backends/wasm/allocator.ts';
import { type TargetTraits, wasmTraits } from '../src/backends/wasm/builder/index.ts';
import { LinearMemory } from '../src/backends/wasm/memory.ts';
import { type NativeChoice, type NativeCode, openNative } from '../src/backends/wasm/native.ts';
import type { KernelSpec } from '../src/backends/wasm/phases.ts';
import { controlOffsets, ThreadPool } from '../src/backends/wasm/pool.ts';
import { KernelLibrary, Program } from '../src/backends/wasm/program.ts';
import type { Arena } from '../src/backends/wasm/storage.ts';

export interface WasmParts {
  readonly memory: LinearMemory;
  readonly allocator: Allocator;
  readonly arena: Arena;
  readonly native: NativeCode | null;
  /** Why there is no machine code of the wanted kind; empty if there is, or none was wanted. */
  readonly missing: string;
  readonly target: TargetTraits;
  readonly pool: ThreadPool;
  readonly library: KernelLibrary;
  /** Runs the tasks of one kernel. */
  run(spec: KernelSpec, args: readonly number[], tasks?: number): void;
}

/** `traits` are those of WebAssembly where there is no machine code; by default the engine's own. */
export function openParts(
  choice: NativeChoice,
  threads = 1,
  traits: TargetTraits = wasmTraits('exact'),
): WasmParts {
  const memory = new LinearMemory();
  const allocator = new Allocator(65536, memory.buffer.byteLength, (n) => memory.grow(n));
  const arena: Arena = { memory, allocator, collected: new FinalizationRegistry(() => {}) };
  const opened = openNative(memory.buffer, memory.shared, controlOffsets, choice);
  const native = typeof opened === 'string' ? null : opened;
  const target = native?.target ?? traits;
  const pool = new ThreadPool(memory, native);
  const library = new KernelLibrary(arena, pool, target, native);
  pool.resize(threads);
  return {
    memory,
    allocator,
    arena,
    native,
    missing: choice === '0' || typeof opened !== 'string' ? '' : opened,
    target,
    pool,
    library,
    run: (spec, args, tasks = 1) => {
      const phase = { spec, args, tasks, operation: 'test' };
      const program = new Program([phase], arena, library, pool, null);
      try {
        program.run();
      } finally {
        program.dispose();
      }
    },
  };
}
