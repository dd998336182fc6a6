export { maskOf, setMask } from '../ops/index.ts';
export { Activation, activation } from './activation.ts';
export {
  type ActivationLike,
  type ActivationOptions,
  activations,
  getActivation,
} from './activations.ts';
export { ActivityRegularization, activityRegularization } from './activity-regularization.ts';
export {
  AdaptiveAveragePooling1D,
  adaptiveAveragePooling1d,
} from './adaptive-average-pooling1d.ts';
export {
  AdaptiveAveragePooling2D,
  adaptiveAveragePooling2d,
} from './adaptive-average-pooling2d.ts';
export {
  AdaptiveAveragePooling3D,
  adaptiveAveragePooling3d,
} from './adaptive-average-pooling3d.ts';
export { AdaptiveMaxPooling1D, adaptiveMaxPooling1d } from './adaptive-max-pooling1d.ts';
export { AdaptiveMaxPooling2D, adaptiveMaxPooling2d } from './adaptive-max-pooling2d.ts';
export { AdaptiveMaxPooling3D, adaptiveMaxPooling3d } from './adaptive-max-pooling3d.ts';
export { Add, add } from './add.ts';
export { AdditiveAttention, additiveAttention } from './additive-attention.ts';
export { AlphaDropout, alphaDropout } from './alpha-dropout.ts';
export { Attention, attention } from './attention.ts';
export { Average, average } from './average.ts';
export { AveragePooling1D, averagePooling1d } from './average-pooling1d.ts';
export { AveragePooling2D, averagePooling2d } from './average-pooling2d.ts';
export { AveragePooling3D, averagePooling3d } from './average-pooling3d.ts';
export { BatchNormalization, batchNormalization } from './batch-normalization.ts';
export { Bidirectional, bidirectional } from './bidirectional.ts';
export { CategoryEncoding, categoryEncoding } from './category-encoding.ts';
export { CenterCrop, centerCrop } from './center-crop.ts';
export { Concatenate, concatenate } from './concatenate.ts';
export { ConvLSTM1D, convLstm1d } from './conv-lstm1d.ts';
export { ConvLSTM2D, convLstm2d } from './conv-lstm2d.ts';
export { ConvLSTM3D, convLstm3d } from './conv-lstm3d.ts';
export { Conv1D, conv1d } from './conv1d.ts';
export { Conv1DTranspose, conv1dTranspose } from './conv1d-transpose.ts';
export { Conv2D, conv2d } from './conv2d.ts';
export { Conv2DTranspose, conv2dTranspose } from './conv2d-transpose.ts';
export { Conv3D, conv3d } from './conv3d.ts';
export { Conv3DTranspose, conv3dTranspose } from './conv3d-transpose.ts';
export { Cropping1D, cropping1d } from './cropping1d.ts';
export { Cropping2D, cropping2d } from './cropping2d.ts';
export { Cropping3D, cropping3d } from './cropping3d.ts';
export { Dense, dense } from './dense.ts';
export { DepthwiseConv1D, depthwiseConv1d } from './depthwise-conv1d.ts';
export { DepthwiseConv2D, depthwiseConv2d } from './depthwise-conv2d.ts';
export { deserializeLayer, findLayer, layerNames } from './deserialize.ts';
export { Discretization, discretization } from './discretization.ts';
export { Dot, dot } from './dot.ts';
export { Dropout, dropout } from './dropout.ts';
export { EinsumDense, einsumDense } from './einsum-dense.ts';
export { ELU, elu } from './elu.ts';
export { Embedding, embedding } from './embedding.ts';
export { Flatten, flatten } from './flatten.ts';
export { GaussianDropout, gaussianDropout } from './gaussian-dropout.ts';
export { GaussianNoise, gaussianNoise } from './gaussian-noise.ts';
export { GlobalAveragePooling1D, globalAveragePooling1d } from './global-average-pooling1d.ts';
export { GlobalAveragePooling2D, globalAveragePooling2d } from './global-average-pooling2d.ts';
export { GlobalAveragePooling3D, globalAveragePooling3d } from './global-average-pooling3d.ts';
export { GlobalMaxPooling1D, globalMaxPooling1d } from './global-max-pooling1d.ts';
export { GlobalMaxPooling2D, globalMaxPooling2d } from './global-max-pooling2d.ts';
export { GlobalMaxPooling3D, globalMaxPooling3d } from './global-max-pooling3d.ts';
export { GroupNormalization, groupNormalization } from './group-normalization.ts';
export { GroupQueryAttention, groupQueryAttention } from './group-query-attention.ts';
export { GRU, gru } from './gru.ts';
export { GRUCell, gruCell } from './gru-cell.ts';
export { Identity, identity } from './identity.ts';
export { ImageLayer } from './image-layer.ts';
export { Input, InputLayer, input } from './input-layer.ts';
export type { InputSpec } from './input-spec.ts';
export { IntegerLookup, integerLookup } from './integer-lookup.ts';
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
export { LayerNormalization, layerNormalization } from './layer-normalization.ts';
export { LeakyReLU, leakyRelu } from './leaky-relu.ts';
export { LSTM, lstm } from './lstm.ts';
export { LSTMCell, lstmCell } from './lstm-cell.ts';
export { Masking, masking } from './masking.ts';
export { MaxPooling1D, maxPooling1d } from './max-pooling1d.ts';
export { MaxPooling2D, maxPooling2d } from './max-pooling2d.ts';
export { MaxPooling3D, maxPooling3d } from './max-pooling3d.ts';
export { Maximum, maximum } from './maximum.ts';
export { Minimum, minimum } from './minimum.ts';
export { MultiHeadAttention, multiHeadAttention } from './multi-head-attention.ts';
export { Multiply, multiply } from './multiply.ts';
export { Normalization, normalization } from './normalization.ts';
export { Permute, permute } from './permute.ts';
export { PReLU, prelu } from './prelu.ts';
export { RandomBrightness, randomBrightness } from './random-brightness.ts';
export { RandomContrast, randomContrast } from './random-contrast.ts';
export { RandomCrop, randomCrop } from './random-crop.ts';
export { RandomErasing, randomErasing } from './random-erasing.ts';
export { RandomFlip, randomFlip } from './random-flip.ts';
export { RandomGrayscale, randomGrayscale } from './random-grayscale.ts';
export { RandomImageLayer } from './random-image-layer.ts';
export { RandomInvert, randomInvert } from './random-invert.ts';
export { RandomPosterization, randomPosterization } from './random-posterization.ts';
export { RandomRotation, randomRotation } from './random-rotation.ts';
export { RandomSaturation, randomSaturation } from './random-saturation.ts';
export { RandomShear, randomShear } from './random-shear.ts';
export { RandomTranslation, randomTranslation } from './random-translation.ts';
export { RandomZoom, randomZoom } from './random-zoom.ts';
export { Recurrent } from './recurrent.ts';
export { ReLU, relu } from './relu.ts';
export { RepeatVector, repeatVector } from './repeat-vector.ts';
export { Rescaling, rescaling } from './rescaling.ts';
export { Reshape, reshape } from './reshape.ts';
export { Resizing, resizing } from './resizing.ts';
export { ReversibleEmbedding, reversibleEmbedding } from './reversible-embedding.ts';
export { RMSNormalization, rmsNormalization } from './rms-normalization.ts';
export { RNN, rnn } from './rnn.ts';
export { type CellRun, type CellStep, RnnCell } from './rnn-cell.ts';
export { SeparableConv1D, separableConv1d } from './separable-conv1d.ts';
export { SeparableConv2D, separableConv2d } from './separable-conv2d.ts';
export { SimpleRNN, simpleRnn } from './simple-rnn.ts';
export { SimpleRNNCell, simpleRnnCell } from './simple-rnn-cell.ts';
export { Softmax, softmax } from './softmax.ts';
export { Solarization, solarization } from './solarization.ts';
export { SpatialDropout1D, spatialDropout1d } from './spatial-dropout1d.ts';
export { SpatialDropout2D, spatialDropout2d } from './spatial-dropout2d.ts';
export { SpatialDropout3D, spatialDropout3d } from './spatial-dropout3d.ts';
export { SpectralNormalization, spectralNormalization } from './spectral-normalization.ts';
export { StackedRNNCells, stackedRnnCells } from './stacked-rnn-cells.ts';
export { StringLookup, stringLookup } from './string-lookup.ts';
export { Subtract, subtract } from './subtract.ts';
export { TextVectorization, textVectorization } from './text-vectorization.ts';
export { TimeDistributed, timeDistributed } from './time-distributed.ts';
export { UnitNormalization, unitNormalization } from './unit-normalization.ts';
export { UpSampling1D, upSampling1d } from './up-sampling1d.ts';
export { UpSampling2D, upSampling2d } from './up-sampling2d.ts';
export { UpSampling3D, upSampling3d } from './up-sampling3d.ts';
export { Wrapper } from './wrapper.ts';
export { ZeroPadding1D, zeroPadding1d } from './zero-padding1d.ts';
export { ZeroPadding2D, zeroPadding2d } from './zero-padding2d.ts';
export { ZeroPadding3D, zeroPadding3d } from './zero-padding3d.ts';
