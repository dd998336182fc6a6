// node tools/run.mjs tools/check-with-tensorboard.ts PYTHON: writes logs of every kind and compares what TensorBoard's own
// readers make of them, in a Python that has tensorboard, with what was written.
import { deepStrictEqual, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layers, random, Sequential, setSeed, TensorBoard, tensor } from 'gradus';
import { LogWriter, SummaryWriter } from 'gradus/board';
import { root } from './command.ts';

interface Entry {
  readonly plugin: string;
  readonly step: number;
  readonly [name: string]: unknown;
}

interface Answer {
  readonly tensorboard: string;
  readonly runs: Readonly<
    Record<
      string,
      {
        readonly tags?: Readonly<Record<string, readonly Entry[]>>;
        readonly graph?: readonly (readonly [
          name: string,
          op: string,
          inputs: readonly string[],
        ])[];
        readonly projector?: readonly unknown[];
      }
    >
  >;
}

const python = process.argv[2] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'gradus-tensorboard-'));

function writeByHand(): void {
  const writer = new LogWriter(join(folder, 'by-hand'));
  for (let step = 0; step < 3; step++) writer.addScalar('train/loss', 1 / (1 + step), step);
  writer.addScalar({ tag: '中文/标签', value: 0.25, step: 2 ** 33 });
  writer.addImage('one', random.uniform([4, 6, 3], { seed: 1 }), 1);
  writer.addImages('many', random.uniform([5, 4, 6, 1], { seed: 1 }), 1);
  writer.addHistogram('weights', random.uniform([1000], { seed: 1 }), 2, 20);
  writer.addText('note', '# 你好\n*hello*', 3);
  writer.addPrCurve('pr', [0, 1, 1, 0], [0.1, 0.9, 0.4, 0.6], 4, 11);
  const hparams = { rate: 0.1, optimizer: 'adam', bias: true };
  writer.addHparams(hparams, ['train/loss']);
  const vectors = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  writer.addEmbeddings('points', vectors, ['a', 'b']);
  writer.addScalars('both', { left: 1, right: 2 }, 1);
  const labels = {
    labels: [0, 1],
    predictions: tensor([
      [0.9, 0.1],
      [0.2, 0.8],
    ]),
  };
  writer.addSamples('samples', random.uniform([2, 4, 4, 1], { seed: 2 }), 0, labels);
  writer.close();
  const summary = new SummaryWriter(join(folder, 'summary'));
  summary.addImage('chw', random.uniform([3, 4, 6], { seed: 1 }), 1);
  summary.addHparams({ rate: 0.2 }, { accuracy: 0.5 });
  summary.close();
}

async function writeTraining(): Promise<void> {
  setSeed(1);
  const model = new Sequential([
    layers.input({ shape: [6, 6, 1] }),
    layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu' }),
    layers.flatten(),
    layers.dense({ units: 2, activation: 'softmax' }),
  ]);
  model.compile({
    optimizer: 'adam',
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const x = random.uniform([32, 6, 6, 1], { seed: 1 });
  const y = tensor(
    Array.from({ length: 32 }, (_, i) => i % 2),
    { dtype: 'int32' },
  );
  const logDir = join(folder, 'fit');
  const board = new TensorBoard(logDir, {
    histogramFreq: 1,
    writeImages: true,
    updateFreq: 'batch',
  });
  await model.fit(x, y, {
    batchSize: 16,
    epochs: 2,
    verbose: 0,
    validationData: [x, y],
    callbacks: [board],
  });
}

function ask(): Answer {
  const script = join(root, 'tools/check-with-tensorboard.py');
  const { stdout, stderr, status } = spawnSync(python, [script, folder], { encoding: 'utf8' });
  ok(status === 0, `${python} failed\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Answer;
}

let checks = 0;
function same(actual: unknown, expected: unknown, what: string): void {
  deepStrictEqual(actual, expected, what);
  checks++;
}

function check({ runs }: Answer): void {
  const names = ['by-hand', 'by-hand/both_left', 'by-hand/both_right'];
  same(Object.keys(runs).sort(), [...names, 'fit/train', 'fit/validation', 'summary'], 'runs');
  const { tags = {}, projector } = runs['by-hand'];
  const plain = (tag: string) => tags[tag].map(({ plugin: _, ...rest }) => rest);
  const values = [1, 0.5, Math.fround(1 / 3)].map((value, step) => ({ value, step }));
  same(plain('train/loss'), values, 'scalars');
  same(plain('中文/标签'), [{ value: 0.25, step: 2 ** 33 }], 'a scalar with a Chinese tag');
  same(plain('one'), [{ size: [6, 4], pngs: true, count: 1, step: 1 }], 'an image');
  same(plain('many'), [{ size: [6, 4], pngs: true, count: 5, step: 1 }], 'images');
  same(plain('weights'), [{ shape: [20, 3], count: 1000, step: 2 }], 'a histogram');
  same(plain('note'), [{ text: ['# 你好\n*hello*'], step: 3 }], 'a text');
  same(plain('pr'), [{ thresholds: 11, shape: [6, 11], step: 4 }], 'a PR curve');
  same(tags.pr[0].plugin, 'pr_curves', 'plugin of a PR curve');
  same(
    Object.entries(tags)
      .filter(([, [{ plugin }]]) => plugin === 'hparams')
      .map(([, [entry]]) => entry),
    [
      {
        plugin: 'hparams',
        hparams: ['rate', 'optimizer', 'bias'],
        metrics: ['train/loss'],
        step: 0,
      },
      { plugin: 'hparams', values: { bias: true, optimizer: 'adam', rate: 0.1 }, step: 0 },
      { plugin: 'hparams', status: 1, step: 0 },
    ],
    'hyperparameters',
  );
  same(projector, [['points:00000', true]], 'the projector');
  same(tags.samples[0].plugin, 'gradus_samples', 'samples are left to us');
  same(runs['by-hand/both_left'].tags?.both[0].value, 1, 'one of several scalars');
  same(runs.summary.tags?.accuracy[0].value, 0.5, 'a metric of hyperparameters');
  same(runs.summary.tags?.chw[0].size, [6, 4], 'an image with its channels first');
  const train = runs['fit/train'];
  const curve = train.tags?.epoch_loss ?? [];
  same(
    curve.map(({ step }) => step),
    [0, 1],
    'steps of epochs',
  );
  ok(
    curve.every(({ value }) => Number.isFinite(value)),
    'losses',
  );
  same(
    train.tags?.batch_loss.map(({ step }) => step),
    [1, 2, 3, 4],
    'steps of batches',
  );
  same(runs['fit/validation'].tags?.epoch_accuracy.length, 2, 'the validation');
  const kernels = Object.entries(train.tags ?? {}).filter(([tag]) => tag.endsWith('kernel'));
  same(
    kernels.map(([, list]) => list.map(({ count }) => count)),
    [
      [18, 18],
      [64, 64],
    ],
    'weights',
  );
  const graph = train.graph ?? [];
  const known = new Set(graph.map(([name]) => name));
  same(
    graph.flatMap(([, , inputs]) => inputs).filter((input) => !known.has(input)),
    [],
    'inputs',
  );
  ok(
    graph.some(([name]) => /conv2d/.test(name)),
    'layers in the graph',
  );
  checks++;
}

try {
  writeByHand();
  await writeTraining();
  const answer = ask();
  check(answer);
  console.log(`TensorBoard ${answer.tensorboard}: ${checks} checks passed`);
} finally {
  rmSync(folder, { recursive: true });
}
