import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { resetNames } from '../../config/index.ts';
import {
  CSVLogger,
  findLearningRate,
  fromData,
  Input,
  LambdaCallback,
  layers,
  loadModel,
  ModelCheckpoint,
  optimizers,
  random,
  Sequential,
  SwapEMAWeights,
  setSeed,
  type Tensor,
} from '../../index.ts';
import { formatPath } from './format-path.ts';

const folder = await mkdtemp(join(tmpdir(), 'gradus-callbacks-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  resetNames();
  setSeed(1);
});

const x = () => random.uniform([24, 4], { seed: 2 });
const y = () =>
  fromData(
    Int32Array.from({ length: 24 }, (_, i) => (i * 5) % 3),
    [24],
  );
const silent = { verbose: 0, batchSize: 8 } as const;
const arrays = (tensors: readonly Tensor[]) => tensors.map((tensor) => tensor.toArray());

function classifier(optimizer: optimizers.Optimizer | string = 'adam'): Sequential {
  const model = new Sequential([Input({ shape: [4] }), layers.dense(3, 'softmax')]);
  return model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
}

describe('ModelCheckpoint', () => {
  test('saves after each epoch under the name of its numbers', async () => {
    const path = join(folder, 'epochs', 'e{epoch:02d}-{loss:.1f}.safetensors');
    const model = classifier();
    await model.fit(x(), y(), { ...silent, epochs: 2, callbacks: new ModelCheckpoint(path) });
    const files = await readdir(join(folder, 'epochs'));
    expect(files).toEqual([
      expect.stringMatching(/^e01-\d\.\d\.safetensors$/),
      expect.stringMatching(/^e02-\d\.\d\.safetensors$/),
    ]);
    const loaded = await loadModel(join(folder, 'epochs', files[1]));
    expect(arrays(loaded.weights)).toEqual(arrays(model.weights));
    expect(loaded.trainingState).toMatchObject({ epoch: 2, step: 0, iteration: 6 });
  });

  test('keeps the best', async () => {
    const path = join(folder, 'best.safetensors');
    const kept: unknown[] = [];
    const model = classifier();
    const values = [3, 1, 2];
    const fake = new LambdaCallback({
      onEpochEnd: (epoch, logs) => {
        logs.val_loss = values[epoch];
        kept.push(arrays(model.weights));
      },
    });
    const checkpoint = new ModelCheckpoint(path, { saveBestOnly: true });
    await model.fit(x(), y(), { ...silent, epochs: 3, callbacks: [fake, checkpoint] });
    expect(arrays((await loadModel(path)).weights)).toEqual(kept[1]);
  });

  test('saves in the middle of an epoch, from where the training goes on', async () => {
    const path = join(folder, 'b{batch}.safetensors');
    const checkpoint = new ModelCheckpoint(path, { saveFreq: 2 });
    const model = classifier();
    await model.fit(x(), y(), { ...silent, callbacks: checkpoint });
    const loaded = await loadModel(join(folder, 'b2.safetensors'));
    expect(loaded.trainingState).toMatchObject({ epoch: 0, step: 2 });
    await loaded.fit(x(), y(), { ...silent, initialEpoch: 0 });
    expect(arrays(loaded.weights)).toEqual(arrays(model.weights));
  });

  test('refuses what it cannot do', () => {
    expect(() => new ModelCheckpoint('model.h6')).toThrow('the path must end in .safetensors');
    expect(() => new ModelCheckpoint('m.safetensors', { saveFreq: 0 })).toThrow(
      "saveFreq must be 'epoch' or a number of batches, received 0",
    );
  });
});

test('formatPath fills in numbers as Python does', () => {
  expect(
    formatPath('{epoch:03d}-{acc:.3f}-{loss:.2e}-{epoch}', { epoch: 7, acc: 0.5, loss: 12 }),
  ).toBe('007-0.500-1.20e+01-7');
  expect(() => formatPath('{val_los}', { val_loss: 1 })).toThrow(
    "names 'val_los'; known: val_loss",
  );
  expect(() => formatPath('{a:x}', { a: 1 })).toThrow("':x' is no format");
});

test('CSVLogger writes a line an epoch, and goes on in a file', async () => {
  const path = join(folder, 'log.csv');
  const model = classifier();
  await model.fit(x(), y(), { ...silent, epochs: 2, callbacks: new CSVLogger(path) });
  await model.fit(x(), y(), {
    ...silent,
    epochs: 1,
    callbacks: new CSVLogger(path, { append: true }),
  });
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\r\n');
  expect(lines[0]).toBe('epoch,accuracy,loss,val_accuracy,val_loss');
  expect(lines.slice(1).map((line) => line.replace(/[\d.]{4,}/g, '#'))).toEqual([
    '0,#,#,NA,NA',
    '1,#,#,NA,NA',
    '0,#,#,NA,NA',
  ]);
});

test('SwapEMAWeights evaluates with the averages and trains on with the weights', async () => {
  const optimizer = new optimizers.SGD({ learningRate: 0.5, useEma: true, emaMomentum: 0.9 });
  const model = classifier(optimizer);
  const seen: unknown[] = [];
  const plain = classifier(new optimizers.SGD({ learningRate: 0.5 }));
  plain.setWeights(model.getWeights());
  const spy = new LambdaCallback({ onTestBatchBegin: () => void seen.push(arrays(model.weights)) });
  const averages: unknown[] = [];
  const options = {
    ...silent,
    shuffle: false,
    validationData: [x(), y()] as const,
    validationSteps: 1,
  };
  await model.fit(x(), y(), {
    ...options,
    callbacks: [
      new LambdaCallback({
        onTestBegin: () => void averages.push(arrays(optimizer.movingAverages)),
      }),
      new SwapEMAWeights(),
      spy,
      // At the end of `fit` the averages stay in the weights.
      new LambdaCallback({ onEpochEnd: () => void seen.push(arrays(model.weights)) }),
    ],
  });
  await plain.fit(x(), y(), options);
  expect(seen[0]).toEqual(averages[0]);
  expect(seen[1]).toEqual(arrays(plain.weights));
  expect(arrays(model.weights)).toEqual(averages[0]);
  await expect(
    plain.fit(x(), y(), { ...options, callbacks: new SwapEMAWeights() }),
  ).rejects.toThrow('useEma: true');
});

test('findLearningRate suggests one and leaves the model as it was', async () => {
  const model = classifier();
  await model.fit(x(), y(), silent);
  const before = [arrays(model.weights), arrays(model.optimizer.variables), model.trainingState];
  const trial = await findLearningRate(model, x(), y(), { steps: 40, batchSize: 8 });
  expect([arrays(model.weights), arrays(model.optimizer.variables), model.trainingState]).toEqual(
    before,
  );
  expect(trial.learningRates[0]).toBeCloseTo(1e-7, 12);
  expect(trial.losses).toHaveLength(trial.learningRates.length);
  expect(trial.suggestion).toBeGreaterThan(1e-5);
  expect(trial.suggestion).toBeLessThan(10);
});
