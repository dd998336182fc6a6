import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resetNames } from '../config/index.ts';
import {
  type BatchIterable,
  type Callback,
  Dataset,
  EarlyStopping,
  fromData,
  History,
  Input,
  keep,
  LambdaCallback,
  Layer,
  LearningRateScheduler,
  layers,
  Model,
  optimizers,
  random,
  type Samples,
  Sequential,
  setOutput,
  setSeed,
  type Tensor,
  TerminateOnNaN,
  tensor,
} from '../index.ts';

let printed = '';

beforeEach(() => {
  resetNames();
  setSeed(1);
  printed = '';
  setOutput({ write: (text) => (printed += text), isTerminal: false });
});
afterEach(() => setOutput(null));

const classes = (rows: number): Tensor =>
  fromData(
    Int32Array.from({ length: rows }, (_, i) => (i * 5) % 3),
    [rows],
  );
const images = (rows: number): Tensor => random.uniform([rows, 4], { seed: 2 });

function classifier(options: object = {}): Sequential {
  const model = new Sequential([
    Input({ shape: [4], name: 'pixels' }),
    layers.dense(6, 'relu'),
    layers.dense(3, { activation: 'softmax', name: 'scores' }),
  ]);
  return model.compile({
    optimizer: 'adam',
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    ...options,
  });
}

const silent = { verbose: 0 } as const;

describe('fit', () => {
  test('prints a line an epoch where the output is no terminal', async () => {
    const model = classifier();
    await model.fit(images(40), classes(40), { epochs: 2, batchSize: 8, validationSplit: 0.2 });
    const numbers = String.raw` - \d+s - \d+(s|ms|us)/step - accuracy: 0\.\d{4} - loss: \d\.\d{4}`;
    const line = `${numbers} - val_accuracy: 0\\.\\d{4} - val_loss: \\d\\.\\d{4}\n`;
    expect(printed).toMatch(new RegExp(`^Epoch 1/2 - 4/4${line}Epoch 2/2 - 4/4${line}$`));
  });

  test('gives the history of loss and metrics', async () => {
    const model = classifier();
    const history = await model.fit(images(40), classes(40), { ...silent, epochs: 3 });
    expect(history).toBeInstanceOf(History);
    expect(history.epoch).toEqual([0, 1, 2]);
    expect(Object.keys(history.history)).toEqual(['accuracy', 'loss']);
    expect(model.history).toBe(history);
  });

  test('takes arrays, typed arrays and data sets alike', async () => {
    const rows = images(12);
    const labels = classes(12);
    const results: number[][] = [];
    const inputs: [Samples | BatchIterable, Samples?][] = [
      [rows, labels],
      [rows.toArray(), labels.toArray()],
      [{ data: rows.dataSync(), shape: [12, 4], dtype: 'float32' }, labels.dataSync()],
      [Dataset.fromTensorSlices([rows, labels] as const).batch(4)],
      [
        () =>
          [0, 4, 8].map((start) =>
            [rows, labels].map((x) => x.slice([{ start, stop: start + 4 }])),
          ),
      ],
    ];
    for (const [x, y] of inputs) {
      setSeed(1);
      const model = classifier();
      const options = { ...silent, epochs: 2, ...(y && { shuffle: false, batchSize: 4 }) };
      const { history } = y
        ? await model.fit(x as Samples, y, options)
        : await model.fit(x as BatchIterable, options);
      results.push(history.loss);
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test('gives other events a turn', async () => {
    const model = classifier();
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await model.fit(images(64), classes(64), { ...silent, batchSize: 1, epochs: 20 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  test('runs the hooks in order', async () => {
    const calls: string[] = [];
    const hook = (name: string) => (at?: unknown) =>
      void calls.push(typeof at === 'number' ? `${name} ${at}` : name);
    const names = [
      'onTrainBegin',
      'onTrainEnd',
      'onEpochBegin',
      'onEpochEnd',
      'onTrainBatchBegin',
      'onTrainBatchEnd',
      'onTestBegin',
      'onTestEnd',
      'onTestBatchBegin',
      'onTestBatchEnd',
    ];
    const callback = new LambdaCallback(
      Object.fromEntries(names.map((name) => [name, hook(name)])),
    );
    await classifier().fit(images(10), classes(10), {
      ...silent,
      batchSize: 5,
      validationSplit: 0.2,
      callbacks: callback,
    });
    expect(calls).toEqual([
      'onTrainBegin',
      'onEpochBegin 0',
      'onTrainBatchBegin 0',
      'onTrainBatchEnd 0',
      'onTrainBatchBegin 1',
      'onTrainBatchEnd 1',
      'onTestBegin',
      'onTestBatchBegin 0',
      'onTestBatchEnd 0',
      'onTestEnd',
      'onEpochEnd 0',
      'onTrainEnd',
    ]);
  });

  test('waits for asynchronous hooks and passes on what they throw', async () => {
    const order: string[] = [];
    const slow = new LambdaCallback({
      onEpochEnd: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push('slow');
      },
      onTrainEnd: () => void order.push('end'),
    });
    await classifier().fit(images(4), classes(4), { ...silent, callbacks: [slow] });
    expect(order).toEqual(['slow', 'end']);
    const broken = new LambdaCallback({
      onTrainBatchEnd: () => {
        throw new Error('my own');
      },
    });
    await expect(
      classifier().fit(images(4), classes(4), { ...silent, callbacks: broken }),
    ).rejects.toThrow('my own');
  });

  test('stops after the step when it is told to, and keeps what was learned', async () => {
    const model = classifier();
    const controller = new AbortController();
    const before = model.getWeights()[0].toArray();
    await model.fit(images(40), classes(40), {
      batchSize: 4,
      epochs: 5,
      signal: controller.signal,
      callbacks: new LambdaCallback({
        onTrainBatchBegin: (batch) => {
          if (batch === 2) controller.abort();
        },
      }),
    });
    expect(model.trainingState).toMatchObject({ epoch: 0, step: 3, iteration: 3 });
    expect(model.getWeights()[0].toArray()).not.toEqual(before);
    expect(printed).toContain('Stopped in epoch 1 after 3 steps. What was learned is kept.');
  });

  test('reads layers that decide by what they compute anew in each step', async () => {
    const seen: number[] = [];
    class Peek extends Layer {
      override call(x: Tensor): Tensor {
        seen.push(x.mean().item());
        return x;
      }
    }
    const peek = new Sequential([Input({ shape: [4] }), new Peek(), layers.dense(3, 'softmax')]);
    peek.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    seen.length = 0;
    await peek.fit(images(12), classes(12), { ...silent, batchSize: 4, epochs: 2 });
    // What shapes are found out with is zeros.
    expect(new Set(seen.filter((mean) => mean !== 0)).size).toBe(6);
  });

  test('gives the same with plans and without', async () => {
    const results: unknown[] = [];
    for (const runEagerly of [false, true]) {
      setSeed(4);
      const model = new Sequential([
        Input({ shape: [4] }),
        layers.dense(8, 'relu'),
        layers.batchNormalization(),
        layers.dropout(0.4),
        layers.dense(3, 'softmax'),
      ]);
      model.compile({
        optimizer: 'adam',
        loss: 'sparseCategoricalCrossentropy',
        metrics: ['accuracy'],
        runEagerly,
      });
      const { history } = await model.fit(images(30), classes(30), {
        ...silent,
        batchSize: 8,
        epochs: 3,
      });
      results.push(
        history,
        model.getWeights().map((w) => w.toArray()),
      );
    }
    expect(results.slice(2)).toEqual(results.slice(0, 2));
  });

  test('follows layers that are frozen or thawed in between', async () => {
    const model = classifier({ optimizer: new optimizers.SGD({ learningRate: 0.5 }) });
    const [x, y] = [images(8), classes(8)];
    const kernel = () => model.layers[0].weights[0].toArray();
    await model.fit(x, y, silent);
    model.layers[0].trainable = false;
    const frozen = kernel();
    await model.fit(x, y, silent);
    expect(kernel()).toEqual(frozen);
    model.layers[0].trainable = true;
    await model.fit(x, y, silent);
    expect(kernel()).not.toEqual(frozen);
  });

  test('trains a class with layers in fields and losses of its own', async () => {
    class Net extends Model {
      hidden = layers.dense(6, 'relu');
      drop = layers.dropout(0.1);
      out = layers.dense(1);
      override call(x: Tensor, { training }: { training: boolean }): Tensor {
        const h = this.drop.apply(this.hidden.apply(x), { training });
        this.addLoss(h.square().mean().mul(0.01));
        return this.out.apply(h);
      }
    }
    const model = new Net();
    model.compile({
      optimizer: 'adam',
      loss: (yTrue, yPred) => yTrue.sub(yPred).square().mean(-1),
      metrics: [
        function worst(yTrue: Tensor, yPred: Tensor) {
          return yTrue.sub(yPred).abs().max(-1);
        },
      ],
    });
    const x = images(32);
    const y = x.sum(1, { keepDims: true });
    const { history } = await model.fit(x, y, { ...silent, epochs: 30, batchSize: 8 });
    expect(history.loss.at(-1)).toBeLessThan(history.loss[0] / 2);
    expect(history.worst.at(-1)).toBeLessThan(history.worst[0]);
    expect(model.weights.map(({ path }) => path)).toEqual([
      'net/dense/kernel',
      'net/dense/bias',
      'net/dense_1/kernel',
      'net/dense_1/bias',
    ]);
  });

  test('makes the weights of a model without an input layer', async () => {
    const model = new Sequential([layers.dense(5, 'relu'), layers.dense(3, 'softmax')]);
    model.compile({ optimizer: 'adam', loss: 'crossentropy', metrics: 'accuracy' });
    expect(model.built).toBe(false);
    await model.fit(images(8), classes(8), silent);
    expect(model.weights.map(({ shape }) => shape)).toEqual([[4, 5], [5], [5, 3], [3]]);
  });

  test('weighs several outputs and names their losses and metrics', async () => {
    const x = Input({ shape: [4] });
    const h = layers.dense(5, 'relu').apply(x);
    const model = new Model({
      inputs: x,
      outputs: [
        layers.dense(3, { activation: 'softmax', name: 'cls' }).apply(h),
        layers.dense(1, { name: 'reg' }).apply(h),
      ],
    });
    model.compile({
      optimizer: 'sgd',
      loss: { cls: 'sparse_categorical_crossentropy', reg: 'mse' },
      lossWeights: { cls: 1, reg: 0.5 },
      metrics: { cls: ['accuracy'], reg: 'mae' },
    });
    const data = { cls: classes(8), reg: images(8).sum(1) };
    const { history } = await model.fit(images(8), data, silent);
    expect(Object.keys(history)).toEqual([
      'cls_accuracy',
      'cls_loss',
      'loss',
      'reg_loss',
      'reg_mae',
    ]);
    const result = await model.evaluate(images(8), data, { ...silent, returnDict: true });
    expect(result.loss).toBeCloseTo(result.cls_loss + 0.5 * result.reg_loss, 5);
    const list = await model.evaluate(images(8), data, silent);
    expect(list).toEqual(
      ['loss', 'cls_loss', 'reg_loss', 'cls_accuracy', 'reg_mae'].map((k) => result[k]),
    );
  });
});

describe('callbacks', () => {
  test('EarlyStopping goes back to the best weights', async () => {
    const model = classifier({ optimizer: new optimizers.SGD({ learningRate: 0.1 }) });
    const kept: unknown[] = [];
    const values = [3, 2, 4, 5, 6];
    const fake = new LambdaCallback({
      onEpochEnd: (epoch, logs) => {
        logs.val_loss = values[epoch];
        kept.push(model.getWeights().map((w) => w.toArray()));
      },
    });
    const stopping = new EarlyStopping({ patience: 2, restoreBestWeights: true });
    const history = await model.fit(images(8), classes(8), {
      ...silent,
      epochs: 5,
      callbacks: [fake, stopping],
    });
    expect(history.epoch).toEqual([0, 1, 2, 3]);
    expect(stopping).toMatchObject({ stoppedEpoch: 3, bestEpoch: 1, best: 2 });
    expect(model.getWeights().map((w) => w.toArray())).toEqual(kept[1]);
  });

  test('that watch what is not there say what there is', async () => {
    const warnings: string[] = [];
    setOutput({ write: () => {}, isTerminal: false, warn: (message) => warnings.push(message) });
    await classifier().fit(images(8), classes(8), { ...silent, callbacks: new EarlyStopping() });
    expect(warnings).toEqual([
      "gradus: EarlyStopping: the logs have no 'val_loss'; they hold accuracy, loss " +
        '(validationData or validationSplit gives val_…)',
    ]);
  });

  test('LearningRateScheduler sets the rate', async () => {
    const model = classifier();
    const { history } = await model.fit(images(8), classes(8), {
      ...silent,
      epochs: 3,
      callbacks: new LearningRateScheduler((_, rate) => rate / 2),
    });
    expect(history.learning_rate.map((rate) => rate.toPrecision(6))).toEqual([
      '0.000500000',
      '0.000250000',
      '0.000125000',
    ]);
  });

  test('TerminateOnNaN stops', async () => {
    const model = classifier({ optimizer: new optimizers.SGD({ learningRate: 1e30 }) });
    const history = await model.fit(images(30), classes(30), {
      ...silent,
      batchSize: 5,
      epochs: 9,
      callbacks: new TerminateOnNaN(),
    });
    expect(history.epoch).toEqual([0]);
    expect(printed).toMatch(/Batch \d+: Invalid loss, terminating training/);
  });

  test('that are no callbacks are refused', async () => {
    const callbacks = [{ onEpochEnd() {} }] as unknown as Callback[];
    await expect(classifier().fit(images(8), classes(8), { callbacks })).rejects.toThrow(
      'callbacks: expected objects of class Callback, received an object of class Object',
    );
  });
});

describe('predict', () => {
  test('gives the outputs of all rows, whatever the batches', async () => {
    const model = classifier();
    const x = images(11);
    const whole = model.apply(x).toArray();
    expect((await model.predict(x, silent)).toArray()).toEqual(whole);
    expect((await model.predict(x, { ...silent, batchSize: 4 })).toArray()).toEqual(whole);
    expect((await model.predictOnBatch(x)).toArray()).toEqual(whole);
    expect((await model.predict(Dataset.fromTensorSlices(x).batch(5), silent)).toArray()).toEqual(
      whole,
    );
  });

  test('follows new weights', async () => {
    const model = classifier();
    const x = images(3);
    const before = await model.predict(x, silent);
    await model.fit(images(9), classes(9), silent);
    const after = await model.predict(x, silent);
    expect(after.toArray()).not.toEqual(before.toArray());
    expect(after.toArray()).toEqual(model.apply(x).toArray());
  });

  test('of a model that gives its input leaves the input alone', async () => {
    const x = Input({ shape: [4] });
    const model = new Model({ inputs: x, outputs: x });
    const data = keep(images(3));
    expect((await model.predict(data, silent)).toArray()).toEqual(data.toArray());
    expect((await model.predict(data, silent)).toArray()).toEqual(data.toArray());
  });
});

test('indices that a layer computes from floats are checked in the first step', async () => {
  const model = new Sequential([layers.embedding(10, 4), layers.flatten(), layers.dense(1)]);
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const x = tensor([
    [1, 2],
    [3, 12],
  ]);
  await expect(model.fit(x, tensor([[0], [1]]), { verbose: 0 })).rejects.toThrow(
    /embedding: index 12 is out of range for an axis of size 10/,
  );
  const good = tensor([
    [1, 2],
    [3, 9],
  ]);
  const { history } = await model.fit(good, tensor([[0], [1]]), { epochs: 3, verbose: 0 });
  expect(history.loss).toHaveLength(3);
});
