import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  FormatError,
  fromData,
  loadTensors,
  ops,
  saveTensors,
  tensor,
  tensorsToBytes,
  ValueError,
} from 'gradus';
import { idx, npy, safetensors, tfjs, zip } from 'gradus/formats';
import { afterAll, describe, expect, test } from 'vitest';
import { pickles } from '../../formats/pickle.golden.ts';
import { torchFiles } from '../../formats/torch.golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-tensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const w = { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } as const;

describe('saveTensors and loadTensors', () => {
  const tensors = {
    w: tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]).transpose(),
    half: ops.cast(tensor([0.5, -2]), 'float16'),
    n: fromData(Float64Array.of(2 ** 40, -1), [2], 'int64'),
    flag: ops.cast(tensor([1, 0]), 'bool'),
  };

  test.each(['.safetensors', '.npz'])('%s: every type, views too, the same bytes', async (kind) => {
    const path = join(folder, `tensors${kind}`);
    await saveTensors(path, tensors);
    const file = await loadTensors(path);
    expect(`.${file.kind}`).toBe(kind);
    expect([...file.names].sort()).toEqual(['flag', 'half', 'n', 'w']);
    expect(file.entries.get('w')).toMatchObject({
      dtype: 'float32',
      shape: [3, 2],
      byteLength: 24,
    });
    const read = await file.readAll();
    for (const [name, expected] of Object.entries(tensors)) {
      const got = read.get(name)!;
      expect(got.dtype).toBe(expected.dtype);
      expect(got.toArray()).toEqual(expected.toArray());
    }
    await file.close();
    await expect(file.read('w')).rejects.toThrow('closed');
    expect(await tensorsToBytes(kind, tensors)).toEqual(await tensorsToBytes(kind, tensors));
  });

  test('.npy has one tensor', async () => {
    const path = join(folder, 'one.npy');
    await saveTensors(path, new Map([['anything', tensors.w]]));
    const file = await loadTensors(pathToFileURL(path));
    expect(file.names).toEqual(['arr_0']);
    expect((await file.read('arr_0')).toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    await file.close();
    await expect(saveTensors(path, tensors)).rejects.toThrow('holds one tensor, not 4');
  });

  test('metadata, and arrays as files have them', async () => {
    const big = { dtype: 'int64', shape: [1], data: BigInt64Array.of(2n ** 62n) } as const;
    const bytes = await tensorsToBytes('.safetensors', [['n', big]], { metadata: [['a', 'b']] });
    const file = await loadTensors(bytes);
    expect(file.metadata).toEqual(new Map([['a', 'b']]));
    expect(await file.readArray('n')).toEqual(big);
    await expect(file.read('n')).rejects.toThrow('beyond 2^53');
    await file.close();
  });

  test('a format that cannot be written, and data that do not fit', async () => {
    await expect(saveTensors(join(folder, 'x.pt'), tensors)).rejects.toThrow(ValueError);
    const bad = { ...w, shape: [3, 3] };
    await expect(saveTensors(join(folder, 'x.npz'), { bad })).rejects.toThrow('do not fit');
  });
});

describe('loadTensors tells by the contents what a file is', () => {
  const tfjsFiles = tfjs.encode([['dense/kernel', w]], { topology: null });
  const named = (name: string, bytes: Uint8Array) => new File([bytes.slice()], name);

  test.each([
    ['npy', npy.encode(w), 'npy', ['arr_0']],
    ['idx', idx.encode({ ...w, dtype: 'uint8', data: Uint8Array.of(1, 2, 3, 4) }), 'idx', ['data']],
    ['PyTorch', fromBase64(torchFiles.checkpoint), 'torch', ['state_dict/w']],
    ['a pickle', fromBase64(pickles.state4), 'pickle', ['w', 'b', 'f']],
    ['safetensors', safetensors.encode([['a', w]]), 'safetensors', ['a']],
    ['npz', zip.encode([{ name: 'x.npy', data: npy.encode(w) }]), 'npz', ['x']],
  ] as const)(
    '%s as a Blob and as bytes, under a misleading name',
    async (_, bytes, kind, names) => {
      for (const source of [named('model.csv', bytes), bytes, bytes.slice().buffer]) {
        const file = await loadTensors(source);
        expect(file.kind).toBe(kind);
        expect(file.names).toEqual(names);
        for await (const [name, { shape }] of file) {
          expect(shape).toEqual(file.entries.get(name)?.shape);
        }
        await file.close();
      }
    },
  );

  test('a model of TensorFlow.js: its file, its folder, a set of files', async () => {
    const model = join(folder, 'model');
    mkdirSync(model);
    for (const [name, bytes] of tfjsFiles) writeFileSync(join(model, name), bytes);
    const files = [...tfjsFiles].map(([name, bytes]) => named(name, bytes));
    const sources = [
      join(model, 'model.json'),
      pathToFileURL(join(model, 'model.json')),
      model,
      files,
      tfjsFiles,
      Object.fromEntries(tfjsFiles),
    ];
    for (const source of sources) {
      const file = await loadTensors(source);
      expect(file.kind).toBe('tfjs');
      expect((await file.readArray('dense/kernel')).data).toEqual(w.data);
      await file.close();
    }
    await expect(loadTensors(files[0])).rejects.toThrow(/pass all files by name/);
    await expect(loadTensors([files[0]])).rejects.toThrow(/not among those that were given/);
    await expect(loadTensors([])).rejects.toThrow('received no file');
  });

  test.each([
    ['nothing', new Uint8Array(0), 'the file is empty'],
    ['noise', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 'the bytes 01 02 03 04 05 06 07 08'],
    ['other JSON', new TextEncoder().encode('[1, 2]'), 'holds no tensors'],
    [
      'an archive of other things',
      zip.encode([{ name: 'a', data: Uint8Array.of(1) }]),
      'no tensors',
    ],
    ['a pickle without arrays', fromBase64(pickles.plain4), 'no arrays of numbers'],
    ['a pickle that would run code', fromBase64(pickles.evil), 'received posix.system'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(loadTensors(bytes)).rejects.toThrow(message);
    await expect(loadTensors(bytes)).rejects.toThrow(FormatError);
  });

  test('the budget holds for every kind', async () => {
    const data = new Float32Array(10_000);
    const large = { dtype: 'float32', shape: [data.length], data } as const;
    const compressed = zip.encode([{ name: 'x.npy', data: npy.encode(large) }], { compress: true });
    expect(compressed.length).toBeLessThan(1000);
    const list = [npy.encode(large), compressed, safetensors.encode([['x', large]])];
    for (const bytes of list) {
      await expect(loadTensors(bytes, { maxBytes: 20_000 })).rejects.toThrow(/maxBytes/);
    }
  });
});
