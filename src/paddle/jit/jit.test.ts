import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../../test/fuzz.ts';
import { tensorFromArray } from '../../data/index.ts';
import {
  type FileArray,
  gzip,
  npz,
  paddleTensors,
  pdmodel,
  pir,
  sourceOf,
  toHostArray,
} from '../../formats/index.ts';
import { FormatError } from '../../tensor/index.ts';
import '../index.ts';
import { type Tensor, wrap } from '../tensor.ts';
import { load } from './load.ts';

// Made by test/fixtures/paddle-programs.py: a classifier with the operations that image classifiers use.
const fixtures = fileURLToPath(new URL('../../../test/fixtures/paddle-programs/', import.meta.url));
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(fixtures + name));
const unzipped = (name: string): Uint8Array => gzip.decode(bytesOf(`${name}.gz`));
const filesOf = (format: string) => ({
  program: unzipped(`classifier.${format}`),
  parameters: unzipped(`classifier-${format}.pdiparams`),
});
const readTruth = (format: string) => npz.decode(sourceOf(bytesOf(`classifier-${format}.npz`)));
const tensorOf = (array: FileArray): Tensor => wrap(tensorFromArray(toHostArray(array)));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradus-jit-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(['json', 'pdmodel'])('a program in %s', (format) => {
  test('gives what Paddle gives', async () => {
    const truth = await readTruth(format);
    const model = await load(filesOf(format));
    const outputs: Tensor[] = model.call(tensorOf(truth.get('x') as FileArray));
    expect(outputs).toHaveLength(truth.size - 1);
    outputs.forEach((output, i) => {
      const want = toHostArray(truth.get(`y${i}`) as FileArray);
      expect(output).toMatchObject({ dtype: want.dtype, shape: want.shape });
      const largest = Math.max(...Array.from(want.data, Math.abs));
      output.numpy().forEach((value, j) => {
        expect(Math.abs(value - want.data[j])).toBeLessThanOrEqual(2e-6 * largest);
      });
    });
  });

  test('is found by its path, and knows its inputs, outputs and parameters', async () => {
    const { program, parameters } = filesOf(format);
    const stem = join(folder, `by-${format}`);
    await writeFile(`${stem}.${format}`, program);
    await writeFile(`${stem}.pdiparams`, parameters);
    for (const path of [stem, `${stem}.${format}`]) {
      const model = await load(path);
      expect(model.inputNames).toEqual(['image']);
      expect(model.outputNames.length).toBeGreaterThan(2);
      expect(model.training).toBe(false);
      expect(Object.keys(model.stateDict())).toContain('linear_0.w_0');
    }
  });

  test('takes any size where it was saved for any', async () => {
    const model = await load(filesOf(format));
    const [scores] = model.call(
      wrap(
        tensorFromArray({
          dtype: 'float32',
          shape: [5, 3, 17, 19],
          data: new Float32Array(5 * 3 * 17 * 19),
        }),
      ),
    );
    expect(scores.shape).toEqual([5, 5]);
    expect(() => model.call(scores)).toThrow("the input 'image' is [-1, 3, 17, 19]");
    expect(() => model.call()).toThrow('takes 1 inputs (image), received 0');
  });

  test('with parameters of another program is refused', async () => {
    const { program, parameters } = filesOf(format);
    const tensors = paddleTensors.decode(parameters);
    const loading = (arrays: FileArray[]) =>
      load({ program, parameters: paddleTensors.encode(arrays) });
    await expect(loading(tensors.slice(1))).rejects.toThrow('do not belong to the program');
    await expect(loading([...tensors].reverse())).rejects.toThrow('do not belong to the program');
    await expect(load({ program })).rejects.toThrow('no .pdiparams file');
    await expect(load({ program, parameters: parameters.subarray(0, -1) })).rejects.toThrow(
      FormatError,
    );
  });
});

test('a program in training mode has gradients', async () => {
  const truth = await readTruth('json');
  const model = await load(filesOf('json'));
  model.train();
  const [scores] = model.call(tensorOf(truth.get('x') as FileArray));
  scores.tensor.square().sum().backward();
  const parameters = model.parameters();
  expect(parameters.length).toBeGreaterThan(5);
  expect(parameters.some((p) => p.grad?.numpy().some((g) => g !== 0))).toBe(true);
  expect(model.buffers().length).toBe(2);
});

test('an operation that is not known is named', async () => {
  const text = new TextDecoder().decode(unzipped('classifier.json'));
  const program = new TextEncoder().encode(text.replace('"1.hardswish"', '"1.unheard_of"'));
  const { parameters } = filesOf('json');
  await expect(load({ program, parameters })).rejects.toThrow('cannot be run here: unheard_of');
});

test('streams of tensors are read back', () => {
  const bytes = unzipped('classifier-json.pdiparams');
  expect(paddleTensors.encode(paddleTensors.decode(bytes))).toEqual(bytes);
  expect(paddleTensors.decode(new Uint8Array(0))).toEqual([]);
});

test('damaged files lead to typed errors alone', async () => {
  const small = { runs: 300 };
  const [json, model] = [unzipped('classifier.json'), unzipped('classifier.pdmodel')];
  expect(await onlyFormatErrors((bytes) => pir.decode(bytes), [json], small)).toBeGreaterThan(10);
  expect(await onlyFormatErrors((bytes) => pdmodel.decode(bytes), [model], small)).toBeGreaterThan(
    10,
  );
  const tensors = unzipped('classifier-json.pdiparams');
  const decode = (bytes: Uint8Array) => paddleTensors.decode(bytes, { maxBytes: 1 << 20 });
  expect(await onlyFormatErrors(decode, [tensors], { runs: 1000 })).toBeGreaterThan(50);
});
