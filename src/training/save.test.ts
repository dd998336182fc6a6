import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { resetNames } from '../config/index.ts';
import { safetensors } from '../formats/index.ts';
import {
  fromData,
  Input,
  layers,
  loadModel,
  Model,
  modelFromBytes,
  modelToBytes,
  optimizers,
  random,
  Sequential,
  setSeed,
  type Tensor,
} from '../index.ts';

const folder = await mkdtemp(join(tmpdir(), 'gradus-save-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  resetNames();
  setSeed(1);
});

const x = () => random.uniform([10, 6, 6, 1], { seed: 2 });
const y = () =>
  fromData(
    Int32Array.from({ length: 10 }, (_, i) => i % 3),
    [10],
  );

function network(): Sequential {
  const model = new Sequential([
    Input({ shape: [6, 6, 1] }),
    layers.conv2d(4, 3, { activation: 'relu' }),
    layers.batchNormalization(),
    layers.flatten(),
    layers.dense(3, 'softmax'),
  ]);
  return model.compile({
    optimizer: new optimizers.SGD({ learningRate: 0.05, momentum: 0.9 }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
}

describe('a saved model', () => {
  test('holds weights by name, architecture, compilation and state', async () => {
    const model = network();
    await model.fit(x(), y(), { verbose: 0 });
    const path = join(folder, 'a.safetensors');
    await model.save(path);
    const { tensors, metadata } = safetensors.decode(new Uint8Array(await readFile(path)));
    expect([...tensors.keys()].filter((name) => !name.startsWith('//')).sort()).toEqual([
      'batch_normalization/beta',
      'batch_normalization/gamma',
      'batch_normalization/moving_mean',
      'batch_normalization/moving_variance',
      'conv2d/bias',
      'conv2d/kernel',
      'dense/bias',
      'dense/kernel',
    ]);
    expect([...metadata.keys()]).toEqual(['compile', 'format', 'model', 'training']);
    const loaded = await loadModel(path);
    expect(loaded.weights.map((w) => w.toArray())).toEqual(model.weights.map((w) => w.toArray()));
    expect(loaded.optimizer.variables.map((v) => v.toArray())).toEqual(
      model.optimizer.variables.map((v) => v.toArray()),
    );
    expect(loaded.optimizer.getConfig()).toMatchObject({
      learningRate: Math.fround(0.05),
      momentum: 0.9,
    });
    expect(await loaded.evaluate(x(), y(), { verbose: 0 })).toEqual(
      await model.evaluate(x(), y(), { verbose: 0 }),
    );
  });

  test('is the same file whatever the program did before', async () => {
    const bytes: Uint8Array[] = [];
    for (const others of [0, 2]) {
      resetNames();
      setSeed(5);
      const model = network();
      await model.fit(x(), y(), { verbose: 0 });
      bytes.push(await modelToBytes(model));
      for (let i = 0; i < others; i++) layers.dense(1);
    }
    expect(bytes[0]).toEqual(bytes[1]);
  });

  test('of a class of its own is loaded with the class', async () => {
    class Net extends Model {
      hidden = layers.dense(4, 'relu');
      out = layers.dense(2);
      override call(input: Tensor): Tensor {
        return this.out.apply(this.hidden.apply(input));
      }
    }
    const model = new Net();
    const input = random.uniform([3, 5], { seed: 1 });
    const expected = (model.apply(input) as Tensor).toArray();
    const bytes = await modelToBytes(model);
    expect(() => modelFromBytes(bytes)).toThrow("unknown layer 'Net'");
    const loaded = modelFromBytes(bytes, { customObjects: { Net } });
    expect(loaded).toBeInstanceOf(Net);
    expect((loaded.apply(input) as Tensor).toArray()).toEqual(expected);
  });

  test('gives its weights to another of the same layers', async () => {
    const path = join(folder, 'w.safetensors');
    const model = network();
    await model.saveWeights(path);
    setSeed(9);
    resetNames();
    const other = network();
    await other.loadWeights(path);
    expect(other.weights.map((w) => w.toArray())).toEqual(model.weights.map((w) => w.toArray()));
    await expect(loadModel(path)).rejects.toThrow(
      'holds weights but no model; use model.loadWeights',
    );
    resetNames();
    const wider = new Sequential([Input({ shape: [6, 6, 1] }), layers.conv2d(5, 3)]);
    await expect(wider.loadWeights(path)).rejects.toThrow('the weights do not fit the model');
  });
});

describe('a damaged file is refused', () => {
  test('that is cut off', async () => {
    const path = join(folder, 'cut.safetensors');
    const bytes = await modelToBytes(network());
    for (const length of [0, 5, 100, bytes.length - 1]) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(loadModel(path)).rejects.toThrow(/cut\.safetensors/);
    }
  });

  test('that lacks a weight, has one too many or one of another shape', async () => {
    const { tensors, metadata } = safetensors.decode(await modelToBytes(network()));
    const change = (edit: (map: Map<string, { shape: readonly number[] }>) => void) => {
      const map = new Map(tensors);
      edit(map);
      return () => modelFromBytes(safetensors.encode(map, metadata), { file: 'bad' });
    };
    expect(change((map) => void map.delete('conv2d/bias'))).toThrow('also conv2d/bias');
    expect(change((map) => map.set('more', { ...map.get('dense/bias') } as never))).toThrow(
      'received more',
    );
    expect(change((map) => map.set('dense/bias', { ...map.get('conv2d/bias') } as never))).toThrow(
      'bad, member dense/bias: a weight does not fit the model (expected [3], received [4])',
    );
  });

  test('whose metadata is no JSON, or of a wrong kind', async () => {
    const { tensors, metadata } = safetensors.decode(await modelToBytes(network()));
    for (const [key, value] of [
      ['model', '{'],
      ['model', '[]'],
      ['model', '{"class_name": "Sequential", "config": {"name": 3, "layers": []}}'],
      ['model', '{"class_name": "Sequential", "config": {"layers": [{}]}}'],
      ['compile', '7'],
      ['training', '{"seed": -1}'],
    ]) {
      const bytes = safetensors.encode(tensors, new Map(metadata).set(key, value));
      expect(() => modelFromBytes(bytes), `${key} ${value}`).toThrow(
        expect.objectContaining({ name: 'FormatError' }),
      );
    }
  });
});

test('what cannot be saved says why', async () => {
  const model = new Sequential([layers.dense(2)]);
  await expect(model.save(join(folder, 'a.safetensors'))).rejects.toThrow(
    "save: model 'sequential' has no weights yet",
  );
  await expect(network().save(join(folder, 'a.onnx'))).rejects.toThrow('must end in .safetensors');
});
