import { layers, Sequential } from '../index.ts';

/** Networks that recognise digits of 28 x 28 x 1, by the name that `--model` takes. */
export const digitNetworks = {
  /** Keras' example of a small convolutional network. */
  cnn: () =>
    new Sequential(
      [
        layers.input({ shape: [28, 28, 1] }),
        layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
        layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.dropout(0.25),
        layers.flatten(),
        layers.dense({ units: 128, activation: 'relu' }),
        layers.dropout(0.5),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
      { name: 'cnn' },
    ),
  /** After LeNet-5: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998. */
  lenet: () =>
    new Sequential(
      [
        layers.input({ shape: [28, 28, 1] }),
        layers.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'tanh' }),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 16, kernelSize: 5, activation: 'tanh' }),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 120, activation: 'tanh' }),
        layers.dense({ units: 84, activation: 'tanh' }),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
      { name: 'lenet' },
    ),
  /** One hidden layer. */
  mlp: () =>
    new Sequential(
      [
        layers.input({ shape: [28, 28, 1] }),
        layers.flatten(),
        layers.dense({ units: 128, activation: 'relu' }),
        layers.dropout(0.2),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
      { name: 'mlp' },
    ),
} as const;
