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
}

/** Work that stays on the calling thread: kernels that only the reference has. */
export interface HostPhase {
  readonly host: () => void;
}

export type Phase = KernelPhase | HostPhase;

/** Collects what a launch becomes. */
export class PhaseList {
  readonly phases: Phase[] = [];
  /** What the kernels will run on: tiles and panels are cut to its registers, sums never are. */
  readonly target: TargetTraits;
  readonly #allocateScratch: (bytes: number) => number;

  constructor(target: TargetTraits, allocateScratch: (bytes: number) => number) {
    this.target = target;
    this.#allocateScratch = allocateScratch;
  }

  run(spec: KernelSpec, args: readonly Argument[], tasks: number): void {
    if (tasks > 0) this.phases.push({ spec, args, tasks });
  }

  host(work: () => void): void {
    this.phases.push({ host: work });
  }

  /** Memory shared by all tasks of this launch and gone after it. */
  scratch(bytes: number): number {
    return this.#allocateScratch(bytes);
  }
}
