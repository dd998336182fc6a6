import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setOutput, setSeed } from 'gradus';
import paddle from 'gradus/paddle';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const { nn } = paddle;
const F = nn.functional;

let written = '';
beforeEach(() => {
  written = '';
  setSeed(5);
  setOutput({ write: (text) => void (written += text), isTerminal: false });
});
afterEach(() => setOutput(null));

class Net extends nn.Layer {
  conv = new nn.Conv2D(1, 4, 3, { padding: 1 });
  pool = new nn.MaxPool2D(2, { stride: 2 });
  fc = new nn.Linear(64, 3);

  override forward(x: paddle.Tensor): paddle.Tensor {
    return this.fc.call(paddle.flatten(this.pool.call(F.relu(this.conv.call(x))), 1));
  }
}

/** Images with a bright row, which is the class. */
class Rows extends paddle.io.Dataset<[paddle.Tensor, paddle.Tensor]> {
  override getItem(i: number): [paddle.Tensor, paddle.Tensor] {
    const image = new Float32Array(64).map((_, at) =>
      Math.floor(at / 8) === 2 * (i % 3) ? 1 : ((at * 7 + i) % 5) / 50,
    );
    return [
      paddle.reshape(paddle.toTensor(image), [1, 8, 8]),
      paddle.toTensor([i % 3], { dtype: 'int64' }),
    ];
  }

  override get length(): number {
    return 25;
  }
}

const data = new Rows();
const adam = (net: paddle.nn.Layer) =>
  new paddle.optimizer.Adam({ learningRate: 0.01, parameters: net.parameters() });

function prepared(net = new Net()): paddle.Model {
  const model = new paddle.Model(net);
  model.prepare(adam(net), new nn.CrossEntropyLoss(), new paddle.metric.Accuracy());
  return model;
}

describe('paddle.Model', () => {
  it('learns, evaluates and predicts', async () => {
    const model = prepared();
    await model.fit(data, { batchSize: 8, epochs: 15, verbose: 0, shuffle: false });
    const { loss, acc } = await model.evaluate(data, { batchSize: 8, verbose: 0 });
    expect(acc).toBe(1);
    expect(loss[0]).toBeLessThan(0.5);
    const [logits] = await model.predict(data, { batchSize: 8, stackOutputs: true, verbose: 0 });
    expect(logits.shape).toEqual([25, 3]);
    expect([...paddle.argmax(logits, 1).numpy()].slice(0, 4)).toEqual([0, 1, 2, 0]);
    expect(written).toBe('');
  });

  it('gives the weights of the same loop written by hand, bit for bit', async () => {
    const [net, twin] = [new Net(), new Net()];
    twin.setStateDict(net.stateDict());
    await prepared(net).fit(data, { batchSize: 8, epochs: 2, verbose: 0, shuffle: false });
    const optimizer = adam(twin);
    const loader = new paddle.io.DataLoader(data, { batchSize: 8 });
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const [x, y] of loader as Iterable<paddle.Tensor[]>) {
        const loss = F.crossEntropy(twin.call(x), y);
        loss.backward();
        optimizer.step();
        optimizer.clearGrad();
      }
    }
    expect([...twin.fc.weight.numpy()]).toEqual([...net.fc.weight.numpy()]);
    expect([...twin.conv.weight.numpy()]).toEqual([...net.conv.weight.numpy()]);
  });

  it.each(['float32', 'float16', 'bfloat16', 'int64'])(
    'takes batches of %s as they are',
    (dtype) => {
      class Twice extends nn.Layer {
        override forward(x: paddle.Tensor): paddle.Tensor {
          return paddle.scale(x, 2);
        }
      }
      const model = new paddle.Model(new Twice());
      model.prepare();
      const x = paddle.toTensor([
        [1, 2, 3],
        [-4, 5, 6],
      ]);
      const [doubled] = model.predictBatch([x.astype(dtype)]);
      expect(doubled.tolist()).toEqual([
        [2, 4, 6],
        [-8, 10, 12],
      ]);
      expect(model.predictBatch([x.astype(dtype).T])[0].tolist()).toEqual(doubled.T.tolist());
    },
  );

  it('calls a network with hooks for each batch', async () => {
    const net = new Net();
    let calls = 0;
    net.fc.registerForwardPostHook(() => void calls++);
    await prepared(net).fit(data, { batchSize: 10, epochs: 2, verbose: 0 });
    expect(calls).toBe(6);
  });

  it('adds gradients up over batches', async () => {
    const [net, twin] = [new Net(), new Net()];
    twin.setStateDict(net.stateDict());
    const sgd = (one: Net) =>
      new paddle.optimizer.SGD({ learningRate: 0.1, parameters: one.parameters() });
    const sum = new nn.CrossEntropyLoss({ reduction: 'sum' });
    const fit = async (one: Net, batchSize: number, accumulateGradBatches: number) => {
      const model = new paddle.Model(one);
      model.prepare({ optimizer: sgd(one), loss: sum });
      const subset = new paddle.io.Subset(data, [0, 1, 2, 3]);
      await model.fit(subset, { batchSize, accumulateGradBatches, shuffle: false, verbose: 0 });
    };
    await fit(net, 4, 1);
    await fit(twin, 2, 2);
    net.fc.weight.numpy().forEach((value, i) => {
      expect(twin.fc.weight.numpy()[i]).toBeCloseTo(value, 5);
    });
  });

  it('saves and loads weights and state, and says what does not fit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gradus-'));
    try {
      const names = paddle.utils.uniqueName;
      const first = names.guard(() => prepared());
      const second = names.guard(() => prepared());
      const options = { batchSize: 8, verbose: 0, shuffle: false } as const;
      await first.fit(data, options);
      await first.save(join(folder, 'net'));
      await second.load(join(folder, 'net'));
      await first.fit(data, options);
      await second.fit(data, options);
      const weights = (model: paddle.Model) => [...(model.network as Net).fc.weight.numpy()];
      expect(weights(second)).toEqual(weights(first));
      const other = new paddle.Model(new nn.Linear(2, 2));
      await expect(other.load(join(folder, 'net'))).rejects.toThrow("has no 'weight'");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('stops early, lowers the rate and tells callbacks what happened', async () => {
    const net = new Net();
    const model = new paddle.Model(net);
    model.prepare({
      optimizer: new paddle.optimizer.SGD({ learningRate: 0, parameters: net.parameters() }),
      loss: new nn.CrossEntropyLoss(),
    });
    const events: string[] = [];
    class Log extends paddle.callbacks.Callback {
      override onEpochEnd(epoch: number): void {
        events.push(`epoch ${epoch}`);
      }

      override onEvalEnd(): void {
        events.push('eval');
      }
    }
    const early = new paddle.callbacks.EarlyStopping({ patience: 2, verbose: 0 });
    await model.fit(data, {
      evalData: data,
      batchSize: 25,
      epochs: 9,
      verbose: 0,
      callbacks: [new Log(), early],
    });
    expect(events).toEqual(['epoch 0', 'eval', 'epoch 1', 'eval', 'epoch 2', 'eval']);
    expect(() => new paddle.callbacks.LRScheduler(true, true)).toThrow('exclude each other');
  });

  it('summarizes a network and counts its operations', () => {
    const summary = paddle.summary(new Net(), [1, 1, 8, 8]);
    expect(summary).toEqual({ totalParams: 235, trainableParams: 235 });
    expect(written).toContain('Conv2D-1');
    expect(written).toContain('[1, 4, 8, 8]');
    expect(paddle.flops(new Net(), [1, 1, 8, 8])).toBe(4 * 64 * 10 + 64 * 3);
  });

  it('says that it is not ready', () => {
    const model = new paddle.Model(new Net());
    expect(() => model.trainBatch(paddle.zeros([1, 1, 8, 8]))).toThrow('call prepare');
  });
});
