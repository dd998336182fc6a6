import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import * as tar from './tar.ts';

/** A member as tar writes it. */
function member(name: string, data: Uint8Array, type = '0'): Uint8Array {
  const bytes = new Uint8Array(512 + Math.ceil(data.length / 512) * 512);
  const put = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  put(0, name);
  put(100, '0000644\0');
  put(124, `${data.length.toString(8).padStart(11, '0')}\0`);
  put(148, '        ');
  put(156, type);
  put(257, 'ustar\x0000');
  const sum = bytes.subarray(0, 512).reduce((a, b) => a + b, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  bytes.set(data, 512);
  return bytes;
}
const archive = (...members: Uint8Array[]) =>
  new Uint8Array(Buffer.concat([...members, new Uint8Array(1024)]));

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Options {
  size?: number;
  wanted?: (name: string) => boolean;
  maxBytes?: number;
}

async function read(
  bytes: Uint8Array,
  { size = 1000, wanted = () => true, maxBytes = 1e6 }: Options = {},
) {
  const files: Record<string, number[]> = {};
  const options = { file: 'x.tar', maxBytes };
  for await (const { name, data } of tar.decodeChunks(pieces(bytes, size), wanted, options)) {
    files[name] = [...data];
  }
  return files;
}

const a = Uint8Array.of(1, 2, 3);
const b = new Uint8Array(513).fill(7);
const good = archive(member('d', new Uint8Array(0), '5'), member('d/a', a), member('b', b));

describe('tar', () => {
  test('files are read from chunks of any size', async () => {
    for (const size of [1, 512, 100_000]) {
      expect(await read(good, { size })).toEqual({ 'd/a': [1, 2, 3], b: [...b] });
    }
    const wanted = (name: string) => name === 'b';
    expect(Object.keys(await read(good, { wanted }))).toEqual(['b']);
  });

  test('reads to the end, where a checksum may wait', async () => {
    let ended = false;
    const reading = async function* () {
      yield* pieces(good, 700);
      ended = true;
    };
    for await (const _ of tar.decodeChunks(reading(), () => false)) void 0;
    expect(ended).toBe(true);
  });

  test('refuses damage, links and names that lead elsewhere', async () => {
    const changed = good.map((byte, i) => (i === 512 + 10 ? 1 : byte));
    const refused: [Uint8Array, string][] = [
      [good.subarray(0, 700), 'truncated'],
      [good.subarray(0, 1030), 'truncated'],
      [good.subarray(0, -1024), 'truncated'],
      [changed, 'the sum of a tar header is wrong'],
      [archive(member('../a', a)), 'a name that is not allowed'],
      [archive(member('/a', a)), 'a name that is not allowed'],
      [archive(member('a', a, '2')), 'links and devices'],
      [new Uint8Array(512).fill(1), 'damaged tar header'],
    ];
    for (const [bytes, message] of refused) await expect(read(bytes)).rejects.toThrow(message);
    await expect(read(good, { maxBytes: 100 })).rejects.toThrow('at most 100 bytes');
  });

  test('damaged files give a FormatError, and nothing else', async () => {
    expect(await onlyFormatErrors((bytes) => read(bytes), [good])).toBeGreaterThan(100);
  });
});
