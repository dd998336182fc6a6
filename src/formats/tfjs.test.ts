import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import { FormatError } from '../tensor/index.ts';
import type { FileArray } from './file-array.ts';
import type { Json } from './json.ts';
import * as tfjs from './tfjs.ts';

const float32 = (shape: number[], ...values: number[]): FileArray => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

/** Files of a model with one group of weights, whose bytes are given. */
const filesOf = (weights: Json, bytes: ArrayLike<number>, more: { [key: string]: Json } = {}) =>
  new Map([
    [
      'model.json',
      new TextEncoder().encode(
        JSON.stringify({ weightsManifest: [{ paths: ['a.bin'], weights }], ...more }),
      ),
    ],
    ['a.bin', Uint8Array.from(bytes)],
  ]);

describe('encode and decode', () => {
  const topology: Json = { class_name: 'Sequential', config: { name: 'net', layers: [] } };

  test('give back weights of every type, and what was said of the model', async () => {
    const weights: [string, FileArray][] = [
      ['dense/kernel', float32([2, 2], 1, 2, 3, 4)],
      ['dense/bias', float32([], -0.5)],
      ['seed', { dtype: 'int32', shape: [2], data: Int32Array.of(-1, 7) }],
      ['mask', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
      ['none', float32([0, 3])],
    ];
    const files = tfjs.encode(weights, {
      topology,
      trainingConfig: { loss: 'mse' },
      metadata: { classes: ['a', 'b'], note: 'ten' },
    });
    expect([...files.keys()]).toEqual(['model.json', 'group1-shard1of1.bin']);
    const file = await tfjs.decode(files);
    expect(file.format).toBe('layers-model');
    expect(file.topology).toEqual(topology);
    expect(file.trainingConfig).toEqual({ loss: 'mse' });
    expect(Object.fromEntries(file.metadata)).toEqual({
      generatedBy: 'gradus',
      classes: '["a","b"]',
      note: 'ten',
    });
    for (const [name, array] of weights) expect(await file.read(name)).toEqual(array);
    await expect(file.read('other')).rejects.toThrow("no tensor 'other'");
    expect(tfjs.encode(weights, { topology })).toEqual(tfjs.encode(weights, { topology }));
  });

  test('files of 4 MiB each', async () => {
    const data = Float32Array.from({ length: 2_500_000 }, (_, i) => i);
    const weights: [string, FileArray][] = [
      ['first', float32([3], 1, 2, 3)],
      ['long', { dtype: 'float32', shape: [data.length], data }],
    ];
    const files = tfjs.encode(weights, { topology });
    expect([...files].map(([name, { length }]) => [name, length]).slice(1)).toEqual([
      ['group1-shard1of3.bin', 4_194_304],
      ['group1-shard2of3.bin', 4_194_304],
      ['group1-shard3of3.bin', 10_000_012 - 2 * 4_194_304],
    ]);
    const file = await tfjs.decode(files);
    expect((await file.read('long')).data.every((value, i) => value === i)).toBe(true);
  });

  test('quantized weights', async () => {
    const quantized = (name: string, shape: number[], dtype: string, quantization: Json): Json => ({
      ...{ name, shape, dtype, quantization },
    });
    const weights = [
      quantized('u8', [3], 'float32', { dtype: 'uint8', scale: 0.5, min: -1 }),
      quantized('i', [1], 'int32', { dtype: 'uint8', scale: 1.5, min: 2 }),
      quantized('u16', [1], 'float32', { dtype: 'uint16', scale: 2, min: 1 }),
      quantized('half', [2], 'float32', { dtype: 'float16', original_dtype: 'float32' }),
    ];
    const file = await tfjs.decode(filesOf(weights, [0, 1, 255, 3, 0x34, 0x12, 0, 0x3c, 0, 0xc1]));
    const values = async (name: string) => Array.from((await file.read(name)).data, Number);
    expect(await values('u8')).toEqual([-1, -0.5, 126.5]);
    expect(await values('i')).toEqual([7]); // round(6.5)
    expect(await values('u16')).toEqual([0x1234 * 2 + 1]);
    expect(await values('half')).toEqual([1, -2.5]);
    expect(file.entries.get('u8')).toMatchObject({
      dtype: 'float32',
      byteLength: 12,
      storedBytes: 3,
    });
    expect(file.format).toBe('weights');
  });

  test("what the converter writes: Keras' whole JSON; and weights of the optimizer", async () => {
    const weights: Json = [
      { name: 'a', shape: [1], dtype: 'float32' },
      { name: 'a/m', shape: [1], dtype: 'float32', group: 'optimizer' },
    ];
    const file = await tfjs.decode(
      filesOf(weights, new Uint8Array(8), {
        format: 'layers-model',
        convertedBy: 'TensorFlow.js Converter v4.11.0',
        modelTopology: { model_config: topology, training_config: { loss: 'mse' } },
      }),
    );
    expect(file.topology).toEqual(topology);
    expect(file.trainingConfig).toEqual({ loss: 'mse' });
    expect([...file.entries.values()].map((entry) => entry.ofOptimizer)).toEqual([false, true]);
  });
});

describe('refuses', () => {
  const one = { name: 'a', shape: [2], dtype: 'float32' };
  const eight = new Uint8Array(8);
  test.each([
    ['no manifest', new Map([['model.json', new TextEncoder().encode('{}')]]), 'a weightsManifest'],
    ['files that are too short', filesOf([one], new Uint8Array(7)), 'do not fill their files'],
    ['files that are too long', filesOf([one], new Uint8Array(9)), 'expected 8 bytes, received 9'],
    ['a weight twice', filesOf([one, one], new Uint8Array(16)), 'two weights have this name'],
    ['an unknown type', filesOf([{ ...one, dtype: 'string' }], eight), 'received "string"'],
    ['a shape that is none', filesOf([{ ...one, shape: [-2] }], eight), 'bad shape'],
    ['more than the budget', filesOf([{ ...one, shape: [1e9] }], eight), 'maxBytes'],
    [
      'more than the budget once it is widened',
      filesOf([{ ...one, shape: [4000], quantization: { dtype: 'uint8' } }], new Uint8Array(4000)),
      'maxBytes',
    ],
    [
      'quantization that is none',
      filesOf([{ ...one, quantization: { dtype: 'uint8', scale: '1', min: 0 } }], [0, 0]),
      'numbers scale and min',
    ],
    [
      'quantized bools',
      filesOf([{ ...one, dtype: 'bool', quantization: { dtype: 'uint8' } }], [0, 0]),
      'only such numbers are quantized',
    ],
    ['another kind of model', filesOf([one], eight, { format: 'zoo' }), 'expected layers-model'],
  ])('%s', async (_, files, message) => {
    await expect(tfjs.decode(files, { maxBytes: 10_000 })).rejects.toThrow(message);
    await expect(tfjs.decode(files, { maxBytes: 10_000 })).rejects.toThrow(FormatError);
  });

  test.each([
    '../a.bin',
    '/etc/passwd',
    'a/../../b',
    'C:\\a.bin',
    'http://host/a.bin',
    '..\\a',
    'a%2f..%2fb',
    'a.bin?x=1',
    '',
  ])('a file outside the folder: %j', async (path) => {
    const json = { weightsManifest: [{ paths: [path], weights: [] }] };
    const opened: string[] = [];
    const open = async (name: string) => {
      opened.push(name);
      throw new Error('was opened');
    };
    await expect(tfjs.open(json, open)).rejects.toThrow(FormatError);
    expect(opened).toEqual([]);
  });

  test('a file that is named twice, or is missing', async () => {
    const twice = { weightsManifest: [{ paths: ['a', 'a'], weights: [] }] };
    await expect(tfjs.open(twice, async () => Promise.reject())).rejects.toThrow('named twice');
    const files = filesOf([one], eight);
    files.delete('a.bin');
    await expect(tfjs.decode(files)).rejects.toThrow("the file 'a.bin' is missing");
  });

  test('damaged files', async () => {
    const { 'model.json': json, ...rest } = Object.fromEntries(
      tfjs.encode([['a', float32([2], 1, 2)]], {
        topology: { class_name: 'Sequential', config: {} },
      }),
    );
    const refused = await onlyFormatErrors(
      async (bytes) => {
        const file = await tfjs.decode(new Map([['model.json', bytes], ...Object.entries(rest)]));
        for (const name of file.entries.keys()) await file.read(name);
      },
      [json],
      { runs: 1000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});
