import type { Profile } from '../profile.ts';
import {
  encodeModule,
  KernelBuilder,
  type KernelCode,
  type TargetTraits,
  wasmTraitsBeside,
} from './builder/index.ts';
import type { NativeCode } from './native.ts';
import type { FloatArgument, KernelSpec, Phase } from './phases.ts';
import { argumentRoom, type CompiledKernel, type KernelFunction, type ThreadPool } from './pool.ts';
import type { Arena } from './storage.ts';

const words = new Int32Array(1);
const floats = new Float32Array(words.buffer);

const neverCalled: KernelFunction = () => {
  throw new Error('this kernel is machine code');
};

function writeKernel(spec: KernelSpec, target: TargetTraits): KernelCode {
  const builder = new KernelBuilder(target);
  spec.write(builder);
  return builder.finish();
}

/** Generates, compiles and keeps kernels; hands the threads what they need of them. */
export class KernelLibrary {
  readonly #arena: Arena;
  readonly #pool: ThreadPool;
  readonly #native: NativeCode | null;
  /** What WebAssembly is generated for: all kernels, or those that have no machine code. */
  readonly #wasmTarget: TargetTraits;
  readonly #compiled = new Map<string, CompiledKernel>();
  #slots = 0;
  #lastModule = 0;
  #scratchBytes = 0;
  #scratchAddresses: number[] = [];

  constructor(arena: Arena, pool: ThreadPool, target: TargetTraits, native: NativeCode | null) {
    this.#arena = arena;
    this.#pool = pool;
    this.#wasmTarget = native ? wasmTraitsBeside(native.target) : target;
    this.#native = native;
  }

  /** Kernels generated so far. */
  get size(): number {
    return this.#compiled.size;
  }

  /** Compiles, as one module, what is not there yet. */
  prepare(specs: readonly KernelSpec[]): void {
    const missing = new Map<string, KernelSpec>();
    for (const spec of specs) if (!this.#compiled.has(spec.key)) missing.set(spec.key, spec);
    if (missing.size) this.#compile([...missing.values()]);
    this.#reserveScratch(Math.max(0, ...specs.map((spec) => spec.scratch ?? 0)));
  }

  get(spec: KernelSpec): CompiledKernel {
    return this.#compiled.get(spec.key) as CompiledKernel;
  }

  #compile(specs: readonly KernelSpec[]): void {
    const rest = this.#native ? this.#compileNative(this.#native, specs) : specs;
    if (rest.length) this.#compileWasm(rest);
  }

  /** Gives those that have to run in WebAssembly, on the same memory: their code needs what the encoder has not. */
  #compileNative(native: NativeCode, specs: readonly KernelSpec[]): KernelSpec[] {
    const encoded: { readonly spec: KernelSpec; readonly code: Uint8Array }[] = [];
    const rest: KernelSpec[] = [];
    for (const spec of specs) {
      const kernel = writeKernel(spec, native.target);
      const code = native.encode(kernel);
      if (code) encoded.push({ spec, code });
      else rest.push(spec);
    }
    native.place(encoded.map(({ code }) => code)).forEach((address, i) => {
      const { key } = encoded[i].spec;
      this.#compiled.set(key, { slot: 0, call: neverCalled, native: address });
    });
    return rest;
  }

  #compileWasm(specs: readonly KernelSpec[]): void {
    const target = this.#wasmTarget;
    const { memory, allocator } = this.#arena;
    const bytes = encodeModule(
      specs.map((spec) => writeKernel(spec, target)),
      memory,
    );
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      m: { m: memory.memory },
    });
    specs.forEach((spec, i) => {
      const call = instance.exports[i] as KernelFunction;
      this.#compiled.set(spec.key, { slot: this.#slots++, call, native: 0 });
    });
    if (!memory.shared) return;
    const record = allocator.allocate(12 + bytes.length);
    new Int32Array(memory.buffer, record, 3).set([0, bytes.length, specs.length]);
    new Uint8Array(memory.buffer, record + 12, bytes.length).set(bytes);
    this.#pool.publishModule(record, this.#lastModule);
    this.#lastModule = record;
  }

  #reserveScratch(bytes: number): void {
    const threads = this.#pool.started;
    if (bytes <= this.#scratchBytes && this.#scratchAddresses.length >= threads) return;
    for (const address of this.#scratchAddresses) this.#arena.allocator.free(address);
    this.#scratchBytes = Math.max(bytes, this.#scratchBytes);
    this.#scratchAddresses = Array.from({ length: threads }, () =>
      this.#arena.allocator.allocate(this.#scratchBytes),
    );
    this.#pool.setScratch(this.#scratchAddresses);
  }
}

/**
 * A list of phases with their argument blocks: running it allocates nothing. The blocks lie in memory of its own or, if they fit,
 * in the room that programs have in common, where each run writes them.
 */
export class Program {
  readonly #steps: readonly (() => void)[];
  readonly #arena: Arena;
  readonly #block: number;
  /** What each run writes; null where the blocks stay in place. */
  readonly #words: Int32Array | null;

  constructor(
    phases: readonly Phase[],
    arena: Arena,
    library: KernelLibrary,
    pool: ThreadPool,
    profile: Profile | null,
    place: 'own' | 'common' = 'own',
  ) {
    this.#arena = arena;
    library.prepare(phases.flatMap((phase) => ('spec' in phase ? [phase.spec] : [])));
    const total = phases.reduce((n, p) => n + ('spec' in p ? p.args.length : 0), 0);
    const common = place === 'common' && total * 4 <= argumentRoom.bytes;
    this.#block = common ? argumentRoom.address : arena.allocator.allocate(total * 4);
    this.#words = common ? new Int32Array(total) : null;
    const block = this.#words ?? new Int32Array(arena.memory.buffer, this.#block, total);
    let next = 0;
    const steps = phases.map((phase) => {
      if (!('spec' in phase)) return phase.host;
      const { spec, args, tasks, guard } = phase;
      const at = this.#block + next * 4;
      for (const arg of args) block[next++] = wordOf(arg);
      const kernel = library.get(spec);
      if (!guard) return () => pool.run(kernel, at, tasks);
      const { address, wanted } = guard;
      let flag = new Int32Array(arena.memory.buffer, address, 1);
      return () => {
        // Memory that is not shared changes its place when it grows.
        if (flag.length === 0) flag = new Int32Array(arena.memory.buffer, address, 1);
        if (flag[0] === wanted) pool.run(kernel, at, tasks);
      };
    });
    this.#steps = profile ? steps.map((step, i) => timed(step, phases[i], profile)) : steps;
  }

  /** Whether it has no memory of its own. */
  get common(): boolean {
    return this.#words !== null;
  }

  run(): void {
    if (this.#words) this.#arena.memory.control.set(this.#words, this.#block / 4);
    for (const step of this.#steps) step();
  }

  dispose(): void {
    if (!this.common) this.#arena.allocator.free(this.#block);
  }
}

function timed(step: () => void, phase: Phase, profile: Profile): () => void {
  const kernel = 'spec' in phase ? phase.spec.key.split('|', 1)[0] : 'reference';
  return () => {
    const start = performance.now();
    step();
    profile.add(phase.operation, kernel, performance.now() - start);
  };
}

function wordOf(arg: number | FloatArgument): number {
  if (typeof arg === 'number') return arg;
  floats[0] = arg.value;
  return words[0];
}
