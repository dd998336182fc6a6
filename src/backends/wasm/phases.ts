import type { KernelBuilder, TargetTraits } from './builder/index.ts';

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

/** One parallel step: `tasks` independent calls of a kernel; the next phase starts when all are done. */
export interface KernelPhase {
  readonly spec: KernelSpec;
  readonly args: readonly Argument[];
  readonly tasks: number;
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
  readonly #allocateScratch: (bytes: number) => number;

  constructor(target: TargetTraits, operation: string, allocateScratch: (bytes: number) => number) {
    this.target = target;
    this.#operation = operation;
    this.#allocateScratch = allocateScratch;
  }

  run(spec: KernelSpec, args: readonly Argument[], tasks: number): void {
    if (tasks > 0) this.phases.push({ spec, args, tasks, operation: this.#operation });
  }

  host(work: () => void): void {
    this.phases.push({ host: work, operation: this.#operation });
  }

  /** Memory shared by all tasks of this launch and gone after it. */
  scratch(bytes: number): number {
    return this.#allocateScratch(bytes);
  }
}
