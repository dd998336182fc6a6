export * from './activation.ts';
export { MultiHeadAttention } from './attention.ts';
export { ClipGradBase, ClipGradByGlobalNorm, ClipGradByNorm, ClipGradByValue } from './clip.ts';
export {
  LayerDict,
  LayerList,
  LayerList as ModuleList,
  ParameterDict,
  ParameterList,
  Sequential,
} from './containers.ts';
export {
  Conv1D,
  Conv1DTranspose,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Conv3DTranspose,
} from './conv.ts';
export { AlphaDropout, Dropout, Dropout2D, Dropout3D } from './dropout.ts';
export * as functional from './functional/index.ts';
export * as initializer from './initializer/index.ts';
export {
  type ForwardPostHook,
  type ForwardPreHook,
  type HookHandle,
  Layer,
  Layer as Module,
  type StateDict,
} from './layer.ts';
export { Bilinear, Embedding, Identity, Linear } from './linear.ts';
export * from './loss.ts';
export {
  BatchNorm,
  BatchNorm1D,
  BatchNorm2D,
  BatchNorm3D,
  GroupNorm,
  InstanceNorm1D,
  InstanceNorm2D,
  InstanceNorm3D,
  LayerNorm,
  LocalResponseNorm,
  SpectralNorm,
  SyncBatchNorm,
} from './norm.ts';
export * from './padding.ts';
export { ParamAttr, type ParamAttrLike } from './param-attr.ts';
export * from './pooling.ts';
export { BiRNN, GRU, LSTM, RNN, SimpleRNN } from './rnn.ts';
export { GRUCell, LSTMCell, RNNCellBase, SimpleRNNCell } from './rnn-cells.ts';
export * from './shape-layers.ts';
export { Transformer, TransformerDecoder, TransformerEncoder } from './transformer.ts';
export { TransformerDecoderLayer, TransformerEncoderLayer } from './transformer-layers.ts';
export * as utils from './utils/index.ts';
