import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModel, type Tensor, zeros } from 'gradus';
import { afterAll, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-convert-'));
afterAll(() => rmSync(folder, { recursive: true }));
const digits = fileURLToPath(new URL('../../test/fixtures/digits.safetensors', import.meta.url));

test('a model becomes a Keras file that predicts the same', async () => {
  const out = join(folder, 'digits.keras');
  const { code, stdout, stderr, json } = await gradus(['convert', digits, out, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/digits\.keras: a model with \d+ tensors/);
  expect(json).toMatchObject({ in: digits, out, wrote: 'model' });
  const [a, b] = [await loadModel(digits), await loadModel(out)];
  const x = zeros([1, ...(a.inputs[0].shape.slice(1) as number[])]);
  const [one, two] = await Promise.all([a, b].map((model) => model.predict(x, { verbose: 0 })));
  expect((two as Tensor).toArray()).toEqual((one as Tensor).toArray());
});

test('--tensors, and a format that holds nothing else', async () => {
  const out = join(folder, 'weights.npz');
  const { code, stdout } = await gradus(['convert', digits, out]);
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/weights\.npz: \d+ tensors\n/);
  const failed = await gradus(['convert', out, join(folder, 'model.h5')]);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/^gradus: [^\n]*tensors but no model[^\n]*\n$/);
});
