import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resetNames } from '../config/index.ts';
import {
  Callback,
  CSVLogger,
  Dataset,
  EarlyStopping,
  fromData,
  Input,
  LambdaCallback,
  LearningRateScheduler,
  layers,
  ones,
  ops,
  random,
  Sequential,
  setOutput,
  setSeed,
  type Tensor,
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

describe('bad input is told before any training', () => {
  const cases: [string, () => Promise<unknown>, string][] = [
    [
      'a model that is not compiled',
      () => new Sequential([Input({ shape: [4] }), layers.dense(1)]).fit(images(2), classes(2)),
      'fit: the model is not compiled; call model.compile(',
    ],
    [
      'a wrong shape',
      () => classifier().fit(random.uniform([8, 5]), classes(8)),
      "fit: x has shape [8, 5] but the model's input 'pixels' expects [batch, 4]",
    ],
    [
      'images that only need another shape',
      () => classifier().fit(random.uniform([8, 2, 2]), classes(8)),
      '; reshape it: x.reshape([-1, 4])',
    ],
    [
      'NaN',
      () =>
        classifier().fit(
          tensor([
            [1, 2, 3, 4],
            [1, Number.NaN, 3, 4],
          ]),
          classes(2),
        ),
      'fit: x: row 1 of shape [4] holds NaN; expected finite numbers',
    ],
    [
      'labels out of range',
      () => classifier().fit(images(4), tensor([0, 1, 3, 2], { dtype: 'int32' })),
      "fit: y: row 2 of shape [] holds 3; expected class numbers from 0 to 2, as the output of layer 'scores' has 3 classes",
    ],
    [
      'words beyond the vocabulary',
      () => {
        const model = new Sequential([
          Input({ shape: [2] }),
          layers.embedding(5, 3),
          layers.flatten(),
        ]);
        model.compile({ loss: 'meanSquaredError' });
        return model.fit(
          tensor([
            [0, 1],
            [5, 2],
          ]),
          random.uniform([2, 6]),
        );
      },
      "fit: x: row 1 of shape [2] holds 5; expected whole numbers from 0 to 4, as layer 'embedding' has inputDim 5",
    ],
    [
      'one-hot labels for a sparse loss',
      () => classifier().fit(images(4), ops.oneHot(classes(4), 3)),
      "for one-hot labels use 'categoricalCrossentropy'",
    ],
    [
      'class numbers for a loss of one-hot labels',
      () => classifier({ loss: 'categoricalCrossentropy' }).fit(images(4), classes(4)),
      "toCategorical(y, 3), or the loss 'sparseCategoricalCrossentropy' for class numbers",
    ],
    [
      'an empty data set',
      () => classifier().fit(random.uniform([0, 4]), classes(0)),
      'fit: x has no rows (shape [0, 4])',
    ],
    [
      'data and labels of different length',
      () => classifier().fit(images(4), classes(5)),
      'fit: y has 5 rows but fit: x has 4; every sample needs one row of each',
    ],
    ['no labels', () => classifier().fit(images(4), null as never), 'fit: y is missing'],
    [
      'no loss',
      () => classifier({ loss: null }).fit(images(4), classes(4)),
      'fit: there is nothing to minimise; give compile a loss',
    ],
    [
      'a misspelt option',
      () => classifier().fit(images(4), classes(4), { batch_size: 2 } as object),
      "fit: unknown option 'batch_size'; did you mean 'batchSize'?",
    ],
    [
      'a bad number',
      () => classifier().fit(images(4), classes(4), { batchSize: 0 }),
      'fit: batchSize must be a whole number >= 1, received 0',
    ],
    [
      'a split that leaves nothing',
      () => classifier().fit(images(4), classes(4), { validationSplit: 0.9 }),
      'fit: validationSplit 0.9 of 4 rows leaves 0 to train on and 4 to validate',
    ],
    [
      'bad validation data',
      () => classifier().fit(images(4), classes(4), { validationData: [images(2), classes(3)] }),
      'fit: validationData: y has 3 rows but fit: validationData: x has 2',
    ],
    [
      'an unknown optimizer',
      async () => classifier({ optimizer: 'adm' }),
      "compile: optimizer: unknown optimizer 'adm' (did you mean 'Adam'?); known: ",
    ],
    [
      'an unknown loss',
      () => classifier({ loss: 'crossentrpy' }).fit(images(4), classes(4)),
      "compile: loss: unknown loss 'crossentrpy'; known: ",
    ],
    [
      'a loss for an output that is not there',
      () => classifier({ loss: { score: 'mse' } }).fit(images(4), classes(4)),
      "compile: loss names 'score'; the model's outputs are scores",
    ],
    [
      'a data set that is not batched',
      () => classifier().fit(Dataset.fromTensorSlices([images(4), classes(4)] as const)),
      'is the data set batched?',
    ],
    [
      'labels out of range in a data set',
      () =>
        classifier().fit(
          Dataset.fromTensorSlices([images(4), new Int32Array([0, 1, 4, 2])] as const).batch(2),
        ),
      'expected class numbers from 0 to 2',
    ],
  ];

  test.each(cases)('%s', async (_, run, message) => {
    await expect((async () => run())()).rejects.toThrow(message);
    expect(printed).toBe('');
  });

  test('a batch larger than the data is fine', async () => {
    const { history } = await classifier().fit(images(4), classes(4), {
      ...silent,
      batchSize: 100,
    });
    expect(history.loss).toHaveLength(1);
  });
});

describe('names that there are not are refused at once, with the nearest one', () => {
  const compile = (options: object) => () =>
    new Sequential([layers.input({ shape: [2] }), layers.dense(1)]).compile(options);

  test.each([
    [
      'optimizer',
      { optimizer: 'adamm' },
      "unknown optimizer 'adamm' (did you mean 'Adam'?); known: ",
    ],
    [
      'loss',
      { loss: 'categorical_crosentropy' },
      "compile: loss: unknown loss 'categorical_crosentropy' (did you mean 'CategoricalCrossentropy'?)",
    ],
    ['metric', { metrics: ['acuracy'] }, "unknown metric 'acuracy' (did you mean 'Accuracy'?)"],
    [
      'option',
      { metric: ['accuracy'] },
      "compile: unknown option 'metric'; did you mean 'metrics'?",
    ],
  ])('%s', (_, options, message) => {
    expect(compile(options)).toThrow(message);
  });

  test('activation', () => {
    expect(() => layers.dense(1, 'rleu')).toThrow(
      "Dense: activation: unknown activation 'rleu' (did you mean 'relu'?); known: linear, relu,",
    );
    expect(() => layers.dense(1, 'whatever')).toThrow("unknown activation 'whatever'; known: ");
  });
});

describe('what a callback throws', () => {
  const fitWith = (callback: Callback) => {
    const model = new Sequential([layers.input({ shape: [2] }), layers.dense(1)]);
    model.compile({ loss: 'mse' });
    return model.fit(ones([2, 2]), ones([2, 1]), { verbose: 0, callbacks: [callback] });
  };
  class Mine extends Callback {
    readonly error: unknown;

    constructor(error: unknown) {
      super();
      this.error = error;
    }

    override onEpochBegin(): void {
      throw this.error;
    }
  }

  test('is the same error, with a message that says which callback it was', async () => {
    const error = new RangeError('no room');
    await expect(fitWith(new Mine(error))).rejects.toBe(error);
    expect(error.message).toBe('Mine.onEpochBegin: no room');
    expect(error.stack).toContain('Mine.onEpochBegin: no room');
  });

  test('late is told as well', async () => {
    const late = new LambdaCallback({
      onTrainBatchEnd: () => Promise.reject(new TypeError('no number')),
    });
    const told = 'LambdaCallback.onTrainBatchEnd: no number';
    await expect(fitWith(late)).rejects.toThrow(new TypeError(told));
  });

  test('is wrapped where it is no error', async () => {
    await expect(fitWith(new Mine('text'))).rejects.toMatchObject({
      message: "Mine.onEpochBegin: threw 'text'",
      cause: 'text',
    });
  });
});

test('options of callbacks, of fit and of data sets', async () => {
  expect(() => new EarlyStopping({ patience: -1 })).toThrow(
    'EarlyStopping: patience must be a whole number >= 0, received -1',
  );
  expect(() => new CSVLogger('')).toThrow("CSVLogger: expected the name of a file, received ''");
  expect(() => new LearningRateScheduler(0.1 as never)).toThrow('expected a function of epoch');
  expect(() => Dataset.fromTensorSlices(ones([2])).map(3 as never as () => Tensor)).toThrow(
    'map: expected a function of an element, received 3',
  );
  const model = new Sequential([layers.input({ shape: [2] }), layers.dense(1)]);
  model.compile({ loss: 'mse' });
  const fit = (options: object) => model.fit(ones([2, 2]), ones([2, 1]), options);
  await expect(fit({ verbose: 7 })).rejects.toThrow(
    "verbose must be 'auto', 0, 1 or 2, received 7",
  );
  await expect(fit({ verbose: 0, classWeight: { 1: 'a' } })).rejects.toThrow(
    "fit: classWeight of class 1 must be a finite number, received 'a'",
  );
});
