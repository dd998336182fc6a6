import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { decode } from '../../formats/tfevents.ts';
import { fromData, Input, layers, random, Sequential, setSeed, TensorBoard } from '../../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-tensor-board-'));
afterAll(() => rmSync(folder, { recursive: true }));

const x = () => random.uniform([24, 4, 4, 1], { seed: 2 });
const y = () =>
  fromData(
    Int32Array.from({ length: 24 }, (_, i) => i % 3),
    [24],
  );

function classifier(): Sequential {
  setSeed(1);
  const model = new Sequential([
    Input({ shape: [4, 4, 1] }),
    layers.conv2d({ filters: 2, kernelSize: 3 }),
    layers.flatten(),
    layers.dense(3, 'softmax'),
  ]);
  const loss = 'sparseCategoricalCrossentropy';
  return model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
}

/** Kind and steps of each tag of a run. */
function contents(run: string): Record<string, [kind: string, ...steps: number[]]> {
  const [name] = readdirSync(join(folder, run));
  const { events, damage } = decode(readFileSync(join(folder, run, name)));
  expect(damage).toEqual([]);
  const found: Record<string, [string, ...number[]]> = {};
  for (const { step, values } of events) {
    for (const { tag, value } of values) {
      found[tag] ??= [value.kind];
      found[tag].push(step);
    }
  }
  return found;
}

test('notes epochs, batches, weights, the graph, the validation and samples', async () => {
  const model = classifier();
  const callback = new TensorBoard(join(folder, 'all'), {
    histogramFreq: 2,
    writeImages: true,
    updateFreq: 2,
    samples: { x: x(), labels: y(), classNames: ['a', 'b', 'c'] },
  });
  await model.fit(x(), y(), {
    batchSize: 8,
    epochs: 3,
    verbose: 0,
    validationData: [x(), y()],
    callbacks: [callback],
  });
  const kernel = model.weights[0].path;
  expect(contents('all/train')).toMatchObject({
    '': ['graph', 0],
    epoch_loss: ['scalar', 0, 1, 2],
    epoch_accuracy: ['scalar', 0, 1, 2],
    epoch_learning_rate: ['scalar', 0, 1, 2],
    batch_loss: ['scalar', 2, 4, 6, 8],
    [kernel]: ['histogram', 0, 2],
    [`${kernel}/image`]: ['image', 0, 2],
    samples: ['samples', 0, 1, 2],
    'class/a': ['curve', 0, 1, 2],
    'class/c': ['curve', 0, 1, 2],
  });
  expect(contents('all/validation')).toMatchObject({
    epoch_loss: ['scalar', 0, 1, 2],
    evaluation_accuracy_vs_iterations: ['scalar', 3, 6, 9],
  });
});

test('changes nothing in what is learned', async () => {
  const weightsAfter = async (callbacks: TensorBoard[]) => {
    const model = classifier();
    await model.fit(x(), y(), { batchSize: 8, epochs: 2, verbose: 0, callbacks });
    return model.weights.map((weight) => weight.toArray());
  };
  const samples = { x: x(), labels: y() };
  const logDir = join(folder, 'same');
  const options = { logDir, histogramFreq: 1, updateFreq: 'batch', samples } as const;
  expect(await weightsAfter([new TensorBoard(options)])).toEqual(await weightsAfter([]));
});

test('by default there are epochs and the graph', async () => {
  const model = classifier();
  const callback = new TensorBoard(join(folder, 'plain'));
  await model.fit(x(), y(), { batchSize: 8, epochs: 1, verbose: 0, callbacks: callback });
  await model.fit(x(), y(), { batchSize: 8, epochs: 1, verbose: 0, callbacks: callback });
  expect(readdirSync(join(folder, 'plain'))).toEqual(['train']);
  // Each fit has a file of its own.
  expect(readdirSync(join(folder, 'plain/train'))).toHaveLength(2);
  expect(Object.keys(contents('plain/train')).sort()).toEqual([
    ...['', 'epoch_accuracy', 'epoch_learning_rate', 'epoch_loss'],
  ]);
});

test('refuses options that mean nothing', () => {
  expect(() => new TensorBoard('x', { updateFreq: 0 })).toThrow('updateFreq must be');
  expect(() => new TensorBoard({ histogramFreq: -1 })).toThrow('histogramFreq');
  expect(() => new TensorBoard({ logdir: 'x' } as object)).toThrow("'logdir'");
});
