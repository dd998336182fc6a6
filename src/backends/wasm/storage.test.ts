import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, test } from 'vitest';
import { input } from '../../expr/index.ts';
import { BackendError, type Storage, type View } from '../../tensor/index.ts';
import { referenceKernels } from '../cpu/index.ts';
import type { Launch } from '../kernels.ts';
import { WasmBackend } from './backend.ts';

const backend = new WasmBackend({ reference: referenceKernels, threads: 1 });
afterAll(() => {
  backend.threads = 1;
});

const viewOf = (storage: Storage, length = storage.length): View => ({
  storage,
  offset: 0,
  shape: [length],
  strides: [1],
  dtype: storage.dtype,
});

const double = (from: View, to: View): Launch => ({
  kernel: 'elementwise',
  inputs: [from],
  outputs: [to],
  attributes: { formulas: [input(0).mul(2)] },
});

const numbers = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i - 5);

describe('released storages', () => {
  test('small ones stay readable, and their memory is free', async () => {
    const { used, storages } = backend.memory();
    const storage = backend.allocate('float32', 1024, numbers(1024));
    expect(backend.memory()).toMatchObject({ used: used + 4096, storages: storages + 1 });
    storage.release();
    expect(backend.memory()).toMatchObject({ used, storages });
    expect(storage.released).toBe(true);
    expect(storage.array).toEqual(numbers(1024));
    expect(await storage.read()).toEqual(numbers(1024));
    storage.release();
    expect(backend.memory()).toMatchObject({ used, storages });
  });

  test('small ones may be computed with again, and written', () => {
    const storage = backend.allocate('float32', 100, numbers(100));
    storage.release();
    backend.write(storage, Float32Array.of(50), 3);
    const result = backend.allocate('float32', 100);
    backend.run(double(viewOf(storage), viewOf(result)));
    const expected = numbers(100).map((x) => x * 2);
    expected[3] = 100;
    expect(result.array).toEqual(expected);
    expect(storage.released).toBe(false);
    const { used } = backend.memory();
    storage.release();
    expect(backend.memory().used).toBe(used - 448);
    expect(storage.array[3]).toBe(50);
  });

  test('large ones are gone, and say how to keep them', async () => {
    const storage = backend.allocate('float32', 1025, numbers(1025));
    const result = backend.allocate('float32', 1025);
    storage.release();
    const message = /freed when its step ended; call keep\(tensor\)/;
    expect(() => storage.array).toThrow(BackendError);
    expect(() => storage.array).toThrow(message);
    await expect(storage.read()).rejects.toThrow(message);
    expect(() => backend.write(storage, numbers(1))).toThrow(message);
    expect(() => backend.run(double(viewOf(storage), viewOf(result)))).toThrow(message);
    expect(storage.released).toBe(true);
    storage.release();
  });

  test.each(['uint8', 'bool', 'int32', 'float64'] as const)(
    '%s: the limit is in bytes',
    (dtype) => {
      const width = { uint8: 1, bool: 1, int32: 4, float64: 8 }[dtype];
      const small = backend.allocate(dtype, 4096 / width);
      const large = backend.allocate(dtype, 4096 / width + 1);
      small.release();
      large.release();
      expect(small.array.length).toBe(4096 / width);
      expect(() => large.array).toThrow(BackendError);
    },
  );
});

describe('memory', () => {
  test('grows, and arrays show the same numbers before and after', () => {
    const own = new WasmBackend({ reference: referenceKernels, threads: 1 });
    const first = own.allocate('float32', 1000, numbers(1000));
    const { reserved } = own.memory();
    const before = first.array;
    const large = own.allocate('float32', reserved / 4);
    expect(own.memory().reserved).toBeGreaterThan(reserved);
    large.array.fill(7);
    expect(first.array).toEqual(numbers(1000));
    expect(first.array).toEqual(before);
    const sum = own.allocate('float32', 1000);
    own.run(double(viewOf(first), viewOf(sum)));
    own.run(double(viewOf(large), viewOf(large)));
    expect(sum.array[999]).toBe(994 * 2);
    expect(large.array.at(-1)).toBe(14);
  });

  test('that is full says what holds it and what to do', () => {
    const own = new WasmBackend({ reference: referenceKernels, threads: 1 });
    const { used, reserved } = own.memory();
    expect(() => own.allocate('uint8', 5e9)).toThrow(BackendError);
    expect(() => own.allocate('uint8', 5e9)).toThrow(
      /memory is full: 47\d\d\.\d MiB more.*smaller batches/,
    );
    expect(own.memory()).toMatchObject({ used, reserved });
    const storage = own.allocate('float32', 3, numbers(3));
    expect(storage.array).toEqual(numbers(3));
  });

  test('of storages that nobody holds is collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { storages } = backend.memory();
    for (let i = 0; i < 50; i++) backend.allocate('float32', 10000);
    expect(backend.memory().storages).toBe(storages + 50);
    const start = performance.now();
    while (backend.memory().storages > storages + 1) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (performance.now() - start > 20000) break;
    }
    expect(backend.memory().storages).toBeLessThanOrEqual(storages + 1);
  });

  test('beyond 2 GiB is addressed as well', () => {
    const choices = ['0', 'avx2', 'avx512'] as const;
    for (const native of choices) {
      const own = new WasmBackend({ reference: referenceKernels, threads: 2, native });
      const low = own.allocate('float32', 2000, numbers(2000));
      own.allocate('uint8', 2 ** 31); // never touched
      const high = own.allocate('float32', 2000);
      own.run(double(viewOf(low), viewOf(high)));
      own.run(double(viewOf(high), viewOf(high)));
      expect(high.array).toEqual(numbers(2000).map((x) => x * 4));
    }
  });
});

describe('operands', () => {
  const storage = backend.allocate('float32', 100, numbers(100));
  const whole = viewOf(storage);

  test.each([
    ['too long', { ...whole, shape: [101] }],
    ['beginning too late', { ...whole, offset: 1 }],
    ['beginning before their storage', { ...whole, offset: -1 }],
    ['with strides that leave the storage', { ...whole, shape: [10, 11], strides: [11, 1] }],
    ['that go backwards too far', { ...whole, strides: [-1], offset: 98 }],
    ['of a wider type', { ...whole, dtype: 'float64' as const }],
  ])('%s are refused before a kernel runs', (_, view) => {
    const result = backend.allocate('float32', 200);
    const to = {
      ...viewOf(result),
      shape: view.shape,
      strides: view.shape.length > 1 ? [11, 1] : [1],
    };
    expect(() => backend.run(double(view, to))).toThrow(BackendError);
    expect(() => backend.run(double(view, to))).toThrow(/elementwise: an operand float(32|64) \[/);
    expect(() => backend.plan([double(view, to)], new Set())).toThrow(BackendError);
  });

  test('without elements may lie anywhere', () => {
    const empty = { ...whole, offset: 5000, shape: [0] };
    expect(() => backend.run(double(empty, empty))).not.toThrow();
  });
});
