import '../backends/index.ts';

export {
  cappedClassCrossEntropy,
  cappedDistributionCrossEntropy,
} from './capped-cross-entropy.ts';
export { contiguous, copy } from './copy.ts';
export {
  arange,
  type CreateOptions,
  eye,
  fromData,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from './create.ts';
export {
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from './cross-entropy.ts';
export * from './elementwise/activations.ts';
export * from './elementwise/arithmetic.ts';
export { cast } from './elementwise/cast.ts';
export * from './elementwise/comparison.ts';
export { angle, complex, conj, imag, real } from './elementwise/complex.ts';
export { type ElementwiseOptions, elementwise } from './elementwise/elementwise.ts';
export * from './elementwise/exponential.ts';
export type { Formula, Slopes } from './elementwise/formulas.ts';
export * from './elementwise/parametric-activations.ts';
export * from './elementwise/pointwise-losses.ts';
export * from './elementwise/special.ts';
export * from './elementwise/trigonometry.ts';
export { putAlongAxis, takeAlongAxis } from './indexing/along-axis.ts';
export {
  booleanMask,
  nonzero,
  nonzeroSync,
  type UniqueResult,
  unique,
  uniqueSync,
} from './indexing/data-dependent.ts';
export { type AxisOption, embedding, gather, scatterAdd, scatterSet } from './indexing/gather.ts';
export { gatherNd, scatterNdAdd, scatterNdSet } from './indexing/gather-nd.ts';
export { type IndexItem, index } from './indexing/index-by.ts';
export type { Indices } from './indexing/indices.ts';
export {
  type OneHotOptions,
  oneHot,
} from './indexing/one-hot.ts';
export { searchSorted } from './indexing/search-sorted.ts';
export { einsum } from './linear/einsum.ts';
export type { EpilogueOptions } from './linear/epilogue.ts';
export { type FusedActivationName, isFusedActivation } from './linear/fused-activation.ts';
export { dense, type MatMulOptions, matmul } from './linear/matmul.ts';
export { type MatrixNormOrder, matrixNorm } from './linear/matrix-norm.ts';
export { dot, outer, tensordot } from './linear/products.ts';
export {
  cholesky,
  determinant,
  inverse,
  logDeterminant,
  luFactors,
  solve,
} from './linear/solve.ts';
export { orthogonalTriangular, singularValues, symmetricEigen } from './linear/spectral.ts';
export { type LogitFunction, logitsOf, rememberLogits } from './logits.ts';
export { maskOf, setMask } from './mask.ts';
export { Parameter, type ParameterOptions, type TensorFunction } from './parameter.ts';
export { type DropoutOptions, dropout } from './random/dropout.ts';
export * as random from './random/index.ts';
export {
  getRandomState,
  isKeyedByStep,
  type RandomState,
  setRandomState,
  setSeed,
  withStepKey,
} from './random/state.ts';
export { argmax, argmin } from './reduce/arg-reduce.ts';
export { pNorm } from './reduce/p-norm.ts';
export {
  type Axes,
  all,
  any,
  countNonzero,
  max,
  mean,
  min,
  prod,
  type ReduceOptions,
  sum,
} from './reduce/reduce.ts';
export {
  cummaxWithIndices,
  cumminWithIndices,
  logCumSumExp,
  type RunningExtremes,
} from './reduce/running.ts';
export { type CumulativeOptions, cummax, cummin, cumprod, cumsum } from './reduce/scan.ts';
export { logSoftmax, softmax } from './reduce/softmax.ts';
export { argsort, type SortOptions, sort, topK } from './reduce/sort.ts';
export {
  logSumExp,
  moments,
  norm,
  normalize,
  std,
  type VarianceOptions,
  variance,
} from './reduce/statistics.ts';
export { broadcastTensors, broadcastTo } from './shape/broadcast-to.ts';
export { concat, roll, split, stack, unstack } from './shape/concat.ts';
export { type DiagonalOptions, diag, diagonal, trace, tril, triu } from './shape/diagonal.ts';
export { type PadOptions, pad } from './shape/pad.ts';
export { expandDims, flatten, ravel, reshape, squeeze } from './shape/reshape.ts';
export { flip, narrow, type Slice, slice } from './shape/slice.ts';
export { meshgrid, repeat, tile } from './shape/tile.ts';
export { moveAxis, swapAxes, transpose } from './shape/transpose.ts';
export { sparseMatmul } from './sparse/sparse-matmul.ts';
export { type SparseArrays, SparseMatrix, type SparseTensors } from './sparse/sparse-matrix.ts';
export { asTensor, type TensorLike } from './tensor-like.ts';
export { assign, update } from './update.ts';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from './window/adaptive-pool.ts';
export {
  type ConvTransposeOptions,
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
} from './window/conv-transpose.ts';
export { type Conv1dOptions, conv1d } from './window/conv1d.ts';
export { type ConvOptions, conv2d } from './window/conv2d.ts';
export { conv3d } from './window/conv3d.ts';
export {
  type DepthwiseOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
} from './window/depthwise.ts';
export type { Padding, PerAxis, WindowOptions } from './window/geometry.ts';
export { avgPool1d, avgPool3d, maxPool1d, maxPool3d } from './window/pool-1d-3d.ts';
export {
  adaptiveCells,
  maxPoolWithIndices,
  type WindowCells,
  windowCells,
} from './window/pool-indices.ts';
export {
  type AveragePoolOptions,
  avgPool2d,
  maxPool2d,
  type PoolOptions,
} from './window/pool2d.ts';
export {
  type ResizeMethod,
  type ResizeOptions,
  resize,
  type Taps,
  upsample2d,
  weighTaps,
} from './window/resize.ts';

// Last, since the table of methods wants all of the above.
import './methods.ts';
