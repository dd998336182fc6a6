// What `import paddle from 'gradus/paddle'` names: the table of contents of Paddle's door.
import './methods.ts';

export * from './attribute.ts';
export { enableGrad, grad, isGradEnabled, noGrad, setGradEnabled } from './autograd.ts';
export * as autograd from './autograd-module.ts';
export { batch } from './batch.ts';
export * as callbacks from './callbacks-module.ts';
export * from './combination.ts';
export * from './counting.ts';
export { createParameter } from './create-parameter.ts';
export * from './creation.ts';
export { inverse } from './decomposition.ts';
export * as device from './device.ts';
export {
  CPUPlace,
  CUDAPlace,
  getAllDevices,
  getDevice,
  isCompiledWithCuda,
  isCompiledWithXpu,
  Place,
  setDevice,
} from './device.ts';
export * from './draw.ts';
export {
  bfloat16,
  bool,
  complex64,
  type DType,
  float16,
  float32,
  float64,
  getDefaultDtype,
  int8,
  int16,
  int32,
  int64,
  setDefaultDtype,
  uint8,
} from './dtype.ts';
export * from './einsum.ts';
export * from './elementwise.ts';
export { setPrintoptions } from './format-tensor.ts';
export * from './in-place.ts';
export {
  gather,
  gatherNd,
  type IndexItem,
  index,
  indexAdd,
  indexFill,
  indexPut,
  indexSample,
  indexSelect,
  putAlongAxis,
  type Slice,
  scatter,
  scatterAdd,
  scatterNd,
  scatterNdAdd,
  scatterReduce,
  setItem,
  take,
  takeAlongAxis,
} from './indexing.ts';
export * as io from './io/index.ts';
export * as jit from './jit/index.ts';
export * from './joining.ts';
export * from './linalg.ts';
export * as linalg from './linalg-module.ts';
export { load, type StateDict } from './load.ts';
export * from './logic.ts';
export * from './manipulation.ts';
export * from './masking.ts';
export * as metric from './metric/index.ts';
export { flops, Model, type Summary, summary } from './model/index.ts';
export * as nn from './nn/index.ts';
export { ParamAttr } from './nn/param-attr.ts';
export * as optimizer from './optimizer/index.ts';
export { Parameter, type ParameterAttributes } from './parameter.ts';
export {
  gaussian,
  logNormal,
  manualSeed,
  normal,
  rand,
  randint,
  randn,
  randperm,
  seed,
  standardNormal,
  uniform,
} from './random.ts';
export {
  all,
  amax,
  amin,
  any,
  countNonzero,
  cummax,
  cummin,
  cumprod,
  cumsum,
  cumulativeTrapezoid,
  logcumsumexp,
  logsumexp,
  max,
  mean,
  min,
  nanmean,
  nansum,
  prod,
  reduceAs,
  std,
  sum,
  trapezoid,
  variance as var,
} from './reduction.ts';
export * as regularizer from './regularizer.ts';
export { save } from './save.ts';
export * from './search.ts';
export * from './shape.ts';
export { isTensor, Tensor, type TensorLike } from './tensor.ts';
export * as utils from './utils-module.ts';
export * as vision from './vision/index.ts';
