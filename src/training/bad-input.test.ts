import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resetNames } from '../config/index.ts';
import {
  Dataset,
  fromData,
  Input,
  layers,
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
      "compile: optimizer: unknown optimizer 'adm'; known: ",
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
    await expect(run()).rejects.toThrow(message);
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
