import {
  backward,
  clearGradient,
  type DataFlowGraph,
  graph,
  installArithmetic,
} from '../autograd/index.ts';
import { Tensor } from '../tensor/index.ts';
import * as ops from './index.ts';

/** Operations that tensors have as methods, the tensor being the first operand. */
export const tensorMethods = {
  abs: ops.abs,
  acos: ops.acos,
  acosh: ops.acosh,
  add: ops.add,
  all: ops.all,
  any: ops.any,
  argmax: ops.argmax,
  argmin: ops.argmin,
  argsort: ops.argsort,
  asin: ops.asin,
  asinh: ops.asinh,
  atan: ops.atan,
  atan2: ops.atan2,
  atanh: ops.atanh,
  broadcastTo: ops.broadcastTo,
  cast: ops.cast,
  ceil: ops.ceil,
  clip: ops.clip,
  contiguous: ops.contiguous,
  conj: ops.conj,
  copy: ops.copy,
  cos: ops.cos,
  cosh: ops.cosh,
  countNonzero: ops.countNonzero,
  cummax: ops.cummax,
  cummin: ops.cummin,
  cumprod: ops.cumprod,
  cumsum: ops.cumsum,
  diag: ops.diag,
  diagonal: ops.diagonal,
  digamma: ops.digamma,
  div: ops.div,
  dot: ops.dot,
  elu: ops.elu,
  equal: ops.equal,
  erf: ops.erf,
  erfc: ops.erfc,
  erfinv: ops.erfinv,
  exp: ops.exp,
  expandDims: ops.expandDims,
  expm1: ops.expm1,
  flatten: ops.flatten,
  flip: ops.flip,
  floor: ops.floor,
  floorDiv: ops.floorDiv,
  gather: ops.gather,
  gelu: ops.gelu,
  greater: ops.greater,
  greaterEqual: ops.greaterEqual,
  imag: ops.imag,
  index: ops.index,
  isClose: ops.isClose,
  isFinite: ops.isFinite,
  isInf: ops.isInf,
  isNaN: ops.isNaN,
  leakyRelu: ops.leakyRelu,
  less: ops.less,
  lessEqual: ops.lessEqual,
  lgamma: ops.lgamma,
  log: ops.log,
  log10: ops.log10,
  log1p: ops.log1p,
  log2: ops.log2,
  logSigmoid: ops.logSigmoid,
  logSoftmax: ops.logSoftmax,
  logSumExp: ops.logSumExp,
  logicalAnd: ops.logicalAnd,
  logicalNot: ops.logicalNot,
  logicalOr: ops.logicalOr,
  logicalXor: ops.logicalXor,
  matmul: ops.matmul,
  max: ops.max,
  maximum: ops.maximum,
  mean: ops.mean,
  min: ops.min,
  minimum: ops.minimum,
  mod: ops.mod,
  moveAxis: ops.moveAxis,
  mul: ops.mul,
  narrow: ops.narrow,
  neg: ops.neg,
  norm: ops.norm,
  normalize: ops.normalize,
  notEqual: ops.notEqual,
  outer: ops.outer,
  pad: ops.pad,
  pow: ops.pow,
  prod: ops.prod,
  putAlongAxis: ops.putAlongAxis,
  ravel: ops.ravel,
  real: ops.real,
  reciprocal: ops.reciprocal,
  relu: ops.relu,
  repeat: ops.repeat,
  relu6: ops.relu6,
  reshape: ops.reshape,
  roll: ops.roll,
  round: ops.round,
  rsqrt: ops.rsqrt,
  scatterAdd: ops.scatterAdd,
  scatterSet: ops.scatterSet,
  selu: ops.selu,
  sigmoid: ops.sigmoid,
  sign: ops.sign,
  silu: ops.silu,
  sin: ops.sin,
  sinh: ops.sinh,
  slice: ops.slice,
  softmax: ops.softmax,
  softplus: ops.softplus,
  sort: ops.sort,
  split: ops.split,
  sqrt: ops.sqrt,
  square: ops.square,
  squeeze: ops.squeeze,
  std: ops.std,
  sub: ops.sub,
  sum: ops.sum,
  swapAxes: ops.swapAxes,
  takeAlongAxis: ops.takeAlongAxis,
  tan: ops.tan,
  tanh: ops.tanh,
  tensordot: ops.tensordot,
  tile: ops.tile,
  topK: ops.topK,
  trace: ops.trace,
  transpose: ops.transpose,
  tril: ops.tril,
  triu: ops.triu,
  trunc: ops.trunc,
  unstack: ops.unstack,
  variance: ops.variance,
  /** Fills `grad` of every leaf that this tensor was computed from. */
  backward,
  /** Forgets the gradient. */
  clearGradient,
  /** The recorded computation behind this tensor, as nodes and edges. */
  graph: graph as (root: Tensor) => DataFlowGraph,
} as const;

/** A function of a tensor and other arguments, without the tensor. */
type Method<F> = F extends (x: never, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

type MethodsOf<Table> = { [Name in keyof Table]: Method<Table[Name]> };

/** The methods that importing this file gives to every tensor: `x.add(y)` is `add(x, y)`. */
export interface TensorMethods extends MethodsOf<typeof tensorMethods> {}

declare module '../tensor/tensor.ts' {
  interface Tensor extends TensorMethods {}
}

for (const [name, operation] of Object.entries(tensorMethods)) {
  const call = operation as (x: Tensor, ...rest: unknown[]) => unknown;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]) {
      return call(this, ...rest);
    },
    writable: true,
    configurable: true,
  });
}

installArithmetic({ add: ops.add, onesLike: (x) => ops.onesLike(x), copy: ops.copy });
