// A device whose memory is not at hand: elements come to the host by waiting.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackend, registerBackend, setBackend } from '../backends/index.ts';
import { add, fromData, tensor } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Dataset } from './dataset.ts';
import type { HostLeaf } from './leaf.ts';
import { toCategorical } from './to-categorical.ts';

beforeAll(async () => {
  const cpu = await openBackend('cpu');
  const distant = new Proxy(cpu, {
    get(target, key) {
      if (key === 'synchronous') return false;
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  registerBackend('distant', { open: async () => distant });
  await setBackend('distant');
});
afterAll(() => setBackend('cpu'));

async function list(data: AsyncIterable<Tensor>): Promise<number[][]> {
  const all = [];
  for await (const x of data) all.push([...(await x.data())]);
  return all;
}

test('rows of tensors are fetched when the first pass begins', async () => {
  const data = Dataset.fromTensorSlices(fromData(Uint8Array.of(1, 2, 3), [3])).batch(2);
  expect(() => [...data]).toThrow('use for await');
  expect(await list(data)).toEqual([[1, 2], [3]]);
  expect([...data].map((x) => x.shape)).toEqual([[2], [1]]); // by now they are here
});

test('rows of arrays need no waiting', () => {
  const data = Dataset.fromTensorSlices(Uint8Array.of(1, 2, 3)).map((x) => add(x, 1));
  expect([...data]).toHaveLength(3);
});

test('labels are checked when they have come', async () => {
  const labels = Dataset.fromTensorSlices(fromData(Uint8Array.of(0, 1), [2]));
  expect(await list(labels.preprocess({ oneHot: 2 }).batch(2))).toEqual([[1, 0, 0, 1]]);
  const bad = Dataset.fromTensorSlices(fromData(Uint8Array.of(0, 5), [2]));
  await expect(list(bad.preprocess({ oneHot: 2 }))).rejects.toThrow('row 1 of shape [] holds 5');
});

test('what a function made is fetched for cache, filter and the host', async () => {
  const made = Dataset.fromTensorSlices(Float32Array.of(1, 2, 3)).map((x) => add(x, 1));
  const kept = made.filter((x) => add(x, -2)).cache();
  expect(await list(kept)).toEqual([[3], [4]]);
  expect(await list(kept)).toEqual([[3], [4]]);
  const host: number[] = [];
  for await (const element of made.hostElements(0)) {
    const out = new Float32Array(1);
    (element as HostLeaf).write(out);
    host.push(out[0]);
  }
  expect(host).toEqual([2, 3, 4]);
});

test('toCategorical works without looking at the numbers', async () => {
  expect([...(await toCategorical(tensor([1, 0]), 2).data())]).toEqual([0, 1, 1, 0]);
});
