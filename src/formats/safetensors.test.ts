import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import { sourceOf } from './byte-source.ts';
import type { FileArray, FileDType } from './file-array.ts';
import { decode, encode, encodePieces, open, sniff } from './safetensors.ts';

const tensors: [string, FileArray][] = [
  ['b', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  ['a', { dtype: 'float32', shape: [], data: Float32Array.of(-0.5) }],
  ['empty', { dtype: 'float32', shape: [0, 3], data: new Float32Array(0) }],
  ['step', { dtype: 'int64', shape: [1], data: BigInt64Array.of(2n ** 60n) }],
  ['half', { dtype: 'float16', shape: [3], data: Uint16Array.of(0x3c00, 0xc000, 0x7c00) }],
  ['brain', { dtype: 'bfloat16', shape: [1], data: Uint16Array.of(0x3f80) }],
  ['mask', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ['pixels', { dtype: 'uint8', shape: [1, 2], data: Uint8Array.of(0, 255) }],
  ['z', { dtype: 'complex64', shape: [1], data: Float32Array.of(1, -1) }],
];
const metadata: [string, string][] = [
  ['format', 'gradus'],
  ['author', 'ä "quoted"'],
];

/** A file with a header as given. */
function file(header: unknown, data = 0, length?: number): Uint8Array {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const entry = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = 'U8') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('encode', () => {
  const bytes = encode(tensors, metadata);

  test('and decode give back the same', () => {
    const read = decode(bytes);
    expect(new Map(read.tensors)).toEqual(new Map(tensors));
    expect(new Map(read.metadata)).toEqual(new Map(metadata));
    expect(sniff(bytes)).toBe(true);
    expect(sniff(Uint8Array.of(1, 2, 3))).toBe(false);
  });

  test('lays out as Hugging Face does: wide types first, then by name, the data aligned', () => {
    const names = ['step', 'z', 'a', 'b', 'empty', 'brain', 'half', 'pixels', 'mask'];
    expect([...decode(bytes).tensors.keys()].sort()).toEqual([...names].sort());
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(Object.keys(header)).toEqual(['__metadata__', ...names]);
    expect(Object.keys(header.__metadata__)).toEqual(['author', 'format']);
    expect(header.a).toEqual({ dtype: 'F32', shape: [], data_offsets: [16, 20] });
  });

  test('gives the same bytes whatever the order', () => {
    expect(encode([...tensors].reverse(), [...metadata].reverse())).toEqual(bytes);
    expect(encode(tensors)).not.toEqual(bytes);
  });

  test('writes pieces that share memory', () => {
    const pieces = [...encodePieces(tensors)];
    expect(pieces.some((piece) => piece.buffer === tensors[0][1].data.buffer)).toBe(true);
  });

  test('refuses names twice and types that the format lacks', () => {
    expect(() => encode([tensors[0], tensors[0]])).toThrow("two tensors are named 'b'");
    expect(() => encode([['__proto__', tensors[0][1]]])).toThrow("'__proto__' cannot be");
    const wide = { dtype: 'complex128' as FileDType, shape: [1], data: new Float64Array(2) };
    expect(() => encode([['w', wide]])).toThrow('safetensors has no complex128');
  });

  test('of nothing is a file', () => {
    expect(decode(encode([])).tensors.size).toBe(0);
  });
});

describe('open', () => {
  test('reads tensor by tensor, and only what is asked for', async () => {
    const bytes = encode(tensors, metadata);
    const reads: number[] = [];
    const source = sourceOf(bytes, 'x.safetensors');
    const counted = {
      ...source,
      read: (offset: number, length: number) => {
        reads.push(length);
        return source.read(offset, length);
      },
    };
    const opened = await open(counted);
    expect(opened.metadata.get('format')).toBe('gradus');
    expect(opened.entries.get('b')).toMatchObject({ dtype: 'float32', shape: [2, 2] });
    expect(await opened.read('b')).toEqual(tensors[0][1]);
    expect(reads.at(-1)).toBe(16);
    expect(reads).toHaveLength(3);
    await expect(opened.read('c')).rejects.toThrow("x.safetensors: there is no tensor 'c'");
  });
});

describe('decode refuses', () => {
  const refused: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(0), 'no safetensors header'],
    ['a header beyond the file', file('{}', 0, 1000), 'bad length of the header'],
    ['a header of 2^63 bytes', file('{}', 0, 2 ** 63), 'bad length of the header'],
    ['no JSON', file('{"a"'), 'bad JSON'],
    ['JSON that is no object', file('[]'), 'the header is no JSON object'],
    ['bytes that are no UTF-8', file('{"\u00ff":1}').map((b) => (b === 0xc3 ? 0xff : b)), 'UTF-8'],
    ['__proto__', file('{"__proto__":{}}'), "'__proto__' is not allowed"],
    ['a name twice', file('{"a":{},"a":{}}'), "'a' is given twice"],
    ['metadata with numbers', file({ __metadata__: { a: 1 } }), 'strings to strings'],
    ['metadata that are a list', file({ __metadata__: ['a'] }), 'strings to strings'],
    ['an unknown dtype', file({ a: entry([1], 0, 1, 'F4') }, 1), 'unknown dtype'],
    ['a dtype of Object.prototype', file({ a: entry([1], 0, 1, 'toString') }, 1), 'unknown dtype'],
    ['a missing field', file({ a: { dtype: 'U8', shape: [] } }), 'bad entry'],
    ['a field too many', file({ a: { ...entry([1], 0, 1), x: 1 } }, 1), 'bad entry'],
    ['a negative size', file({ a: entry([-1], 0, 1) }, 1), 'bad shape'],
    ['a size of 1.5', file({ a: entry([1.5], 0, 1) }, 1), 'bad shape'],
    ['a shape beyond all', file({ a: entry([2 ** 40, 2 ** 40], 0, 1) }, 1), 'larger than any file'],
    ['offsets that do not fit', file({ a: entry([4], 0, 3) }, 3), 'do not fit dtype and shape'],
    ['offsets backwards', file({ a: entry([1], 1, 0) }, 1), 'do not fit dtype and shape'],
    ['an offset below 0', file({ a: entry([1], -1, 0) }, 1), 'do not fit dtype and shape'],
    ['overlap', file({ a: entry([2], 0, 2), b: entry([2], 1, 3) }, 3), 'overlap'],
    ['the same data twice', file({ a: entry([2], 0, 2), b: entry([2], 0, 2) }, 2), 'overlap'],
    ['a gap', file({ a: entry([1], 0, 1), b: entry([1], 2, 3) }, 3), 'a gap in the data'],
    ['a gap at the start', file({ a: entry([1], 1, 2) }, 2), 'a gap in the data'],
    ['missing bytes', file({ a: entry([4], 0, 4) }, 3), 'the file is truncated'],
    ['bytes too many', file({ a: entry([4], 0, 4) }, 5), 'bytes behind the last tensor'],
    ['a bool of 2', file({ a: entry([1], 0, 1, 'BOOL') }, 1).fill(2, -1), 'bad bool'],
  ];
  test.each(refused)('%s', async (_, bytes, message) => {
    expect(() => decode(bytes, { file: 'x.safetensors' })).toThrow(message);
    expect(() => decode(bytes, { file: 'x.safetensors' })).toThrow(/^x\.safetensors/);
    const opened = open(sourceOf(bytes, 'x.safetensors'));
    await expect(opened.then((found) => found.read('a'))).rejects.toThrow(message);
  });

  test('damaged files with a FormatError, and nothing else', async () => {
    const samples = [encode(tensors, metadata), encode([tensors[0]])];
    expect(await onlyFormatErrors(decode, samples, { runs: 1500 })).toBeGreaterThan(500);
  });
});

const golden = fileURLToPath(
  new URL('../../../shared/conformance/keras/layers_core.safetensors', import.meta.url),
);
const absent = existsSync(golden) ? '' : ' (skipped: no conformance data beside the project)';

test.skipIf(absent !== '')(`reads and writes what Hugging Face wrote${absent}`, () => {
  const bytes = new Uint8Array(readFileSync(golden));
  const { tensors, metadata } = decode(bytes);
  expect(tensors.size).toBeGreaterThan(10);
  expect(Buffer.compare(encode(tensors, metadata), bytes)).toBe(0);
});
