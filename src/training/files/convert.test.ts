import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  convertFile,
  FormatError,
  layers,
  loadModel,
  loadTensors,
  Sequential,
  saveTensors,
  setSeed,
  type Tensor,
  tensor,
} from 'gradus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { torchFiles } from '../../formats/torch.golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-convert-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const x = tensor([[1, -2, 3]]);
let expected: unknown;

beforeAll(async () => {
  setSeed(9);
  const model = new Sequential([layers.input({ shape: [3] }), layers.dense(2, 'tanh')]);
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  await model.fit(x, tensor([[1, 0]]), { epochs: 2, verbose: 0 });
  expected = ((await model.predict(x, { verbose: 0 })) as Tensor).toArray();
  await model.save(at('start.safetensors'));
});

describe('convertFile', () => {
  test('a model through every format and back: it predicts and trains on as before', async () => {
    const chain = ['a.h5', 'b.keras', 'c.safetensors'];
    let from = at('start.safetensors');
    for (const name of chain) {
      expect(await convertFile(from, at(name))).toEqual({ wrote: 'model', tensors: 2 });
      from = at(name);
    }
    const model = await loadModel(from);
    expect(((await model.predict(x, { verbose: 0 })) as Tensor).toArray()).toEqual(expected);
    expect(model.optimizer.iterations).toBe(2);
    await convertFile(from, at('model.json'));
    const again = await loadModel(at('model.json'));
    expect(((await again.predict(x, { verbose: 0 })) as Tensor).toArray()).toEqual(expected);
  });

  test("a model's weights as tensors: the optimizer stays behind", async () => {
    const result = await convertFile(at('start.safetensors'), at('weights.npz'));
    expect(result).toEqual({ wrote: 'tensors', tensors: 2 });
    const file = await loadTensors(at('weights.npz'));
    expect(file.names).toEqual(expect.arrayContaining([expect.stringMatching(/kernel$/)]));
    await file.close();
    const only = { tensorsOnly: true };
    await convertFile(at('start.safetensors'), at('plain.safetensors'), only);
    await expect(loadModel(at('plain.safetensors'))).rejects.toThrow('weights but no model');
  });

  test('tensors of PyTorch with all their bits', async () => {
    writeFileSync(at('net.pt'), Buffer.from(torchFiles.state, 'base64'));
    expect((await convertFile(at('net.pt'), at('net.safetensors'))).wrote).toBe('tensors');
    const [a, b] = [await loadTensors(at('net.pt')), await loadTensors(at('net.safetensors'))];
    for (const name of a.names) expect(await b.readArray(name)).toEqual(await a.readArray(name));
    await Promise.all([a.close(), b.close()]);
  });

  test('refuses a model made of tensors, and what no file holds', async () => {
    await saveTensors(at('tensors.npz'), { w: x });
    await expect(convertFile(at('tensors.npz'), at('model.keras'))).rejects.toThrow(
      /tensors but no model.*\.safetensors, \.npz, \.npy/,
    );
    await expect(convertFile(at('tensors.npz'), at('model.keras'))).rejects.toThrow(FormatError);
    await expect(convertFile(at('none.h5'), at('x.npz'))).rejects.toThrow('no such file');
    await expect(convertFile(at('start.safetensors'), at('x.xyz'))).rejects.toThrow('must end in');
  });
});
