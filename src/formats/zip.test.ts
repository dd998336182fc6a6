import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import { sourceOf } from './byte-source.ts';
import type { FileArray } from './file-array.ts';
import * as npz from './npz.ts';
import { encode, open, sniff } from './zip.ts';

const text = new TextEncoder().encode('gradus '.repeat(1000));
const noise = new Uint8Array(5000).map((_, i) => Math.imul(i, 2654435761) >>> 24);
const inputs = [
  { name: 'text.txt', data: text },
  { name: 'folder/ä.bin', data: [noise.subarray(0, 100), noise.subarray(100)] },
  { name: 'empty', data: new Uint8Array(0) },
];

const read = async (bytes: Uint8Array, maxBytes?: number) => {
  const archive = await open(sourceOf(bytes, 'x.zip'), { maxBytes });
  const contents = new Map<string, Uint8Array>();
  for (const name of archive.members.keys()) contents.set(name, await archive.read(name));
  return contents;
};

/** Changes bytes of an archive at every place where `from` occurs. */
function patch(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const binary = Buffer.from(bytes).toString('latin1').replaceAll(from, to);
  return new Uint8Array(Buffer.from(binary, 'latin1'));
}
/** Changes bytes at an offset behind the `which`th occurrence of a record's signature. */
function patchRecord(bytes: Uint8Array, signature: number, offset: number, values: number[]) {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 4 <= copy.length; at++) {
    if (view.getUint32(at, true) !== signature) continue;
    copy.set(values, at + offset);
    return copy;
  }
  throw new Error('no such record');
}
const [local, central, end] = [0x04034b50, 0x02014b50, 0x06054b50];

describe('zip', () => {
  test('is written and read, stored and compressed', async () => {
    for (const compress of [false, true]) {
      const bytes = encode(inputs, { compress });
      expect(sniff(bytes)).toBe(true);
      const contents = await read(bytes);
      expect([...contents.keys()]).toEqual(inputs.map(({ name }) => name));
      expect(contents.get('text.txt')).toEqual(text);
      expect(contents.get('folder/ä.bin')).toEqual(noise);
      expect(contents.get('empty')).toHaveLength(0);
      expect(encode(inputs, { compress })).toEqual(bytes);
      expect(bytes.length < text.length).toBe(compress);
    }
  });

  test('other programs read what it writes, and it what they write', async () => {
    for (const compress of [false, true]) {
      const theirs = unzipSync(encode(inputs, { compress }));
      expect(theirs['folder/ä.bin']).toEqual(noise);
      expect(theirs['text.txt']).toEqual(text);
    }
    const ours = await read(zipSync({ 'a.txt': text, f: { 'b.bin': noise } }, { level: 9 }));
    expect(ours.get('a.txt')).toEqual(text);
    expect(ours.get('f/b.bin')).toEqual(noise);
  });

  test('a stored member is read in pieces where it lies', async () => {
    const archive = await open(sourceOf(encode(inputs)));
    const member = await archive.stored('folder/ä.bin');
    expect(member.size).toBe(5000);
    expect(await member.read(4990, 10)).toEqual(noise.subarray(4990));
    await expect(member.read(4990, 11)).rejects.toThrow('the member ends too early');
    const compressed = await open(sourceOf(encode(inputs, { compress: true })));
    await expect(compressed.stored('text.txt')).rejects.toThrow('the member is compressed');
  });

  test('64-bit records are read', async () => {
    // The same archive with its sizes moved to the 64-bit extra field and end record.
    const name = new TextEncoder().encode('a');
    const data = text.subarray(0, 9);
    const plain = encode([{ name: 'a', data }]);
    const extra = new Uint8Array(28);
    const view = new DataView(extra.buffer);
    view.setUint16(0, 1, true);
    view.setUint16(2, 24, true);
    view.setBigUint64(4, 9n, true);
    view.setBigUint64(12, 9n, true);
    const localEnd = 30 + 1 + 9;
    const record = plain.slice(localEnd, localEnd + 46);
    record.fill(0xff, 20, 28);
    record.fill(0xff, 42, 46);
    record.set([28, 0], 30);
    const end64 = new Uint8Array(56 + 20 + 22);
    const ends = new DataView(end64.buffer);
    ends.setUint32(0, 0x06064b50, true);
    ends.setBigUint64(24, 1n, true);
    ends.setBigUint64(32, 1n, true);
    ends.setBigUint64(40, 75n, true);
    ends.setBigUint64(48, BigInt(localEnd), true);
    ends.setUint32(56, 0x07064b50, true);
    ends.setBigUint64(64, BigInt(localEnd + 75), true);
    ends.setUint32(76, end, true);
    end64.fill(0xff, 84, 96);
    const parts = [plain.subarray(0, localEnd), record, name, extra, end64];
    const bytes = new Uint8Array(Buffer.concat(parts));
    expect((await read(bytes)).get('a')).toEqual(data);
    const cut = new Uint8Array(Buffer.concat([plain.subarray(0, localEnd), record, name]));
    await expect(read(cut)).rejects.toThrow('no zip file');
  });

  const good = encode([{ name: 'a.bin', data: text }], { compress: true });
  const stored = encode([
    { name: 'a.bin', data: text },
    { name: 'b.bin', data: noise },
  ]);
  const refused: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(0), 'no zip file'],
    ['a truncated file', good.subarray(0, -5), 'no zip file'],
    ['a truncated start', good.subarray(5), 'does not end where the end record begins'],
    ['two members of one name', patch(stored, 'b.bin', 'a.bin'), 'two members have this name'],
    ['..', patch(good, 'a.bin', '../ab'), 'a name that is not allowed'],
    ['an absolute name', patch(good, 'a.bin', '/abin'), 'a name that is not allowed'],
    ['a drive', patch(good, 'a.bin', 'c:bin'), 'a name that is not allowed'],
    ['a back-slash', patch(good, 'a.bin', '..\\bi'), 'a name that is not allowed'],
    ['a name with NUL', patch(good, 'a.bin', 'a\0bin'), 'a name that is not allowed'],
    ['encryption', patchRecord(good, central, 8, [1]), 'encrypted members'],
    ['a link', patchRecord(good, central, 40, [0xff, 0xa1]), 'links are not followed'],
    ['another compression', patchRecord(good, central, 10, [14]), 'unknown compression'],
    [
      'a wrong sum',
      patchRecord(good, central, 16, [1, 2, 3]),
      'do not fit their size and checksum',
    ],
    ['more than declared', patchRecord(good, central, 24, [10, 0]), 'expands to more than'],
    ['less than declared', patchRecord(good, central, 24, [0xff, 0xff]), 'do not fit their size'],
    ['a header of another member', patchRecord(good, local, 30, [98]), 'not what the table'],
    ['a header that is encrypted', patchRecord(good, local, 6, [1]), 'not what the table'],
    ['another count', patchRecord(good, end, 8, [2, 0, 2, 0]), 'another length'],
    ['another disk', patchRecord(good, end, 4, [1]), 'archives in several parts'],
    ['overlap', patchRecord(stored, central, 20, [0xff, 0xff, 0, 0, 0xff, 0xff]), 'overlaps'],
  ];
  test.each(refused)('refuses %s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(message);
    await expect(read(bytes)).rejects.toMatchObject({ name: 'FormatError' });
  });

  test('refuses more than the budget, before and while it inflates', async () => {
    const bomb = encode([{ name: 'a', data: new Uint8Array(20_000_000) }], { compress: true });
    expect(bomb.length).toBeLessThan(30_000);
    await expect(read(bomb, 1_000_000)).rejects.toThrow('received 20000000');
    const lying = patchRecord(bomb, central, 24, [100, 0, 0, 0]);
    await expect(read(lying, 1_000_000)).rejects.toThrow('member a: the file expands to more');
  });

  test('does not write what it would not read', () => {
    expect(() => encode([{ name: '../a', data: text }])).toThrow('not allowed');
    expect(() => encode([inputs[0], inputs[0]])).toThrow('two members have this name');
  });

  test('damaged files give a FormatError, and nothing else', async () => {
    const samples = [encode(inputs), encode(inputs, { compress: true }), stored];
    const refused = await onlyFormatErrors((bytes) => read(bytes, 1e6), samples, { runs: 1000 });
    expect(refused).toBeGreaterThan(300);
  });
});

describe('npz', () => {
  const arrays: [string, FileArray][] = [
    ['x', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ['y', { dtype: 'int64', shape: [2], data: BigInt64Array.of(7n, -7n) }],
  ];

  test('is written and read, array by array too', async () => {
    for (const compress of [false, true]) {
      const bytes = npz.encode(arrays, { compress });
      expect(await npz.decode(sourceOf(bytes))).toEqual(new Map(arrays));
      expect(npz.encode(arrays, { compress })).toEqual(bytes);
      const file = await npz.open(sourceOf(bytes));
      expect(file.names).toEqual(['x', 'y']);
      expect(await file.read('y')).toEqual(arrays[1][1]);
      await expect(file.read('z')).rejects.toThrow("there is no member 'z.npy'");
    }
  });

  test('names the array in errors', async () => {
    const bytes = encode([{ name: 'x.npy', data: text }]);
    const reading = npz.decode(sourceOf(bytes, 'x.npz'));
    await expect(reading).rejects.toThrow('x.npz, x.npy, offset 0: no npy file');
    await expect(npz.decode(sourceOf(encode(inputs)))).rejects.toThrow('holds npy files only');
  });

  test('damaged files give a FormatError, and nothing else', async () => {
    const samples = [npz.encode(arrays), npz.encode(arrays, { compress: true })];
    const refused = await onlyFormatErrors((bytes) => npz.decode(sourceOf(bytes)), samples);
    expect(refused).toBeGreaterThan(200);
  });
});
