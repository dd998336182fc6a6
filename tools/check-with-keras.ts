// Real Keras opens what Gradus writes: every layer and ten whole models as .h5, .keras and .weights.h5.
// node tools/run.mjs tools/check-with-keras.ts [--python python3] [--keep FOLDER]
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fromData, type Model, random, setSeed, type Tensor } from 'gradus';
import { resetNames } from 'gradus/config';
import { npz } from 'gradus/formats';
import { layerNames } from 'gradus/layers';
import { layerToFile } from 'gradus/training';
import { dataLayers, integerInputs, layerModels } from './check-with-keras/layer-models.ts';
import { wholeModels } from './check-with-keras/whole-models.ts';

/** How far predictions may lie apart, as a share of the largest number. */
const closeEnough = 1e-5;
/** Losses of the next two steps, which two engines round in their own ways. */
const closeLosses = 1e-4;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env.GRADUS_PYTHON ?? 'python3' },
    keep: { type: 'string' },
  },
});
const missing = layerNames().filter((name) => !(name in layerModels) && !(name in dataLayers));
if (missing.length) throw new Error(`no model for ${missing.join(', ')}`);

const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'gradus-keras-')));
const arrays = new Map<string, Tensor>();
const cases: object[] = [];

try {
  for (const [name, make] of Object.entries(layerModels)) {
    await addModel(`layer_${name}`, make, integerInputs[name]);
  }
  for (const [name, { layer, data }] of Object.entries(dataLayers)) {
    const made = layer();
    arrays.set(`${name}/y`, made.apply(data as never) as Tensor);
    cases.push({ name: `layer_${name}`, layer: layerToFile(made), data, output: `${name}/y` });
  }
  for (const [name, make] of Object.entries(wholeModels)) {
    await addModel(name, make, name === 'words' ? 10 : undefined, true);
  }
  await writeFile(join(folder, 'cases.json'), JSON.stringify(cases));
  const files = [...arrays].map(([key, tensor]) => [
    key,
    { dtype: tensor.dtype, shape: tensor.shape, data: tensor.dataSync() },
  ]) as never;
  await writeFile(join(folder, 'arrays.npz'), npz.encode(files));
  report(runKeras());
} finally {
  if (!options.keep) await rm(folder, { recursive: true });
}

/** Saves a model in all formats, with inputs and what it makes of them. */
async function addModel(
  name: string,
  make: () => Model,
  integers?: number,
  trains = false,
): Promise<void> {
  resetNames();
  setSeed(1);
  const model = make();
  const inputs = model.inputs.map(({ shape }, i) => {
    const sizes = shape.map((n) => n ?? 8);
    return integers
      ? random.randint(sizes, 0, integers, { seed: i + 5 }).cast('float32')
      : random.uniform(sizes, { minval: -1, maxval: 1, seed: i + 5 });
  });
  const x = inputs.length === 1 ? inputs[0] : inputs;
  const labels = fromData(
    Int32Array.from({ length: 8 }, (_, i) => i % 2),
    [8],
  );
  if (trains) for (let step = 0; step < 3; step++) await model.trainOnBatch(x, labels);
  const output = (await model.predict(x, { verbose: 0 })) as Tensor;
  inputs.forEach((input, i) => {
    arrays.set(`${name}/x${i}`, input);
  });
  arrays.set(`${name}/y`, output);
  for (const extension of ['h5', 'keras', 'json'])
    await model.save(join(folder, `${name}.${extension}`));
  await model.saveWeights(join(folder, `${name}.weights.h5`));
  const c = { name, inputs: inputs.map((_, i) => `${name}/x${i}`), output: `${name}/y` };
  if (!trains) {
    cases.push(c);
    return;
  }
  arrays.set(`${name}/labels`, labels);
  const losses: number[] = [];
  // Dropout draws anew in each program: such a model's losses are not compared.
  const draws = JSON.stringify(layerToFile(model)).includes('"Dropout"');
  for (let step = 0; step < 2; step++) {
    model.resetMetrics();
    losses.push((await model.trainOnBatch(x, labels, { returnDict: true })).loss);
  }
  cases.push({ ...c, ...(!draws && { labels: `${name}/labels`, losses, iterations: 3 }) });
}

interface Result {
  readonly name: string;
  readonly kind: string;
  readonly output?: number;
  readonly loss?: number;
  readonly error?: string;
}

function runKeras(): { readonly keras: string; readonly results: readonly Result[] } {
  const script = fileURLToPath(new URL('./check-with-keras/check.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(options.python, [script, folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`Keras failed: ${stderr.slice(-4000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

function report({ keras, results }: ReturnType<typeof runKeras>): void {
  const failed = results.filter(
    ({ error, output = 0, loss = 0 }) => error || output > closeEnough || loss > closeLosses,
  );
  for (const { name, kind, error, output, loss } of failed) {
    console.log(`FAILED ${name} (${kind}): ${error ?? `output ${output}, losses ${loss}`}`);
  }
  const layers = results.filter(({ name }) => name.startsWith('layer_'));
  const names = (list: readonly Result[]): number => new Set(list.map(({ name }) => name)).size;
  const worst = (key: 'output' | 'loss'): string =>
    Math.max(0, ...results.map((result) => result[key] ?? 0)).toExponential(1);
  const resumed = results.filter(({ loss }) => loss !== undefined).length;
  console.log(
    `Keras ${keras}: ${results.length} files, ${names(layers)} layers and ` +
      `${names(results) - names(layers)} whole models; ${results.length - failed.length} open and predict the same`,
  );
  console.log(`largest difference of a prediction ${worst('output')} (allowed ${closeEnough})`);
  console.log(
    `${resumed} trainings went on in Keras, largest difference of a loss ${worst('loss')} (allowed ${closeLosses})`,
  );
  if (failed.length) process.exitCode = 1;
}
