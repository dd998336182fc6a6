import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import { fromBfloat16 } from '../tensor/half.ts';
import { FormatError } from '../tensor/index.ts';
import { sourceOf } from './byte-source.ts';
import { pickles } from './pickle.golden.ts';
import { torchFiles } from './torch.golden.ts';
import * as torch from './torch.ts';
import * as zip from './zip.ts';

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const bytesOf = (name: keyof typeof torchFiles): Uint8Array => fromBase64(torchFiles[name]);
const open = (name: keyof typeof torchFiles, maxBytes?: number): Promise<torch.TorchFile> =>
  torch.open(sourceOf(bytesOf(name), 'net.pt'), { maxBytes });

describe('open', () => {
  test.each(['state', 'state4'] as const)(
    'tensors wherever they lie in a storage: %s',
    async (name) => {
      const file = await open(name);
      const list = [...file.entries].map(([part, { dtype, shape }]) => `${part} ${dtype} ${shape}`);
      expect(list).toEqual([
        'conv.weight float32 2,3',
        'conv.transposed float32 3,2',
        'conv.last float32 3',
        'conv.stretched float32 2,2',
        'half float16 2',
        'bf16 bfloat16 2',
        'count int64 ',
        'mask bool 3',
        'empty float32 0,4',
      ]);
      const values = async (part: string) => Array.from((await file.read(part)).data, Number);
      expect(await values('conv.weight')).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await values('conv.transposed')).toEqual([0, 3, 1, 4, 2, 5]);
      expect(await values('conv.last')).toEqual([3, 4, 5]);
      expect(await values('conv.stretched')).toEqual([1, 2, 1, 2]);
      expect((await values('bf16')).map(fromBfloat16)).toEqual([1, -2.5]);
      expect(await values('count')).toEqual([2 ** 40]);
      expect(await values('mask')).toEqual([1, 0, 1]);
      expect(await values('empty')).toEqual([]);
      await expect(file.read('none')).rejects.toThrow("no tensor 'none'");
    },
  );

  test('a checkpoint: dictionaries of dictionaries, and what is beside the tensors', async () => {
    const file = await open('checkpoint');
    expect([...file.entries.keys()]).toEqual(['state_dict/w']);
    expect((await file.read('state_dict/w')).data).toEqual(Float32Array.of(1.5, 2.5));
    expect(Object.fromEntries(file.metadata)).toMatchObject({
      epoch: '12',
      name: 'net',
      'optimizer/param_groups/0/lr': '0.1',
      'optimizer/state/0/step': '3',
      device: 'cuda:0',
    });
  });

  test('big-endian files', async () => {
    expect((await (await open('big')).read('w')).data).toEqual(Float32Array.of(1, 2));
  });
});

describe('refuses', () => {
  test.each([
    ['beyond', 'a tensor reaches beyond its storage (received 12 of 8 bytes)'],
    ['short', "the data of tensor 'w' do not fit (expected 16 bytes, received 8)"],
  ] as const)('%s', async (name, message) => {
    await expect(open(name)).rejects.toThrow(message);
    await expect(open(name)).rejects.toThrow(FormatError);
  });

  test('more than the budget, by the tensors or by the archive', async () => {
    await expect(open('state', 2000)).rejects.toThrow('maxBytes');
  });

  test('files of PyTorch before 1.6, programs, and archives of others', async () => {
    const old = sourceOf(fromBase64('gAKKCmz8nEb5IGqoUBku'), 'old.pth');
    await expect(torch.open(old)).rejects.toThrow(/old\.pth: PyTorch before 1\.6 .* save it again/);
    const program = zip.encode([
      { name: 'net/data.pkl', data: fromBase64(pickles.plain2) },
      { name: 'net/constants.pkl', data: new Uint8Array(3) },
    ]);
    await expect(torch.open(sourceOf(program))).rejects.toThrow('TorchScript');
    const other = zip.encode([{ name: 'a.txt', data: new Uint8Array(3) }]);
    await expect(torch.open(sourceOf(other))).rejects.toThrow('expected a member data.pkl');
    const evil = zip.encode([{ name: 'net/data.pkl', data: fromBase64(pickles.evil) }]);
    await expect(torch.open(sourceOf(evil))).rejects.toThrow('received posix.system');
  });

  test('damaged bytes of a tensor', async () => {
    const bytes = bytesOf('state');
    const at = bytes.findIndex((_, i) => [0, 0, 160, 64].every((b, j) => bytes[i + j] === b));
    bytes[at + 1] = 1;
    const file = await torch.open(sourceOf(bytes));
    await expect(file.read('conv.weight')).rejects.toThrow('do not fit their size and checksum');
  });

  test('damaged files, and damaged pickles inside sound ones', async () => {
    const names = Object.keys(torchFiles) as (keyof typeof torchFiles)[];
    const readAll = async (file: torch.TorchFile) => {
      for (const name of file.entries.keys()) await file.read(name);
    };
    const maxBytes = 1 << 20;
    expect(
      await onlyFormatErrors(
        async (bytes) => readAll(await torch.open(sourceOf(bytes), { maxBytes })),
        names.map(bytesOf),
      ),
    ).toBeGreaterThan(100);
    const archive = await zip.open(sourceOf(bytesOf('state')));
    const members = await Promise.all(
      [...archive.members.keys()].map(async (name) => ({ name, data: await archive.read(name) })),
    );
    const [sample] = members.filter(({ name }) => name.endsWith('data.pkl'));
    expect(
      await onlyFormatErrors(
        async (data) => {
          const changed = members.map((m) => (m === sample ? { name: m.name, data } : m));
          await readAll(await torch.open(sourceOf(zip.encode(changed)), { maxBytes }));
        },
        [sample.data],
        { runs: 1000 },
      ),
    ).toBeGreaterThan(100);
  });
});
