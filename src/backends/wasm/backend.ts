import type { DType, Storage, TypedArray } from '../../tensor/index.ts';
import type { Backend, MemoryUse, Plan, Precision } from '../backend.ts';
import type { Kernel, KernelName, Kernels, Launch } from '../kernels.ts';
import { operationsOf, Profile, type ProfileReport } from '../profile.ts';
import { Allocator } from './allocator.ts';
import { type TargetTraits, wasmTraits } from './builder/index.ts';
import { checkExtent } from './extent.ts';
import { fuse } from './fusion.ts';
import { emitters } from './kernels/index.ts';
import { type KnownProgram, KnownPrograms, type Scratch } from './known-programs.ts';
import { LinearMemory } from './memory.ts';
import { type NativeChoice, type NativeCode, openNative } from './native.ts';
import { type Phase, PhaseList } from './phases.ts';
import { placeTransients, relocate, withoutDeadLaunches } from './placement.ts';
import { controlOffsets, ThreadPool } from './pool.ts';
import { Prepared } from './prepared.ts';
import { KernelLibrary, Program } from './program.ts';
import { SharedRegion } from './shared-region.ts';
import { type Arena, FixedStorage, WasmStorage } from './storage.ts';
import { requireWebAssembly } from './support.ts';

export interface WasmBackendOptions {
  /** Kernels for the dtypes and layouts that have none of their own here; they work on this backend's memory. */
  readonly reference: Kernels;
  readonly threads: number;
  /** Measure every kernel from the start. */
  readonly profiling?: boolean;
  /** Whether products must be rounded once, whatever it costs; 'exact' by default. */
  readonly precision?: Precision;
  /** Which machine code to run, if any; by default the widest that the processor has. */
  readonly native?: NativeChoice;
}

const controlBytes = 65536;

/** WebAssembly with SIMD, and threads where memory can be shared. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly synchronous = true;
  readonly #arena: Arena;
  readonly #reference: Kernels;
  readonly #pool: ThreadPool;
  readonly #library: KernelLibrary;
  readonly #target: TargetTraits;
  /** What plans compute on the way, and what their kernels work in. */
  readonly #transients: SharedRegion;
  readonly #scratch: SharedRegion;
  readonly #known = new KnownPrograms();
  #profile: Profile | null = null;
  readonly #code: NativeCode | null;
  /** Which machine code runs the kernels, or why none does. */
  readonly native: string;
  readonly precision: Precision;

  constructor({
    reference,
    threads,
    profiling = false,
    native: choice,
    precision = 'exact',
  }: WasmBackendOptions) {
    requireWebAssembly();
    const memory = new LinearMemory();
    const allocator = new Allocator(controlBytes, memory.buffer.byteLength, (n) => memory.grow(n));
    this.#arena = {
      memory,
      allocator,
      collected: new FinalizationRegistry((address) => allocator.free(address)),
    };
    this.#transients = new SharedRegion(allocator);
    this.#scratch = new SharedRegion(allocator);
    this.#reference = reference;
    this.precision = precision;
    const native = openNative(memory.buffer, memory.shared, controlOffsets, choice);
    const code = typeof native === 'string' ? null : native;
    this.#code = code;
    this.native = typeof native === 'string' ? native : native.target.name;
    this.#target = code?.target ?? wasmTraits(precision);
    this.#pool = new ThreadPool(memory, code);
    this.#library = new KernelLibrary(this.#arena, this.#pool, this.#target, code);
    this.threads = threads;
    this.profiling = profiling;
  }

  get description(): string {
    const { shared } = this.#arena.memory;
    const code = this.#target.name === 'wasm' ? `(no machine code: ${this.native})` : this.native;
    const threads = `${this.threads} thread${this.threads > 1 ? 's' : ''}`;
    const products =
      this.#target.products === 'emulated'
        ? ', fused multiply-add emulated: slow (GRADUS_PRECISION=fast does without)'
        : '';
    return `WebAssembly SIMD, ${code}, ${threads}${products}${shared ? '' : ' (memory cannot be shared here)'}`;
  }

  /** Bytes of machine code made so far. */
  get codeBytes(): number {
    return this.#code?.bytes ?? 0;
  }

  get threads(): number {
    return this.#pool.threads;
  }

  set threads(threads: number) {
    this.#pool.resize(threads);
    this.#known.clear(); // each thread needs scratch memory
  }

  allocate(dtype: DType, length: number, data?: TypedArray): Storage {
    const storage = new WasmStorage(this.#arena, dtype, length);
    const { array } = storage;
    if (data) array.set(data);
    return storage;
  }

  reserve(dtype: DType, length: number): Storage {
    return new WasmStorage(this.#arena, dtype, length);
  }

  write(storage: Storage, data: TypedArray, at = 0): void {
    storage.array.set(data, at);
  }

  run(launch: Launch): void {
    const known = this.#known.find(launch);
    const holds = known !== null && this.#takeAgain(known.scratch);
    const { program, scratch } = holds ? known : this.#prepare(launch, known);
    this.#profile?.count(launch.kernel, operationsOf(launch));
    program.run();
    noteChanges(launch);
    program.dispose();
    for (const { address } of scratch) this.#arena.allocator.free(address);
  }

  /** The program of a launch; kept in place of an `old` one, unless kernels of the reference are in it, which hold views. */
  #prepare(launch: Launch, old: KnownProgram | null): KnownProgram {
    const scratch: Scratch[] = [];
    const { phases } = this.#emit(
      launch,
      new PhaseList(this.#target, launch.kernel, (bytes) => {
        const address = this.#arena.allocator.allocate(bytes);
        scratch.push({ bytes, address });
        return address;
      }),
    );
    const program = new Program(
      phases,
      ...([this.#arena, this.#library, this.#pool, this.#profile] as const),
      'common',
    );
    const known = { program, scratch };
    if (program.common && !phases.some((phase) => 'host' in phase)) {
      this.#known.add(launch, known, old);
    }
    return known;
  }

  /** Allocates scratch memory where it was before; gives it back and says so if that is taken. */
  #takeAgain(scratch: readonly Scratch[]): boolean {
    const { allocator } = this.#arena;
    const taken: number[] = [];
    for (const { bytes, address } of scratch) {
      taken.push(allocator.allocate(bytes));
      if (taken[taken.length - 1] === address) continue;
      for (const each of taken) allocator.free(each);
      return false;
    }
    return true;
  }

  plan(launches: readonly Launch[], transient: ReadonlySet<Storage>): Plan {
    const { allocator } = this.#arena;
    const live = fuse(withoutDeadLaunches(launches, transient), transient);
    const bytesOf = (storage: Storage): number => (storage as WasmStorage).byteLength;
    const { offsets, bytes } = placeTransients(live, transient, bytesOf);
    const transients = this.#transients.acquire(bytes);
    const placed = new Map<Storage, Storage>();
    for (const [storage, offset] of offsets) {
      placed.set(
        storage,
        new FixedStorage(this.#arena, storage.dtype, storage.length, transients.address + offset),
      );
    }
    const moved = live.map((launch) => relocate(launch, (s) => placed.get(s) ?? s));
    // Two passes: the first tells how much memory the work takes.
    const measured = new Prepared(live, transient, 0);
    let { scratchBytes } = this.#emitAll(moved, 0, measured);
    if (measured.isTooLarge) scratchBytes = this.#emitAll(moved, 0, null).scratchBytes;
    const region = this.#scratch.acquire(scratchBytes);
    const keeps = measured.bytes > 0 && !measured.isTooLarge;
    const kept = keeps ? allocator.allocate(measured.bytes) : 0;
    const prepared = keeps ? new Prepared(live, transient, kept) : null;
    const { phases } = this.#emitAll(moved, region.address, prepared);
    const profile = this.#profile;
    const program = new Program(phases, this.#arena, this.#library, this.#pool, profile);
    const first = prepared
      ? new Program(prepared.phases, this.#arena, this.#library, this.#pool, profile)
      : null;
    return {
      // The launches hold the storages outside the plan, whose addresses the program has.
      launches: moved,
      run: () => {
        if (profile) for (const launch of moved) profile.count(launch.kernel, operationsOf(launch));
        if (prepared?.isDue()) first?.run();
        program.run();
        for (const launch of moved) noteChanges(launch);
      },
      dispose: () => {
        program.dispose();
        first?.dispose();
        if (kept) allocator.free(kept);
        transients.release();
        region.release();
      },
    };
  }

  /** The phases of a plan's launches, whose scratch memory begins at `base`. */
  #emitAll(
    launches: readonly Launch[],
    base: number,
    prepared: Prepared | null,
  ): { phases: Phase[]; scratchBytes: number } {
    const scratch = new SharedScratch(this.#target, prepared);
    const phases = launches.flatMap((launch) => {
      const list = scratch.startLaunch(base, launch);
      this.#emit(launch, list);
      return list.phases;
    });
    return { phases, scratchBytes: scratch.bytes };
  }

  set profiling(on: boolean) {
    this.#known.clear();
    this.#profile = on ? new Profile() : null;
    this.#pool.handOffs = 0;
  }

  profile(): ProfileReport | null {
    if (!this.#profile) return null;
    return {
      ...this.#profile.summarize(),
      handOffs: this.#pool.handOffs,
      peakBytes: this.#arena.allocator.peak,
    };
  }

  memory(): MemoryUse {
    const { allocator, memory } = this.#arena;
    return {
      used: allocator.used,
      reserved: memory.buffer.byteLength,
      peak: allocator.peak,
      storages: allocator.blocks,
    };
  }

  #emit(launch: Launch, phases: PhaseList): PhaseList {
    const { kernel, inputs, outputs, attributes } = launch;
    const emit = emitters[kernel] as
      | ((...call: [typeof inputs, typeof outputs, unknown, PhaseList]) => boolean)
      | undefined;
    if (outputs.every(({ shape }) => shape.includes(0))) return phases;
    for (const view of [...inputs, ...outputs]) checkExtent(kernel, view, this.#arena.memory);
    if (emit?.(inputs, outputs, attributes, phases)) return phases;
    const reference = this.#reference[kernel] as Kernel<KernelName>;
    phases.host(() => reference(inputs, outputs, attributes as never));
    return phases;
  }
}

/** What the launch has written is not what it was. */
function noteChanges({ outputs }: Launch): void {
  for (const { storage } of outputs) if (storage instanceof WasmStorage) storage.version++;
}

/** Launches run one after the other, so all of them may use the same scratch memory. */
class SharedScratch {
  bytes = 0;
  readonly #target: TargetTraits;
  readonly #prepared: Prepared | null;

  constructor(target: TargetTraits, prepared: Prepared | null) {
    this.#target = target;
    this.#prepared = prepared;
  }

  startLaunch(base: number, { kernel }: Launch): PhaseList {
    let next = 0;
    const allocate = (bytes: number): number => {
      const address = base + next;
      next += Math.ceil(bytes / 64) * 64;
      this.bytes = Math.max(this.bytes, next);
      return address;
    };
    return new PhaseList(this.#target, kernel, allocate, this.#prepared);
  }
}
