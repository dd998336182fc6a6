import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FormatError,
  Input,
  type KerasTensor,
  layers,
  loadModel,
  Model,
  Sequential,
  setSeed,
  tensor,
  ValueError,
} from 'gradus';
import { afterAll, describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../../test/fuzz.ts';
import { tfjsModels } from './tfjs.golden.ts';
import { tfjsFiles } from './tfjs.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-tfjs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const filesOf = (name: keyof typeof tfjsModels): Record<string, Uint8Array> => ({
  'model.json': new TextEncoder().encode(tfjsModels[name].json),
  'weights.bin': Uint8Array.from(atob(tfjsModels[name].weights), (c) => c.charCodeAt(0)),
});
const names = Object.keys(tfjsModels) as (keyof typeof tfjsModels)[];
const flat = (value: unknown): number[] => (value as number[]).flat(9) as number[];

async function expectSame(a: Model, b: Model, shape: number[]): Promise<void> {
  const size = shape.reduce((x, y) => x * y, 1);
  const x = tensor(Array.from({ length: size }, (_, i) => ((i * 7) % 11) / 11)).reshape(shape);
  const [one, two] = await Promise.all([a, b].map((model) => model.predict(x, { verbose: 0 })));
  expect((two as typeof x).toArray()).toEqual((one as typeof x).toArray());
}

describe('models that TensorFlow.js saved', () => {
  test.each(names)('%s predicts as there', async (name) => {
    const { x, y } = tfjsModels[name];
    const model = await loadModel(filesOf(name));
    const result = await model.predict(tensor(x as never), { verbose: 0 });
    const got = flat((result as ReturnType<typeof tensor>).toArray());
    expect(got).toHaveLength(flat(y).length);
    for (const [i, value] of flat(y).entries()) expect(got[i]).toBeCloseTo(value, 5);
  });

  test('are ready to train on, if they were compiled', async () => {
    const model = await loadModel(filesOf('small'));
    expect(model.compiled).toBe(true);
    expect(model.optimizer.className).toBe('Adam');
    expect((await loadModel(filesOf('small'), { compile: false })).compiled).toBe(false);
    expect((await loadModel(filesOf('rnn'))).compiled).toBe(false);
  });

  test('are refused where something is missing, left over or of another shape', async () => {
    const files = filesOf('small');
    const json = JSON.parse(tfjsModels.small.json);
    const changed = (change: (weights: { name: string; shape: number[] }[]) => void) => {
      const copy = structuredClone(json);
      change(copy.weightsManifest[0].weights);
      return { ...files, 'model.json': new TextEncoder().encode(JSON.stringify(copy)) };
    };
    const renamed = changed((weights) => {
      weights[0].name = 'other/kernel';
    });
    await expect(loadModel(renamed)).rejects.toThrow(/do not fit the model .*other\/kernel/);
    const turned = changed((weights) => weights[0].shape.reverse());
    await expect(loadModel(turned)).rejects.toThrow('has another shape in the file');
    const graph = { ...json, format: 'graph-model' };
    const asGraph = { ...files, 'model.json': new TextEncoder().encode(JSON.stringify(graph)) };
    await expect(loadModel(asGraph)).rejects.toThrow(/a graph for TensorFlow\.js, not layers/);
  });

  test('damaged files end in a FormatError', async () => {
    const files = filesOf('small');
    const refused = await onlyFormatErrors(
      async (bytes) => {
        await loadModel({ ...files, 'model.json': bytes }, { maxBytes: 1 << 22 });
      },
      [files['model.json']],
      { runs: 300 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

describe('save', () => {
  function nested(): Model {
    const x = Input({ shape: [5, 3] });
    let y: KerasTensor = layers
      .bidirectional({ layer: layers.lstm(2, { returnSequences: true }) })
      .apply(x);
    y = layers.timeDistributed({ layer: layers.dense(4, 'silu') }).apply(y);
    y = layers.gru(4, { resetAfter: false }).apply(y);
    const inner = new Sequential([layers.input({ shape: [4] }), layers.dense(4)]);
    const z = Input({ shape: [4] });
    const graph = new Model({
      inputs: z,
      outputs: layers.leakyRelu().apply(layers.dense(4).apply(z)),
    });
    y = layers.add().apply([inner.apply(y), graph.apply(y)]);
    return new Model({ inputs: x, outputs: inner.apply(graph.apply(y)) });
  }

  function images(): Model {
    return new Sequential([
      layers.input({ shape: [8, 8, 2] }),
      layers.conv2d(3, 3, { activation: 'relu', kernelRegularizer: 'l2' }),
      layers.batchNormalization(),
      layers.depthwiseConv2d(3),
      layers.separableConv2d(4, 2),
      layers.globalAveragePooling2d(),
      layers.dense(3, 'softmax'),
    ]);
  }

  test.each([
    ['models inside models, shared layers, recurrent layers', nested, [2, 5, 3]],
    ['images', images, [2, 8, 8, 2]],
  ] as const)('%s: opens again and predicts the same', async (_, make, shape) => {
    setSeed(5);
    const model = make();
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const path = join(folder, 'model.json');
    await model.save(path);
    const again = await loadModel(path);
    expect(again.compiled).toBe(true);
    await expectSame(model, again, [...shape]);
    const other = make();
    await other.loadWeights(path);
    await expectSame(model, other, [...shape]);
    expect(await tfjsFiles(model)).toEqual(await tfjsFiles(model));
  });

  test.each([
    [
      'layers',
      () => layers.globalMaxPooling3d(),
      [2, 2, 2, 1],
      'it has no layer GlobalMaxPooling3D',
    ],
    ['activations', () => layers.dense(2, 'celu'), [3], 'it has no activation "celu"'],
    ['another hard sigmoid', () => layers.dense(2, 'hardSigmoid'), [3], 'it has no activation'],
    ['options', () => layers.conv2d(2, 1, { groups: 2 }), [4, 4, 2], 'it has no groups of 2'],
    ['a GRU of its own kind', () => layers.gru(2), [3, 2], 'it has no reset_after of true'],
  ] as const)('refuses %s that TensorFlow.js lacks', async (_, make, shape, message) => {
    const model = new Sequential([layers.input({ shape: [...shape] }), make()]);
    await expect(tfjsFiles(model)).rejects.toThrow(message);
    await expect(tfjsFiles(model)).rejects.toThrow(ValueError);
  });

  test('a training that TensorFlow.js cannot repeat is left out', async () => {
    const model = new Sequential([layers.input({ shape: [2] }), layers.dense(1)]);
    model.compile({ optimizer: 'lion', loss: 'meanSquaredError' });
    const again = await loadModel(await tfjsFiles(model));
    expect(again.compiled).toBe(false);
    await expect(loadModel({ 'model.json': new TextEncoder().encode('{}') })).rejects.toThrow(
      FormatError,
    );
  });
});
