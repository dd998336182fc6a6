import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FormatError,
  inspectFile,
  layers,
  modelToBytes,
  Sequential,
  setSeed,
  tensor,
} from 'gradus';
import { gzip, npy, tfevents, zip } from 'gradus/formats';
import { afterAll, describe, expect, test } from 'vitest';
import { torchFiles } from '../../formats/torch.golden.ts';
import { tfjsModels } from './tfjs.golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const fromBase64 = (value: string): Uint8Array =>
  Uint8Array.from(atob(value), (c) => c.charCodeAt(0));

async function trained(): Promise<Sequential> {
  setSeed(2);
  const model = new Sequential(
    [
      layers.input({ shape: [4] }),
      layers.dense(3, 'relu', { name: 'hidden' }),
      layers.dense(2, 'softmax', { name: 'out' }),
    ],
    { name: 'net' },
  );
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(tensor([[1, 2, 3, 4]]), tensor([[1, 0]]), { epochs: 1, verbose: 0 });
  return model;
}

const weights = 4 * 3 + 3 + 3 * 2 + 2;

describe('inspectFile tells of models', () => {
  test.each([
    ['model.safetensors', 'safetensors file'],
    ['model.h5', 'HDF5 file'],
    ['model.keras', 'Keras model (.keras)'],
  ])('%s: layers, training, tensors', async (name, label) => {
    const path = join(folder, name);
    await (await trained()).save(path);
    const found = await inspectFile(path);
    expect(found).toMatchObject({ file: path, label, size: readFileSync(path).length });
    expect(found.model).toMatchObject({ name: 'net', class: 'Sequential' });
    expect(found.model?.layers.map((layer) => [layer.name, layer.class])).toEqual([
      [expect.stringMatching(/^input/), 'InputLayer'],
      ['hidden', 'Dense'],
      ['out', 'Dense'],
    ]);
    expect(found.model?.layers[1].options).toEqual({ units: 3, activation: 'relu' });
    expect(found.training?.optimizer).toBe('Adam');
    expect(found.training?.learningRate).toBeCloseTo(0.001, 8);
    expect(found.parameters).toBe(weights);
    expect(found.optimizerParameters).toBeGreaterThanOrEqual(2 * weights + 1);
    expect(found.tensors?.some(({ shape }) => String(shape) === '4,3')).toBe(true);
    expect(found.tensorBytes).toBeGreaterThanOrEqual(4 * 3 * weights);
  });

  test('TensorFlow.js, an architecture alone, a layer that nobody knows', async () => {
    const { json, weights } = tfjsModels.small;
    const tfjs = await inspectFile({
      'model.json': text(json),
      'weights.bin': fromBase64(weights),
    });
    expect(tfjs).toMatchObject({ kind: 'tfjs', parameters: 55, training: { optimizer: 'Adam' } });
    expect(tfjs.model?.layers.map((layer) => layer.class)).toEqual([
      ...['Conv2D', 'BatchNormalization', 'DepthwiseConv2D', 'Flatten', 'Dense'],
    ]);
    const model = JSON.parse((await trained()).toJson());
    model.config.layers[1].class_name = 'Lambda';
    const found = await inspectFile(text(JSON.stringify(model)));
    expect(found).toMatchObject({
      kind: 'keras-json',
      label: 'Keras model without weights (JSON)',
    });
    expect(found.model?.layers[1].class).toBe('Lambda');
    expect(found.tensors).toBeUndefined();
  });
});

describe('inspectFile tells of other files', () => {
  const member = { name: 'a.txt', data: text('hello') };
  const png = fromBase64('iVBORw0KGgoAAAANSUhEUgAAAAMAAAAHCAYAAAA');
  const log = tfevents.encode(
    [4, 9].map((step) => ({
      ...{ step, wallTime: 1e9 },
      values: [{ tag: 'loss', value: { kind: 'scalar', value: 1 } as const }],
    })),
  );
  test.each([
    ['PyTorch', fromBase64(torchFiles.checkpoint), { kind: 'torch', parameters: 2 }],
    [
      'npy',
      npy.encode({ dtype: 'uint8', shape: [2, 3], data: new Uint8Array(6) }),
      { kind: 'npy', tensors: [{ name: 'arr_0', dtype: 'uint8', shape: [2, 3], bytes: 6 }] },
    ],
    ['zip', zip.encode([member]), { kind: 'zip', members: [{ name: 'a.txt', size: 5 }] }],
    ['gzip', gzip.encode(text('hello')), { kind: 'gzip', metadata: { contents: '5 bytes' } }],
    ['JSON', text('{"a": 1, "b": 2}'), { kind: 'json', metadata: { keys: 'a, b' } }],
    ['PNG', png, { kind: 'png', metadata: { width: '3', height: '7' } }],
    [
      'a log',
      log,
      {
        kind: 'tfevents',
        series: [{ name: 'loss', kind: 'scalar', count: 2, steps: [4, 9] }],
        metadata: { events: '2' },
      },
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await inspectFile(bytes)).toMatchObject(expected);
    expect(await inspectFile(new Blob([bytes.slice()]))).toMatchObject(expected);
  });

  test('refuses what is nothing, or too much', async () => {
    await expect(inspectFile(text('no file of a kind'))).rejects.toThrow(FormatError);
    const bomb = gzip.encode(new Uint8Array(1 << 20));
    await expect(inspectFile(bomb, { maxBytes: 1 << 16 })).rejects.toThrow('maxBytes');
    const model = await modelToBytes(await trained());
    await expect(inspectFile(model, { maxBytes: 100 })).rejects.toThrow('maxBytes');
  });
});
