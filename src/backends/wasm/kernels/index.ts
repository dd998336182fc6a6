import type { View } from '../../../tensor/index.ts';
import type { KernelAttributes, KernelName } from '../../kernels.ts';
import type { PhaseList } from '../phases.ts';
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from './conv/index.ts';
import { elementwise } from './elementwise.ts';
import { gather, scatter } from './gather.ts';
import { matMul } from './matmul.ts';
import { pool2d, pool2dGrad } from './pool2d.ts';
import { random } from './random.ts';
import { reduce } from './reduce.ts';
import { sparseMatMul, sparseMatMulGrad } from './sparse-matmul.ts';

/** Turns a launch into phases, or returns false where the reference must do it. */
export type Emitter<K extends KernelName> = (
  inputs: readonly View[],
  outputs: readonly View[],
  attributes: KernelAttributes[K],
  phases: PhaseList,
) => boolean;

/** Kernels of this backend; those without an entry run as reference kernels on its memory. */
export const emitters: { readonly [K in KernelName]?: Emitter<K> } = {
  elementwise,
  reduce,
  matMul,
  conv2d,
  conv2dInputGrad,
  conv2dFilterGrad,
  pool2d,
  pool2dGrad,
  random,
  gather,
  scatter,
  sparseMatMul,
  sparseMatMulGrad,
};
