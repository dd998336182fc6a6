import { mnistJson } from 'gradus/datasets';
import type { FileArray } from 'gradus/formats';
import paddle from 'gradus/paddle';

const { nn } = paddle;
const F = nn.functional;

/** The network of check.py. */
export class CNN extends nn.Layer {
  conv1 = new nn.Conv2D(1, 4, 5, { padding: 2 });
  bn1 = new nn.BatchNorm2D(4);
  pool = new nn.MaxPool2D(2, 2);
  conv2 = new nn.Conv2D(4, 8, 5, { padding: 2 });
  fc = new nn.Linear(392, 10);

  override forward(x: paddle.Tensor): paddle.Tensor {
    const first = this.pool.call(F.relu(this.bn1.call(this.conv1.call(x))));
    const second = this.pool.call(F.relu(this.conv2.call(first)));
    return this.fc.call(paddle.reshape(second, [second.shape[0], -1]));
  }
}

/** Optimizers with state, and a schedule, as in check.py. */
export const optimizers = {
  adam: (parameters: paddle.Parameter[]) =>
    new paddle.optimizer.Adam({ learningRate: 0.001, parameters, weightDecay: l2() }),
  momentum: (parameters: paddle.Parameter[]) =>
    new paddle.optimizer.Momentum({
      learningRate: 0.01,
      momentum: 0.9,
      parameters,
      weightDecay: l2(),
    }),
  sgd: (parameters: paddle.Parameter[]) =>
    new paddle.optimizer.SGD({
      learningRate: new paddle.optimizer.lr.StepDecay(0.05, 3, 0.5),
      parameters,
      weightDecay: l2(),
    }),
} as const;

const l2 = () => new paddle.regularizer.L2Decay(0.01);

/** Batches of ten digits, as arrays that both sides read. */
export async function batches(count: number): Promise<Map<string, FileArray>> {
  const digits = await mnistJson.fromMnist();
  const arrays = new Map<string, FileArray>();
  let step = 0;
  for (const [x, y] of digits.take(10 * count).reader('train', { batchSize: 10, seed: 1 })()) {
    arrays.set(`x${step}`, {
      dtype: 'float32',
      shape: x.shape,
      data: x.dataSync() as Float32Array,
    });
    const labels = BigInt64Array.from(y.dataSync(), BigInt);
    arrays.set(`y${step++}`, { dtype: 'int64', shape: y.shape, data: labels });
  }
  return arrays;
}

/** The losses of some steps. */
export function train(
  model: CNN,
  optimizer: ReturnType<(typeof optimizers)[keyof typeof optimizers]>,
  data: ReadonlyMap<string, FileArray>,
  from: number,
  to: number,
): number[] {
  model.train();
  return Array.from({ length: to - from }, (_, i) => {
    const [x, y] = [data.get(`x${from + i}`)!, data.get(`y${from + i}`)!];
    const images = paddle.reshape(paddle.toTensor(x.data as Float32Array), [...x.shape]);
    const labels = paddle.reshape(paddle.toTensor(y.data as BigInt64Array), [...y.shape]);
    const loss = F.crossEntropy(model.call(images), labels);
    loss.backward();
    optimizer.step();
    optimizer.clearGrad();
    const rate = optimizer.learningRate;
    if (rate instanceof paddle.optimizer.lr.LRScheduler) rate.step();
    return Number(loss.item());
  });
}
