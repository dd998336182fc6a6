// A model around each layer, whose files real Keras is given.
import { Input, layers, Model, Sequential } from 'gradus';
import type { KerasTensor, Layer } from 'gradus/layers';

type Shape = readonly (number | null)[];

/** One input, one layer. */
const one = (shape: Shape, layer: Layer): Model => new Sequential([Input({ shape }), layer]);

/** Several inputs in one list. */
function several(shapes: readonly Shape[], layer: Layer): Model {
  const inputs = shapes.map((shape, i) => Input({ shape, name: `in${i}` }));
  const outputs = layer.apply(inputs as KerasTensor[]);
  return new Model({ inputs, outputs });
}

const line = [8, 3];
const image = [8, 8, 3];
const volume = [6, 6, 6, 2];
const steps = [5, 4];

const pools = (kind: string, dimensions: number, options: object): Layer => {
  const make = (layers as unknown as Record<string, (options: object) => Layer>)[
    `${kind}${dimensions}d`
  ];
  return make(options);
};
const shapes = [line, image, volume];

/** A line of cases for layers in one, two and three dimensions. */
const each = (name: string, make: (dimensions: number) => Layer): [string, () => Model][] =>
  [1, 2, 3].map((n) => [name.replace('?', `${n}`), () => one(shapes[n - 1], make(n))]);

/** Which rows of an embedding a batch asks for; other inputs are drawn between -1 and 1. */
export const integerInputs: Readonly<Record<string, number>> = {
  Embedding: 10,
  ReversibleEmbedding: 10,
  CategoryEncoding: 6,
};

/** Layers of words and numbers of classes, which Keras is asked about one by one: they take no tensors of float32. */
export const dataLayers: Readonly<
  Record<string, { readonly layer: () => Layer; readonly data: unknown }>
> = {
  StringLookup: {
    layer: () => layers.stringLookup({ vocabulary: ['a', 'b', 'c'] }),
    data: [
      ['a', 'c', 'x'],
      ['b', 'b', 'a'],
    ],
  },
  IntegerLookup: {
    layer: () => layers.integerLookup({ vocabulary: [12, 7, 99] }),
    data: [
      [7, 99, 1],
      [12, 12, 7],
    ],
  },
  TextVectorization: {
    layer: () =>
      layers.textVectorization({ vocabulary: ['the', 'cat', 'sat'], outputSequenceLength: 4 }),
    data: ['The cat sat.', 'A cat!'],
  },
};

/** A model for each layer; none is missing, or the check fails. */
export const layerModels: Readonly<Record<string, () => Model>> = {
  Activation: () => one([4], layers.activation('tanh')),
  ActivityRegularization: () => one([4], layers.activityRegularization({ l1: 0.1, l2: 0.2 })),
  ...Object.fromEntries([
    ...each('AdaptiveAveragePooling?D', (n) =>
      pools('adaptiveAveragePooling', n, { outputSize: 2 }),
    ),
    ...each('AdaptiveMaxPooling?D', (n) => pools('adaptiveMaxPooling', n, { outputSize: 2 })),
    ...each('AveragePooling?D', (n) => pools('averagePooling', n, { poolSize: 2 })),
    ...each('MaxPooling?D', (n) => pools('maxPooling', n, { poolSize: 2 })),
    ...each('GlobalAveragePooling?D', (n) => pools('globalAveragePooling', n, {})),
    ...each('GlobalMaxPooling?D', (n) => pools('globalMaxPooling', n, {})),
    ...each('Conv?D', (n) => pools('conv', n, { filters: 4, kernelSize: 3, activation: 'relu' })),
    ...each('Conv?DTranspose', (n) => transposed(n)),
    ...each('Cropping?D', (n) => pools('cropping', n, { cropping: 1 })),
    ...each('UpSampling?D', (n) => pools('upSampling', n, { size: 2 })),
    ...each('ZeroPadding?D', (n) => pools('zeroPadding', n, { padding: 1 })),
    ...each('SpatialDropout?D', (n) => pools('spatialDropout', n, { rate: 0.5 })),
  ]),
  ConvLSTM1D: () => one([3, 6, 2], layers.convLstm1d({ filters: 2, kernelSize: 3 })),
  ConvLSTM2D: () => one([3, 6, 6, 2], layers.convLstm2d({ filters: 2, kernelSize: 3 })),
  ConvLSTM3D: () => one([3, 4, 4, 4, 1], layers.convLstm3d({ filters: 2, kernelSize: 2 })),
  DepthwiseConv1D: () => one(line, layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2 })),
  DepthwiseConv2D: () => one(image, layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })),
  SeparableConv1D: () => one(line, layers.separableConv1d({ filters: 4, kernelSize: 3 })),
  SeparableConv2D: () => one(image, layers.separableConv2d({ filters: 4, kernelSize: 3 })),
  Add: () => several([[4], [4], [4]], layers.add()),
  Subtract: () => several([[4], [4]], layers.subtract()),
  Multiply: () => several([[4], [4]], layers.multiply()),
  Average: () => several([[4], [4]], layers.average()),
  Maximum: () => several([[4], [4]], layers.maximum()),
  Minimum: () => several([[4], [4]], layers.minimum()),
  Concatenate: () => several([[4], [3]], layers.concatenate()),
  Dot: () => several([[4], [4]], layers.dot({ axes: 1 })),
  AdditiveAttention: () => several([steps, [6, 4]], layers.additiveAttention()),
  Attention: () => several([steps, [6, 4]], layers.attention({ useScale: true })),
  MultiHeadAttention: () =>
    several([steps, steps], layers.multiHeadAttention({ numHeads: 2, keyDim: 3 })),
  GroupQueryAttention: () =>
    several(
      [steps, steps],
      layers.groupQueryAttention({ headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2 }),
    ),
  BatchNormalization: () => one(image, layers.batchNormalization()),
  GroupNormalization: () => one([6, 6, 4], layers.groupNormalization({ groups: 2 })),
  LayerNormalization: () => one(steps, layers.layerNormalization()),
  RMSNormalization: () => one(steps, layers.rmsNormalization()),
  UnitNormalization: () => one(steps, layers.unitNormalization()),
  SpectralNormalization: () => one([4], layers.spectralNormalization(layers.dense(3))),
  Normalization: () => {
    const layer = layers.normalization({ axis: -1 });
    layer.adapt([
      [1, 2, 3],
      [4, 8, 1],
      [2, 2, 2],
    ]);
    return one([3], layer);
  },
  Dense: () => one([4], layers.dense(3, 'softmax')),
  EinsumDense: () =>
    one(
      steps,
      layers.einsumDense({ equation: 'abc,cd->abd', outputShape: [null, 6], biasAxes: 'd' }),
    ),
  Embedding: () => one([5], layers.embedding(10, 3)),
  ReversibleEmbedding: () => one([5], layers.reversibleEmbedding(10, 3)),
  Dropout: () => one([4], layers.dropout(0.5)),
  AlphaDropout: () => one([4], layers.alphaDropout({ rate: 0.5 })),
  GaussianDropout: () => one([4], layers.gaussianDropout({ rate: 0.5 })),
  GaussianNoise: () => one([4], layers.gaussianNoise({ stddev: 0.5 })),
  ELU: () => one([4], layers.elu({ alpha: 0.5 })),
  LeakyReLU: () => one([4], layers.leakyRelu({ negativeSlope: 0.1 })),
  PReLU: () => one([4], layers.prelu()),
  ReLU: () => one([4], layers.relu({ maxValue: 0.5, negativeSlope: 0.1 })),
  Softmax: () => one(steps, layers.softmax({ axis: 1 })),
  Flatten: () => one(image, layers.flatten()),
  Identity: () => one([4], layers.identity()),
  InputLayer: () => one([4], layers.identity()),
  Permute: () => one(steps, layers.permute([2, 1])),
  RepeatVector: () => one([4], layers.repeatVector(3)),
  Reshape: () => one(steps, layers.reshape([2, 10])),
  GRU: () => one(steps, layers.gru(3, { returnSequences: true })),
  GRUCell: () => one(steps, layers.rnn(layers.gruCell(3, { resetAfter: false }))),
  LSTM: () => one(steps, layers.lstm(3)),
  LSTMCell: () => one(steps, layers.rnn(layers.lstmCell(3))),
  SimpleRNN: () => one(steps, layers.simpleRnn(3)),
  SimpleRNNCell: () => one(steps, layers.rnn(layers.simpleRnnCell(3))),
  RNN: () => one(steps, layers.rnn(layers.gruCell(3), { goBackwards: true })),
  StackedRNNCells: () => one(steps, layers.rnn([layers.gruCell(3), layers.lstmCell(2)])),
  Bidirectional: () => one(steps, layers.bidirectional(layers.lstm(3))),
  TimeDistributed: () => one(steps, layers.timeDistributed(layers.dense(3))),
  Masking: () => new Sequential([Input({ shape: steps }), layers.masking(), layers.lstm(2)]),
  CategoryEncoding: () =>
    one([3], layers.categoryEncoding({ numTokens: 6, outputMode: 'multi_hot' })),
  Discretization: () => one([4], layers.discretization({ binBoundaries: [-0.5, 0, 0.5] })),
  Rescaling: () => one(image, layers.rescaling(2, { offset: -1 })),
  Resizing: () => one(image, layers.resizing(5, 6)),
  CenterCrop: () => one(image, layers.centerCrop(4, 5)),
  Solarization: () => one(image, layers.solarization({ valueRange: [-1, 1] })),
  RandomBrightness: () => one(image, layers.randomBrightness(0.2)),
  RandomContrast: () => one(image, layers.randomContrast(0.2)),
  RandomCrop: () => one(image, layers.randomCrop(5, 5)),
  RandomErasing: () => one(image, layers.randomErasing()),
  RandomFlip: () => one(image, layers.randomFlip()),
  RandomGrayscale: () => one(image, layers.randomGrayscale()),
  RandomInvert: () => one(image, layers.randomInvert()),
  RandomPosterization: () => one(image, layers.randomPosterization(3)),
  RandomRotation: () => one(image, layers.randomRotation(0.2)),
  RandomSaturation: () => one(image, layers.randomSaturation(0.2)),
  RandomShear: () => one(image, layers.randomShear({ xFactor: 0.2 })),
  RandomTranslation: () => one(image, layers.randomTranslation(0.2, 0.2)),
  RandomZoom: () => one(image, layers.randomZoom(0.2)),
};

function transposed(dimensions: number): Layer {
  const make = [layers.conv1dTranspose, layers.conv2dTranspose, layers.conv3dTranspose][
    dimensions - 1
  ];
  return (make as (options: object) => Layer)({
    filters: 3,
    kernelSize: 3,
    strides: 2,
    padding: 'same',
  });
}
