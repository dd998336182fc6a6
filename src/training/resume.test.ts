import { beforeEach, describe, expect, test } from 'vitest';
import { resetNames } from '../config/index.ts';
import { Dataset } from '../data/dataset.ts';
import {
  Callback,
  fromData,
  layers,
  modelFromBytes,
  modelToBytes,
  random,
  Sequential,
  setSeed,
} from '../index.ts';

/** Random layers, moving averages, a metric: everything that a training carries along. */
function makeModel(): Sequential {
  resetNames();
  setSeed(3);
  const model = new Sequential([
    layers.input({ shape: [6] }),
    layers.dense(8, 'relu'),
    layers.batchNormalization(),
    layers.dropout(0.3),
    layers.dense(3, 'softmax'),
  ]);
  return model.compile({
    optimizer: 'adam',
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
}

function makeData() {
  const x = random.uniform([50, 6], { seed: 5 });
  const y = fromData(
    Int32Array.from({ length: 50 }, (_, i) => (i * 7) % 3),
    [50],
  );
  return { x, y };
}

/** Stops the training after so many steps, as Ctrl-C does. */
class StopAfter extends Callback {
  readonly controller = new AbortController();
  #left: number;

  constructor(steps: number) {
    super();
    this.#left = steps;
  }

  override needsBatchLogs(): boolean {
    return false;
  }

  override onTrainBatchEnd(): void {
    if (--this.#left === 0) this.controller.abort();
  }
}

const options = { batchSize: 8, epochs: 3, verbose: 0 } as const;

describe('a training that was saved and loaded goes on as if it had never stopped', () => {
  let whole: Uint8Array;
  let losses: Record<string, number[]>;

  beforeEach(async () => {
    const { x, y } = makeData();
    const model = makeModel();
    const { history } = await model.fit(x, y, { ...options, validationSplit: 0.2 });
    whole = await modelToBytes(model);
    losses = history;
  });

  test('after an epoch', async () => {
    const { x, y } = makeData();
    const first = makeModel();
    await first.fit(x, y, { ...options, epochs: 1, validationSplit: 0.2 });
    const second = modelFromBytes(await modelToBytes(first));
    const { history } = await second.fit(x, y, {
      ...options,
      initialEpoch: 1,
      validationSplit: 0.2,
    });
    expect(await modelToBytes(second)).toEqual(whole);
    for (const name of Object.keys(losses)) expect(history[name]).toEqual(losses[name].slice(1));
  });

  test.each([1, 4, 5, 8, 14])('after %i steps', async (steps) => {
    const { x, y } = makeData();
    const first = makeModel();
    const stop = new StopAfter(steps);
    await first.fit(x, y, {
      ...options,
      validationSplit: 0.2,
      callbacks: stop,
      signal: stop.controller.signal,
    });
    const second = modelFromBytes(await modelToBytes(first));
    const { epoch } = second.trainingState;
    const { history } = await second.fit(x, y, {
      ...options,
      initialEpoch: epoch,
      validationSplit: 0.2,
    });
    expect(await modelToBytes(second)).toEqual(whole);
    for (const name of Object.keys(losses))
      expect(history[name]).toEqual(losses[name].slice(epoch));
  });

  test('in the middle of an epoch of a data set', async () => {
    const { x, y } = makeData();
    const batches = () =>
      Dataset.fromTensorSlices([x, y] as const)
        .shuffle(50, { seed: 9 })
        .batch(8);
    const straight = makeModel();
    await straight.fit(batches(), { epochs: 2, verbose: 0 });
    const first = makeModel();
    const stop = new StopAfter(10);
    const { signal } = stop.controller;
    await first.fit(batches(), { epochs: 2, verbose: 0, callbacks: stop, signal });
    const second = modelFromBytes(await modelToBytes(first));
    await second.fit(batches(), { epochs: 2, verbose: 0, initialEpoch: 1 });
    expect(await modelToBytes(second)).toEqual(await modelToBytes(straight));
  });

  test('and a training that went on differently ends differently', async () => {
    const { x, y } = makeData();
    const other = makeModel();
    await other.fit(x, y, { ...options, shuffle: false, validationSplit: 0.2 });
    expect(await modelToBytes(other)).not.toEqual(whole);
  });
});
