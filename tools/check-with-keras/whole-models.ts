// Whole models, trained a little, whose files real Keras is given.
import { Input, layers, Model, optimizers, regularizers, Sequential } from 'gradus';
import type { KerasTensor } from 'gradus/layers';
import { digitNetworks } from '../../src/cli/digit-networks.ts';

const apply = (layer: { apply(x: KerasTensor): KerasTensor }, x: KerasTensor): KerasTensor =>
  layer.apply(x);

/** Two convolutions beside a shortcut. */
function block(x: KerasTensor, filters: number): KerasTensor {
  let y = apply(layers.conv2d(filters, 3, { padding: 'same', useBias: false }), x);
  y = apply(layers.activation('relu'), apply(layers.batchNormalization(), y));
  y = apply(layers.batchNormalization(), apply(layers.conv2d(filters, 3, { padding: 'same' }), y));
  return apply(layers.activation('relu'), layers.add().apply([x, y]) as KerasTensor);
}

/** Models with their optimizers; each has two classes or more and is trained for three steps before it is saved. */
export const wholeModels: Readonly<Record<string, () => Model>> = {
  /** The network that `gradus train mnist` saves as mnist.h5. */
  mnist: () =>
    digitNetworks.cnn().compile({
      optimizer: optimizers.adam(),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    }),
  perceptron: () =>
    new Sequential([
      Input({ shape: [6] }),
      layers.dense(8, 'relu', { kernelRegularizer: regularizers.l2(0.01) }),
      layers.dropout(0.2),
      layers.dense(2, 'softmax'),
    ]).compile({
      optimizer: optimizers.adam(0.01),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    }),
  lenet: () =>
    new Sequential([
      Input({ shape: [28, 28, 1] }),
      layers.conv2d(6, 5, { activation: 'tanh', padding: 'same' }),
      layers.averagePooling2d(2),
      layers.conv2d(16, 5, { activation: 'tanh' }),
      layers.averagePooling2d(2),
      layers.flatten(),
      layers.dense(32, 'tanh'),
      layers.dense(2, 'softmax'),
    ]).compile({
      optimizer: optimizers.sgd(0.01, { momentum: 0.9 }),
      loss: 'sparseCategoricalCrossentropy',
    }),
  resnet: () => {
    const x = Input({ shape: [12, 12, 3] });
    let y = apply(layers.conv2d(8, 3, { padding: 'same' }), x);
    y = block(block(y, 8), 8);
    y = apply(layers.globalAveragePooling2d(), y);
    return new Model({ inputs: x, outputs: apply(layers.dense(2, 'softmax'), y) }).compile({
      optimizer: optimizers.rmsprop(0.001, { momentum: 0.5 }),
      loss: 'sparseCategoricalCrossentropy',
    });
  },
  mobile: () =>
    new Sequential([
      Input({ shape: [16, 16, 3] }),
      layers.rescaling(0.5),
      layers.depthwiseConv2d(3, { padding: 'same' }),
      layers.separableConv2d(8, 3, { strides: 2, activation: 'relu6' }),
      layers.globalMaxPooling2d(),
      layers.dense(2, 'softmax'),
    ]).compile({ optimizer: optimizers.adamW(0.01), loss: 'sparseCategoricalCrossentropy' }),
  unet: () => {
    const x = Input({ shape: [8, 8, 2] });
    const down = apply(layers.conv2d(4, 3, { padding: 'same', activation: 'relu' }), x);
    const low = apply(
      layers.conv2d(6, 3, { padding: 'same' }),
      apply(layers.maxPooling2d(2), down),
    );
    const up = apply(layers.conv2dTranspose(4, 2, { strides: 2 }), low);
    const both = layers.concatenate().apply([down, up]) as KerasTensor;
    const pooled = apply(layers.globalAveragePooling2d(), both);
    return new Model({ inputs: x, outputs: apply(layers.dense(2, 'softmax'), pooled) }).compile({
      optimizer: optimizers.nadam(0.01),
      loss: 'sparseCategoricalCrossentropy',
    });
  },
  sequence: () =>
    new Sequential([
      Input({ shape: [7, 3] }),
      layers.bidirectional(layers.gru(4, { returnSequences: true })),
      layers.lstm(4),
      layers.dense(2, 'softmax'),
    ]).compile({ optimizer: optimizers.adagrad(0.05), loss: 'sparseCategoricalCrossentropy' }),
  transformer: () => {
    const x = Input({ shape: [6, 4] });
    const seen = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 }).apply([x, x]) as KerasTensor;
    const normed = apply(layers.layerNormalization(), layers.add().apply([x, seen]) as KerasTensor);
    const wide = apply(layers.dense(8, 'gelu'), normed);
    const flat = apply(layers.flatten(), wide);
    return new Model({ inputs: x, outputs: apply(layers.dense(2, 'softmax'), flat) }).compile({
      optimizer: optimizers.adam(0.01, { amsgrad: true }),
      loss: 'sparseCategoricalCrossentropy',
    });
  },
  nested: () => {
    const base = new Sequential([Input({ shape: [5] }), layers.dense(4, 'relu')], { name: 'base' });
    const [a, b] = [Input({ shape: [5], name: 'a' }), Input({ shape: [5], name: 'b' })];
    const both = layers.concatenate().apply([apply(base, a), apply(base, b)]) as KerasTensor;
    return new Model({ inputs: [a, b], outputs: apply(layers.dense(2, 'softmax'), both) }).compile({
      optimizer: optimizers.adamax(0.01),
      loss: 'sparseCategoricalCrossentropy',
    });
  },
  frozen: () => {
    const base = new Sequential(
      [
        Input({ shape: [8, 8, 3] }),
        layers.conv2d(4, 3),
        layers.batchNormalization(),
        layers.globalAveragePooling2d(),
      ],
      { name: 'backbone' },
    );
    base.trainable = false;
    const x = Input({ shape: [8, 8, 3] });
    return new Model({
      inputs: x,
      outputs: apply(layers.dense(2, 'softmax'), apply(base, x)),
    }).compile({
      optimizer: optimizers.lion(0.001),
      loss: 'sparseCategoricalCrossentropy',
    });
  },
  words: () =>
    new Sequential([
      Input({ shape: [6] }),
      layers.embedding(10, 4),
      layers.conv1d(4, 3, { activation: 'relu' }),
      layers.globalMaxPooling1d(),
      layers.dense(2, 'softmax'),
    ]).compile({ optimizer: optimizers.ftrl(0.05), loss: 'sparseCategoricalCrossentropy' }),
};
