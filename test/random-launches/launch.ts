import type { KernelAttributes, KernelName } from '../../src/backends/index.ts';
import type { Operand } from './operands.ts';

/** A launch without a backend. The same operand may be an input and an output. */
export interface RandomLaunch<K extends KernelName = KernelName> {
  readonly kernel: K;
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
  readonly attributes: KernelAttributes[K];
}

export interface Taste {
  /** Only what float32 computes about as well as float64: no infinities, no formula that magnifies errors. */
  readonly tame: boolean;
}
