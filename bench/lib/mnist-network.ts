import { layers, Sequential, type Tensor } from 'gradus';
import { Dataset } from 'gradus/data';

/** The network of Keras' MNIST example, compiled as there. */
export function mnistNetwork(): Sequential {
  const model = new Sequential([
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.dropout(0.25),
    layers.flatten(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dropout(0.5),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** Images from 0 to 1 and one-hot labels; both stay bytes until they are copied into a batch. */
export const prepared = (images: Tensor, labels: Tensor): Dataset<[Tensor, Tensor]> =>
  Dataset.fromTensorSlices([images, labels] as const).preprocess([
    { shape: [28, 28, 1], rescale: 1 / 255 },
    { oneHot: 10 },
  ]);
