import { beforeEach, describe, expect, test } from 'vitest';
import { input } from '../../expr/index.ts';
import { BackendError, type Storage, Tensor } from '../../tensor/index.ts';
import type { Launch } from '../kernels.ts';
import { CpuBackend } from './backend.ts';

const FREED = /freed when its step ended; call keep\(tensor\)/;

let backend: CpuBackend;

beforeEach(() => {
  backend = new CpuBackend();
});

const tensorOf = (values: number[]): Tensor =>
  new Tensor(backend.allocate('float32', values.length, Float32Array.from(values)), [
    values.length,
  ]);

describe('storages', () => {
  test('copy what they are given', () => {
    const data = Float32Array.of(1, 2, 3);
    const storage = backend.allocate('float32', 3, data);
    data[0] = 9;
    expect([...storage.array]).toEqual([1, 2, 3]);
    expect(storage.device).toBe('cpu');
  });

  test('can be written in part; complex elements take two numbers', async () => {
    const storage = backend.allocate('float32', 4);
    backend.write(storage, Float32Array.of(5, 6), 1);
    expect([...storage.array]).toEqual([0, 5, 6, 0]);
    const complex = backend.allocate('complex64', 2);
    backend.write(complex, Float32Array.of(7, 8), 1);
    expect([...(await complex.read())]).toEqual([0, 0, 7, 8]);
  });

  test('read gives a copy', async () => {
    const storage = backend.allocate('float32', 1, Float32Array.of(1));
    (await storage.read())[0] = 2;
    expect(storage.array[0]).toBe(1);
  });

  test('small ones stay readable when released, large ones say what happened', async () => {
    const small = backend.allocate('float32', 1024, new Float32Array(1024).fill(3));
    const large = backend.allocate('float32', 1025);
    for (const storage of [small, large]) storage.release();
    expect(small.released && large.released).toBe(true);
    expect(small.array[1023]).toBe(3);
    expect(() => large.array).toThrow(BackendError);
    expect(() => large.array).toThrow(FREED);
    await expect(large.read()).rejects.toThrow(FREED);
  });

  test('are counted', () => {
    const first = backend.allocate('float64', 10);
    const second = backend.allocate('complex64', 5);
    expect(backend.memory()).toEqual({ used: 120, reserved: 120, peak: 120, storages: 2 });
    first.release();
    first.release();
    expect(backend.memory()).toEqual({ used: 40, reserved: 40, peak: 120, storages: 1 });
    second.release();
    expect(backend.memory()).toMatchObject({ used: 0, storages: 0 });
  });
});

test('there is one thread, whatever is asked for', () => {
  backend.threads = 4;
  expect(backend.threads).toBe(1);
});

describe('plans', () => {
  const twice = (from: Tensor, to: Tensor): Launch => ({
    kernel: 'elementwise',
    inputs: [from],
    outputs: [to],
    attributes: { formulas: [input(0).mul(2)] },
  });
  const large = () => tensorOf(new Array<number>(2000).fill(0));

  test('replay on what is kept, after the recorded transients are gone', () => {
    const [x, a, b, y] = [tensorOf(new Array<number>(2000).fill(1)), large(), large(), large()];
    const launches = [twice(x, a), twice(a, b), twice(b, y)];
    for (const launch of launches) backend.run(launch);
    const plan = backend.plan(launches, new Set([a.storage, b.storage]));
    for (const { storage } of [a, b]) storage.release();
    backend.write(x.storage, new Float32Array(2000).fill(5));
    plan.run();
    expect(y.dataSync()[1999]).toBe(40);
    expect(plan.launches?.map(({ kernel }) => kernel)).toEqual([
      'elementwise',
      'elementwise',
      'elementwise',
    ]);
    plan.dispose();
  });

  test('use memory again when its contents were used up, and give it back', () => {
    const chain = Array.from({ length: 10 }, large);
    const launches = chain.slice(1).map((to, i) => twice(chain[i], to));
    const transient = new Set<Storage>(chain.slice(1, -1).map((t) => t.storage));
    const before = backend.memory().used;
    const plan = backend.plan(launches, transient);
    expect(backend.memory().used - before).toBe(2 * 8000);
    plan.run();
    plan.dispose();
    expect(backend.memory().used).toBe(before);
  });

  test('do not mix up transients that are read late', () => {
    const [x, a, b, c, y] = [
      tensorOf([3]),
      tensorOf([0]),
      tensorOf([0]),
      tensorOf([0]),
      tensorOf([0]),
    ];
    const sum: Launch = {
      kernel: 'elementwise',
      inputs: [a, c],
      outputs: [y],
      attributes: { formulas: [input(0).add(input(1))] },
    };
    const plan = backend.plan(
      [twice(x, a), twice(a, b), twice(b, c), sum],
      new Set([a.storage, b.storage, c.storage]),
    );
    plan.run();
    plan.run();
    expect(y.item()).toBe(6 + 24);
  });
});
