import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import type { FileArray } from './file-array.ts';
import { decode, encode, sniff } from './npy.ts';
import { parsePythonLiteral } from './python-literal.ts';

/** A file as NumPy writes it, with any header. */
function npy(header: string, data: ArrayBufferView, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const prefix = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(prefix + text.length + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(text, prefix);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), prefix + text.length);
  return bytes;
}
const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

const arrays: FileArray[] = [
  { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { dtype: 'float64', shape: [], data: Float64Array.of(Math.PI) },
  { dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) },
  { dtype: 'uint64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  { dtype: 'float16', shape: [1], data: Uint16Array.of(0x3c00) },
  { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) },
  { dtype: 'complex128', shape: [1], data: Float64Array.of(1, -1) },
  { dtype: 'uint16', shape: [0, 4], data: new Uint16Array(0) },
];

describe('npy', () => {
  test('arrays are written and read', () => {
    for (const array of arrays) {
      const bytes = encode(array);
      expect(sniff(bytes)).toBe(true);
      expect(decode(bytes)).toEqual(array);
    }
  });

  test('the header is NumPy’s, and the data begin at a multiple of 64', () => {
    const bytes = encode({ dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) });
    expect(bytes).toHaveLength(128 + 12);
    const text = new TextDecoder('latin1').decode(bytes.subarray(10, 128));
    expect(text.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }");
    expect(text.endsWith(' \n')).toBe(true);
    const one = encode({ dtype: 'uint8', shape: [1, 1], data: Uint8Array.of(1) });
    expect(new TextDecoder('latin1').decode(one)).toContain("'descr': '|u1'");
  });

  test('reads all versions, both orders of bytes and of axes', () => {
    const expected = { dtype: 'int16', shape: [2], data: Int16Array.of(1, -2) };
    const big = Uint8Array.of(0, 1, 0xff, 0xfe);
    for (const version of [1, 2, 3]) {
      expect(decode(npy(header("'<i2'", '(2,)'), expected.data, version))).toEqual(expected);
      expect(decode(npy(header("'>i2'", '(2L,)'), big, version))).toEqual(expected);
    }
    // [[1, 2, 3], [4, 5, 6]] in columns.
    const columns = npy(header("'<f4'", '(2, 3)', 'True'), Float32Array.of(1, 4, 2, 5, 3, 6));
    expect(decode(columns)).toEqual(arrays[0]);
    const data = Float32Array.from({ length: 24 }, (_, i) => i);
    const cube = decode(npy(header("'<f4'", '(2, 3, 4)', 'True'), data)).data as Float32Array;
    const at = (i: number, j: number, k: number) => cube[(i * 3 + j) * 4 + k];
    expect([at(1, 0, 0), at(0, 1, 0), at(0, 0, 1), at(1, 2, 3)]).toEqual([1, 2, 6, 23]);
    const complex = npy(header("'<c8'", '(1, 2)', 'True'), Float32Array.of(1, 2, 3, 4));
    expect(decode(complex).data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  test('refuses what it cannot read, and says what to do', () => {
    const four = new Uint8Array(4);
    const refused: [Uint8Array, string][] = [
      [new Uint8Array(3), 'no npy file'],
      [npy(header("'|O'", '(1,)'), four), 'Python objects; pickle.decodeObjects reads'],
      [npy(header("'<U1'", '(1,)'), four), "received '<U1'"],
      [npy(header("[('a', '<i4')]", '(1,)'), four), 'received a list of fields'],
      [npy(header("'<f4'", '(2,)'), four), 'the file is truncated'],
      [npy(header("'<i2'", '(1,)'), four), 'bytes follow the last element'],
      [npy(header("'<f4'", '(-1,)'), four), 'bad shape'],
      [npy(header("'<f4'", '(1099511627776, 1099511627776)'), four), 'larger than any file'],
      [npy(header("'<f4'", '1'), four), 'the shape is no tuple'],
      [npy(header("'<f4'", '(1,)', '0'), four), 'fortran_order is no bool'],
      [npy(header("'<f4'", "__import__('os')"), four), 'bad literal'],
      [npy("{'descr': '<f4'}", four), 'bad header'],
      [npy(header("'<f4'", '(1,)'), four, 4), 'unknown version'],
      [encode(arrays[0]).subarray(0, 50), 'bad length of the header'],
    ];
    for (const [bytes, message] of refused) {
      expect(() => decode(bytes, { file: 'x.npy' })).toThrow(message);
      expect(() => decode(bytes, { file: 'x.npy' })).toThrow(/^x\.npy/);
    }
    const brain: FileArray = { dtype: 'bfloat16', shape: [1], data: Uint16Array.of(0) };
    expect(() => encode(brain)).toThrow('NumPy has no bfloat16; cast to float32');
  });

  test('damaged files give a FormatError, and nothing else', async () => {
    const samples = [
      ...arrays.map(encode),
      npy(header("'>f4'", '(2, 1)', 'True'), new Uint8Array(8)),
    ];
    expect(await onlyFormatErrors(decode, samples, { runs: 1500 })).toBeGreaterThan(600);
  });
});

test('Python literals are parsed, not evaluated', () => {
  expect(parsePythonLiteral("{'a': (1, -2L), \"b\": [True, None], 'c': (3), 'd': ()}")).toEqual(
    new Map<string, unknown>([
      ['a', [1, -2]],
      ['b', [true, null]],
      ['c', 3],
      ['d', []],
    ]),
  );
  for (const text of [
    '',
    '1+1',
    '{1: 2}',
    "{'a': 1, 'a': 2}",
    '(1',
    "'a\\x41'",
    'open("x")',
    '1.5',
  ]) {
    expect(() => parsePythonLiteral(text)).toThrow('bad literal');
  }
  expect(() => parsePythonLiteral('('.repeat(10_000))).toThrow('less nesting');
});
