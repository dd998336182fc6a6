import type { KernelBuilder, TargetTraits } from './builder/index.ts';
import type { Prepared } from './prepared.ts';

/** A function to be generated once: equal keys mean equal code. */
export interface KernelSpec {
  readonly key: string;
  readonly write: (b: KernelBuilder) => void;
  /** Bytes of memory that each thread needs for itself. */
  readonly scratch?: number;
}

/** A float32 argument; plain numbers are int32. */
export class FloatArgument {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export type Argument = number | FloatArgument;

/** A phase is left out of runs in which the int32 at `address` is not `wanted`. */
export interface Guard {
  readonly address: number;
  readonly wanted: number;
}

/** One parallel step: `tasks` independent calls of a kernel; the next phase starts when all are done. */
export interface KernelPhase {
  readonly spec: KernelSpec;
  readonly args: readonly Argument[];
  readonly tasks: number;
  readonly guard?: Guard | null;
  /** The operation that it belongs to, for profiles. */
  readonly operation: string;
}

/** Work that stays on the calling thread: kernels that only the reference has. */
export interface HostPhase {
  readonly host: () => void;
  readonly operation: string;
}

export type Phase = KernelPhase | HostPhase;

/** Collects what a launch becomes. */
export class PhaseList {
  readonly phases: Phase[] = [];
  /** What the kernels will run on: tiles and panels are cut to its registers, sums never are. */
  readonly target: TargetTraits;
  readonly #operation: string;
  #guard: Guard | null = null;
  readonly #allocateScratch: (bytes: number) => number;

  readonly #prepared: Prepared | null;
  #preparing = false;

  constructor(
    target: TargetTraits,
    operation: string,
    allocateScratch: (bytes: number) => number,
    prepared: Prepared | null = null,
  ) {
    this.target = target;
    this.#operation = operation;
    this.#allocateScratch = allocateScratch;
    this.#prepared = prepared;
  }

  run(spec: KernelSpec, args: readonly Argument[], tasks: number): void {
    if (tasks === 0) return;
    const phases = this.#preparing ? (this.#prepared as Prepared).phases : this.phases;
    phases.push({ spec, args, tasks, guard: this.#guard, operation: this.#operation });
  }

  /**
   * Memory that `emit` fills from a filter: in a plan that does not change the filter once, else in each run. Gives its
   * address.
   */
  prepare(filter: number, bytes: number, emit: (out: number) => void): number {
    // What only some runs do is not done beforehand.
    if (this.#guard || !this.#prepared?.covers(filter)) {
      const out = this.scratch(bytes);
      emit(out);
      return out;
    }
    const out = this.#prepared.allocate(bytes);
    this.#preparing = true;
    emit(out);
    this.#preparing = false;
    return out;
  }

  /** What `emit` asks for is done only in runs in which the int32 at `address` is `wanted`. */
  when(address: number, wanted: number, emit: () => void): void {
    this.#guard = { address, wanted };
    emit();
    this.#guard = null;
  }

  host(work: () => void): void {
    this.phases.push({ host: work, operation: this.#operation });
  }

  /** Memory shared by all tasks of this launch and gone after it. */
  scratch(bytes: number): number {
    return this.#allocateScratch(bytes);
  }
}
