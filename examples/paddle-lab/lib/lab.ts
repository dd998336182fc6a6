// What all steps of the lab share: the digits, the networks, the loop that trains.
import { mnistJson } from 'gradus/datasets';
import paddle from 'gradus/paddle';

const { nn } = paddle;
const F = nn.functional;

/** With GRADUS_LAB=small a step takes seconds: few images in small batches. */
const small = process.env.GRADUS_LAB === 'small';
const all = await mnistJson.fromMnist();
export const digits = small ? all.take(2000, 500) : all;
export const batchSize = small ? 20 : 100;
/** How many passes a step takes, where nobody is in a hurry. */
export const passes = (epochs: number): number => (small ? 1 : epochs);

/** The first network: two hidden layers with sigmoid, and as many outputs as wanted. */
export class FullyConnected extends nn.Layer {
  fc1 = new nn.Linear(784, 10);
  fc2 = new nn.Linear(10, 10);
  fc3: paddle.nn.Linear;

  constructor(outputs: number) {
    super();
    this.fc3 = new nn.Linear(10, outputs);
  }

  override forward(x: paddle.Tensor): paddle.Tensor {
    const flat = paddle.reshape(x, [x.shape[0], 784]);
    return this.fc3.call(F.sigmoid(this.fc2.call(F.sigmoid(this.fc1.call(flat)))));
  }
}

type Activation = (x: paddle.Tensor) => paddle.Tensor;

/** The convolutional network: two convolutions with pooling, and one layer that decides. */
export class CNN extends nn.Layer {
  conv1 = new nn.Conv2D(1, 20, 5, { stride: 1, padding: 2 });
  pool1 = new nn.MaxPool2D(2, { stride: 2 });
  conv2 = new nn.Conv2D(20, 20, 5, { stride: 1, padding: 2 });
  pool2 = new nn.MaxPool2D(2, { stride: 2 });
  fc = new nn.Linear(980, 10);
  #activation: Activation;

  constructor(activation: Activation = (x) => F.relu(x)) {
    super();
    this.#activation = activation;
  }

  override forward(x: paddle.Tensor): paddle.Tensor {
    const first = this.pool1.call(this.#activation(this.conv1.call(x)));
    const second = this.pool2.call(this.#activation(this.conv2.call(first)));
    return this.fc.call(paddle.reshape(second, [second.shape[0], 980]));
  }
}

/** LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998) with the activation that is wanted. */
export class LeNet5 extends nn.Layer {
  conv1 = new nn.Conv2D(1, 6, 5);
  conv2 = new nn.Conv2D(6, 16, 5);
  conv3 = new nn.Conv2D(16, 120, 4);
  pool = new nn.MaxPool2D(2, { stride: 2 });
  fc1 = new nn.Linear(120, 64);
  fc2 = new nn.Linear(64, 10);
  #activation: Activation;

  constructor(activation: Activation = (x) => F.sigmoid(x)) {
    super();
    this.#activation = activation;
  }

  override forward(x: paddle.Tensor): paddle.Tensor {
    const act = this.#activation;
    const first = this.pool.call(act(this.conv1.call(x)));
    const second = this.pool.call(act(this.conv2.call(first)));
    const flat = paddle.flatten(act(this.conv3.call(second)), 1);
    return this.fc2.call(act(this.fc1.call(flat)));
  }
}

type Loss = (output: paddle.Tensor, label: paddle.Tensor) => paddle.Tensor;

export const crossEntropy: Loss = (output, label) => F.crossEntropy(output, label);

export interface TrainOptions {
  optimizer: paddle.optimizer.Optimizer;
  epochs?: number;
  loss?: Loss;
  data?: typeof digits;
}

/** Trains; the loss of each step. */
export function train(
  model: paddle.nn.Layer,
  { optimizer, epochs = 1, loss = crossEntropy, data = digits }: TrainOptions,
): number[] {
  const losses: number[] = [];
  const trainLoader = data.reader('train', { batchSize, seed: 1 });
  model.train();
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [images, labels] of trainLoader()) {
      const cost = paddle.mean(loss(model.call(paddle.toTensor(images)), paddle.toTensor(labels)));
      cost.backward();
      optimizer.step();
      optimizer.clearGrad();
      losses.push(Number(cost.item()));
    }
  }
  return losses;
}

/** What `model` makes of a part: the mean loss, and the share of images that it recognises. */
export function evaluate(
  model: paddle.nn.Layer,
  mode: 'train' | 'valid' | 'eval' = 'valid',
  data = digits,
): { loss: number; accuracy: number } {
  model.eval();
  let [sum, right, count] = [0, 0, 0];
  for (const [images, labels] of data.reader(mode, { batchSize: 500 })()) {
    paddle.noGrad(() => {
      const scores: paddle.Tensor = model.call(paddle.toTensor(images));
      const label = paddle.toTensor(labels);
      sum += Number(F.crossEntropy(scores, label).item()) * labels.shape[0];
      const found = paddle.argmax(scores, { axis: 1 }).numpy();
      label.numpy().forEach((digit, i) => {
        if (found[i] === digit) right++;
      });
    });
    count += labels.shape[0];
  }
  return { loss: sum / count, accuracy: right / count };
}

/** A mean over the last steps, which jump less than single ones. */
export const lately = (losses: readonly number[]): number => {
  const last = losses.slice(-20);
  return last.reduce((a, b) => a + b) / last.length;
};
