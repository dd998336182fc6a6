export { maskOf, setMask } from '../ops/index.ts';
export { Activation, activation } from './activation.ts';
export {
  type ActivationLike,
  type ActivationOptions,
  activations,
  getActivation,
} from './activations.ts';
export { AveragePooling1D, averagePooling1d } from './average-pooling1d.ts';
export { AveragePooling2D, averagePooling2d } from './average-pooling2d.ts';
export { AveragePooling3D, averagePooling3d } from './average-pooling3d.ts';
export { BatchNormalization, batchNormalization } from './batch-normalization.ts';
export { Conv1D, conv1d } from './conv1d.ts';
export { Conv2D, conv2d } from './conv2d.ts';
export { Conv3D, conv3d } from './conv3d.ts';
export { Dense, dense } from './dense.ts';
export { Dropout, dropout } from './dropout.ts';
export { Flatten, flatten } from './flatten.ts';
export { GlobalAveragePooling1D, globalAveragePooling1d } from './global-average-pooling1d.ts';
export { GlobalAveragePooling2D, globalAveragePooling2d } from './global-average-pooling2d.ts';
export { GlobalAveragePooling3D, globalAveragePooling3d } from './global-average-pooling3d.ts';
export { GlobalMaxPooling1D, globalMaxPooling1d } from './global-max-pooling1d.ts';
export { GlobalMaxPooling2D, globalMaxPooling2d } from './global-max-pooling2d.ts';
export { GlobalMaxPooling3D, globalMaxPooling3d } from './global-max-pooling3d.ts';
export { Input, InputLayer, input } from './input-layer.ts';
export {
  flatten as flattenStructure,
  isSymbolic,
  KerasTensor,
  LayerNode,
  mapStructure,
  type ShapeOrShapes,
  type Structure,
  type SymbolicShape,
  type TensorSpec,
} from './keras-tensor.ts';
export { type AnyTensor, type CallOptions, Layer, type WeightOptions } from './layer.ts';
export { MaxPooling1D, maxPooling1d } from './max-pooling1d.ts';
export { MaxPooling2D, maxPooling2d } from './max-pooling2d.ts';
export { MaxPooling3D, maxPooling3d } from './max-pooling3d.ts';
export { Reshape, reshape } from './reshape.ts';
