import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import { decodeRecords } from './csv.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = async (bytes: Uint8Array, size = 7): Promise<string[][]> => {
  const records: string[][] = [];
  for await (const record of decodeRecords(pieces(bytes, size), { file: 'a.csv' }))
    records.push(record);
  return records;
};

test('quotes, commas, line ends', async () => {
  const text = 'text,label\r\n"a, ""b""\nc",1\nplain,0\n,\n"",last';
  expect(await read(bytesOf(text))).toEqual([
    ['text', 'label'],
    ['a, "b"\nc', '1'],
    ['plain', '0'],
    ['', ''],
    ['', 'last'],
  ]);
});

test('whatever is written is read, however it is cut', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'ß', '😀') });
  const records = fc.array(fc.array(field, { minLength: 2, maxLength: 3 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(records, fc.integer({ min: 1, max: 40 }), async (rows, size) => {
      const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
      const text = rows.map((row) => `${row.map(quoted).join()}\n`).join('');
      expect(await read(bytesOf(text), size)).toEqual(rows);
    }),
  );
});

test('damage is named', async () => {
  await expect(read(bytesOf('"a"b,1\n'))).rejects.toThrow(
    'a.csv: record 1: text behind a closing quote',
  );
  await expect(read(bytesOf('x,1\n"open'))).rejects.toThrow('record 2 does not end');
  await expect(read(Uint8Array.of(0xff, 0x2c, 0x0a))).rejects.toThrow('not UTF-8');
  const refused = await onlyFormatErrors(read, [bytesOf('text,label\n"a ""b""",1\nc,0\n')]);
  expect(refused).toBeGreaterThan(20);
});
