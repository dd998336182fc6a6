import type { Kernels } from '../../kernels.ts';
import { argReduce } from './arg-reduce.ts';
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from './conv2d.ts';
import { elementwise } from './elementwise.ts';
import { gather } from './gather.ts';
import { gatherElements, scatterElements } from './gather-elements.ts';
import { matMul } from './mat-mul.ts';
import { pool2d, pool2dGrad } from './pool2d.ts';
import { random } from './random.ts';
import { reduce } from './reduce.ts';
import { scan } from './scan.ts';
import { scatter } from './scatter.ts';
import { sort } from './sort.ts';
import { sparseMatMul, sparseMatMulGrad } from './sparse-mat-mul.ts';

/**
 * Every kernel in plain TypeScript, for all dtypes and any strides, computed in float64 and rounded when stored. They work on
 * any storage with an `array`, and write the elements of the output views alone.
 */
export const referenceKernels: Kernels = {
  elementwise,
  reduce,
  argReduce,
  matMul,
  conv2d,
  conv2dInputGrad,
  conv2dFilterGrad,
  pool2d,
  pool2dGrad,
  gather,
  scatter,
  gatherElements,
  scatterElements,
  sort,
  scan,
  random,
  sparseMatMul,
  sparseMatMulGrad,
};
