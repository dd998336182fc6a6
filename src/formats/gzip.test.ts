import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import { crc32 } from './crc32.ts';
import { decode, decodeChunks, encode, sniff } from './gzip.ts';

const text = new TextEncoder().encode('gradus '.repeat(10_000));
const noise = new Uint8Array(100_000).map((_, i) => Math.imul(i, 2654435761) >>> 24);
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('gzip', () => {
  test('crc32 is that of the standard', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(noise.subarray(7), crc32(noise.subarray(0, 7)))).toBe(crc32(noise));
  });

  test('reads what zlib wrote, and zlib reads what it wrote', () => {
    for (const bytes of [text, noise, new Uint8Array(0), Uint8Array.of(1)]) {
      expect(decode(gzipSync(bytes))).toEqual(bytes);
      expect(new Uint8Array(gunzipSync(encode(bytes)))).toEqual(bytes);
    }
    expect(encode(text)).toEqual(encode(text));
    expect(sniff(encode(text))).toBe(true);
  });

  test('reads names, comments and several members', () => {
    const named = joined(
      Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 97, 98, 0),
      gzipSync(text).subarray(10),
    );
    expect(decode(named)).toEqual(text);
    expect(decode(joined(gzipSync(text), gzipSync(noise), named))).toEqual(
      joined(text, noise, text),
    );
  });

  test('reads pieces of any size', async () => {
    const some = noise.subarray(0, 2000);
    const bytes = joined(gzipSync(text), gzipSync(some), gzipSync(text));
    for (const size of [1, 7, 1000, 65536]) {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      const out = [];
      for await (const chunk of decodeChunks(pieces)) out.push(chunk);
      expect(joined(...out)).toEqual(joined(text, some, text));
    }
  });

  test('refuses damage', () => {
    const good = new Uint8Array(gzipSync(text));
    const changed = (at: number) =>
      good.map((byte, i) => (i === good.length + at ? byte ^ 1 : byte));
    const refused: [Uint8Array, string][] = [
      [new Uint8Array(0), 'the file is empty'],
      [text, 'no gzip file'],
      [good.subarray(0, 5), 'truncated'],
      [good.subarray(0, -8), 'x.gz'],
      [good.subarray(0, -1), 'x.gz'],
      [good.subarray(0, 100), 'x.gz'],
      [changed(-1), 'do not fit their checksum'],
      [changed(-5), 'do not fit their checksum'],
      [joined(good, Uint8Array.of(1, 2, 3)), 'x.gz'],
      [joined(good, text), 'x.gz'],
    ];
    for (const [bytes, message] of refused) {
      expect(() => decode(bytes, { file: 'x.gz' })).toThrow(message);
      expect(() => decode(bytes, { file: 'x.gz' })).toThrow(
        expect.objectContaining({ name: 'FormatError' }),
      );
    }
  });

  test('a small file that expands without end is stopped at the budget', async () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    expect(bomb.length).toBeLessThan(60_000);
    let most = 0;
    const reading = (async () => {
      for await (const chunk of decodeChunks([bomb], { maxBytes: 1_000_000 })) most += chunk.length;
    })();
    await expect(reading).rejects.toThrow('expands to more than is allowed');
    expect(most).toBeLessThanOrEqual(1_000_000);
    expect(() => decode(bomb, { maxBytes: 49_999_999 })).toThrow('at most 49999999 bytes');
    expect(decode(bomb, { maxBytes: 50_000_000 })).toHaveLength(50_000_000);
  });

  test('damaged files give a FormatError, and nothing else', async () => {
    const samples = [gzipSync(text), gzipSync(noise.subarray(0, 3000)), encode(Uint8Array.of(1))];
    const all = [...samples, joined(...samples)].map((bytes) => new Uint8Array(bytes));
    const refused = await onlyFormatErrors((bytes) => decode(bytes, { maxBytes: 1e6 }), all);
    expect(refused).toBeGreaterThan(200);
  });
});
