import { expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import * as cifar from './cifar.ts';

/** A record whose pixel at (row, column) is (row, column, 200). */
function record(label: number): Uint8Array {
  const bytes = new Uint8Array(3073).fill(200);
  bytes[0] = label;
  for (let i = 0; i < 1024; i++) {
    bytes[1 + i] = i >> 5;
    bytes[1 + 1024 + i] = i & 31;
  }
  return bytes;
}
const two = new Uint8Array([...record(3), ...record(9)]);

test('channels come last', () => {
  const { images, labels } = cifar.decode([two, record(0)]);
  expect(images.shape).toEqual([3, 32, 32, 3]);
  expect([...(labels.data as Uint8Array)]).toEqual([3, 9, 0]);
  const at = ((1 * 32 + 5) * 32 + 17) * 3;
  expect([...images.data.slice(at, at + 3)]).toEqual([5, 17, 200]);
});

test('refuses other files', async () => {
  const cut = two.subarray(0, -1);
  expect(() => cifar.decode([cut], { file: 'x.bin' })).toThrow('x.bin: the file is no sequence');
  expect(() => cifar.decode([new Uint8Array(0)])).toThrow('a multiple of 3073 bytes');
  expect(() => cifar.decode([record(10)])).toThrow('expected a label of 0 to 9, received 10');
  const decode = (bytes: Uint8Array) => cifar.decode([bytes]);
  expect(await onlyFormatErrors(decode, [two], { runs: 200 })).toBeGreaterThan(50);
});
