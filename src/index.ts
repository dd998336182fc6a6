/** The front door: what most programs need. Every folder has more under its own name (`gradus/ops`, `gradus/layers`, …). */
import './backends/index.ts';
import './ops/methods.ts';

export {
  type BackwardOptions,
  type DataFlowGraph,
  type GradientOptions,
  grad,
  gradients,
  noGrad,
} from './autograd/index.ts';
export {
  backendNames,
  type MemoryUse,
  openBackend,
  setBackend,
  setThreads,
} from './backends/index.ts';
export { getBackend } from './backends/registry.ts';
export { type CustomObjects, withCustomObjects } from './config/index.ts';
export * as constraints from './constraints/index.ts';
export {
  ArraySource,
  DataLoader,
  type DataLoaderOptions,
  Dataset,
  type HostArray,
  multiHot,
  type PadOptions,
  padSequences,
  Sequences,
  toCategorical,
} from './data/index.ts';
export * as datasets from './datasets/index.ts';
export * as initializers from './initializers/index.ts';
export * as layers from './layers/index.ts';
export { Input, KerasTensor, Layer } from './layers/index.ts';
export * as losses from './losses/index.ts';
export { Loss } from './losses/index.ts';
export * as metrics from './metrics/index.ts';
export { Metric } from './metrics/index.ts';
export * as ops from './ops/index.ts';
export {
  abs,
  add,
  arange,
  argmax,
  argmin,
  assign,
  cast,
  clip,
  concat,
  div,
  einsum,
  elementwise,
  exp,
  expandDims,
  eye,
  fromData,
  full,
  fullLike,
  gather,
  getRandomState,
  linspace,
  log,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mul,
  neg,
  oneHot,
  ones,
  onesLike,
  Parameter,
  pad,
  pow,
  random,
  relu,
  reshape,
  SparseMatrix,
  setRandomState,
  setSeed,
  sigmoid,
  softmax,
  split,
  sqrt,
  square,
  squeeze,
  stack,
  sub,
  sum,
  type TensorLike,
  tanh,
  tensor,
  tile,
  topK,
  transpose,
  where,
  zeros,
  zerosLike,
} from './ops/index.ts';
export * as optimizers from './optimizers/index.ts';
export { Optimizer } from './optimizers/index.ts';
export * as regularizers from './regularizers/index.ts';
export * from './tensor/index.ts';
export * from './training/index.ts';
