import { beforeAll, describe, expect, test } from 'vitest';
import { getBackend, setBackend } from '../backends/index.ts';
import { matmul, mean, Parameter, square, sub, tensor } from '../ops/index.ts';
import '../ops/methods.ts';
import { backward } from '../autograd/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { DataLoader } from './data-loader.ts';
import { Dataset } from './dataset.ts';

beforeAll(() => setBackend('cpu'));

const rows = Float32Array.from({ length: 10 }, (_, i) => i);
const values = (loader: Iterable<Tensor>) => Array.from(loader, (x) => [...x.dataSync()]);

describe('DataLoader', () => {
  test('gives batches in order, or shuffled anew for each pass', () => {
    const plain = DataLoader.of(rows, { batchSize: 4 });
    expect(plain.length).toBe(3);
    expect(values(plain)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    const dropping = DataLoader.of(rows, { batchSize: 4, dropLast: true });
    expect(values(dropping)).toHaveLength(2);
    const loader = DataLoader.of(rows, { batchSize: 5, shuffle: true, seed: 1 });
    const [first, second] = [values(loader), values(loader)];
    expect(first).not.toEqual(second);
    expect(values(loader.pass(0))).toEqual(first);
    expect(first.flat().sort()).toEqual([...rows]);
    expect(values(DataLoader.of(rows, { batchSize: 5, shuffle: true, seed: 1 }))).toEqual(first);
  });

  test('takes data sets', async () => {
    const data = Dataset.fromTensorSlices(rows).map((x) => x.mul(2));
    const loader = new DataLoader(data, { batchSize: 10 });
    expect(values(loader)).toEqual([[...rows].map((x) => 2 * x)]);
    const batches = [];
    for await (const x of loader) batches.push(x.shape);
    expect(batches).toEqual([[10]]);
  });

  test('says what is wrong', () => {
    expect(() => DataLoader.of(new Float32Array(0))).toThrow('no rows');
    expect(() => DataLoader.of(rows, { batchSize: 11, dropLast: true })).toThrow('no batch of 11');
    expect(() => DataLoader.of(rows, { batchSize: -1 })).toThrow('batch: size');
    expect(() => new DataLoader([rows] as never)).toThrow('DataLoader.of takes arrays');
    const endless = Dataset.fromTensorSlices(rows).repeat();
    expect(() => new DataLoader(endless, { shuffle: true })).toThrow('must be known to shuffle');
  });

  test('memory stays flat in a loop of steps', () => {
    const x = { data: new Float32Array(100 * 600).fill(1), shape: [100, 600] };
    const y = { data: new Float32Array(100 * 400), shape: [100, 400] };
    const w = new Parameter(tensor(new Float32Array(600 * 400)).reshape([600, 400]), {
      name: 'w',
    });
    const loader = DataLoader.of([x, y], { batchSize: 20, shuffle: true, seed: 1 });
    const used: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const [input, target] of loader) {
        const loss = mean(square(sub(matmul(input, w), target)));
        backward(loss);
        w.grad?.storage.release(); // as clearGrad does
        w.grad = null;
        used.push(getBackend().memory().used);
      }
    }
    expect(used).toHaveLength(15);
    expect(new Set(used.slice(1)).size).toBe(1);
  });
});
