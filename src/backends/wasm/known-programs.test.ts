import { afterAll, describe, expect, test } from 'vitest';
import { constant, input } from '../../expr/index.ts';
import { rowMajorStrides, type Storage, type View } from '../../tensor/index.ts';
import { referenceKernels } from '../cpu/index.ts';
import type { Launch } from '../kernels.ts';
import { WasmBackend } from './backend.ts';
import { type KnownProgram, KnownPrograms } from './known-programs.ts';

const backend = new WasmBackend({ reference: referenceKernels, threads: 2 });
afterAll(() => {
  backend.threads = 1;
});

const view = (storage: Storage, shape: readonly number[], change: Partial<View> = {}): View => ({
  ...{ storage, shape, strides: rowMajorStrides(shape), offset: 0, dtype: storage.dtype },
  ...change,
});

const numbers = (length: number, first = 0): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((first + i * 7) % 23) - 11);

const scaled = (from: View, to: View, factor: number): Launch => ({
  kernel: 'elementwise',
  inputs: [from],
  outputs: [to],
  attributes: { formulas: [input(0).mul(factor)] },
});

describe('a launch is known', () => {
  const known = new KnownPrograms();
  const program = { scratch: [] } as unknown as KnownProgram;
  const [a, b] = [backend.allocate('float32', 12), backend.allocate('float32', 12)];
  const launch = scaled(view(a, [3, 4]), view(b, [3, 4]), 3);

  test('by what it does and where, not by its objects', () => {
    expect(known.find(launch)).toBeNull();
    known.add(launch, program, null);
    expect(known.find(launch)).toMatchObject(program);
    expect(known.find(scaled(view(a, [3, 4]), view(b, [3, 4]), 3))).not.toBeNull();
  });

  test.each([
    ['another number', scaled(view(a, [3, 4]), view(b, [3, 4]), 4)],
    ['another place', scaled(view(b, [3, 4]), view(a, [3, 4]), 3)],
    ['another shape', scaled(view(a, [4, 3]), view(b, [4, 3]), 3)],
    ['other strides', scaled(view(a, [3, 4], { strides: [1, 3] }), view(b, [3, 4]), 3)],
    ['an offset', scaled(view(a, [3, 3], { offset: 1 }), view(b, [3, 3]), 3)],
    ['another type', scaled(view(a, [3, 4], { dtype: 'int32' }), view(b, [3, 4]), 3)],
    ['another kernel', { ...launch, kernel: 'scan' } as unknown as Launch],
    ['another operand', { ...launch, inputs: [view(a, [3, 4]), view(a, [3, 4])] } as Launch],
  ])('%s makes it another', (_, other) => {
    expect(known.find(other)).toBeNull();
  });

  test('until a newer program takes its place', () => {
    const newer = { scratch: [{ bytes: 64, address: 64 }] } as unknown as KnownProgram;
    known.add(launch, newer, known.find(launch));
    expect(known.find(launch)).toMatchObject(newer);
    known.clear();
    expect(known.find(launch)).toBeNull();
  });
});

describe('the same launch again', () => {
  test('computes with the numbers that are there now', () => {
    const [from, to] = [backend.allocate('float32', 5000), backend.allocate('float32', 5000)];
    for (const first of [1, 2, 3]) {
      backend.write(from, numbers(5000, first));
      for (const factor of [2, 5]) {
        backend.run(scaled(view(from, [5000]), view(to, [5000]), factor));
        expect(to.array).toEqual(numbers(5000, first).map((x) => x * factor));
      }
    }
  });

  test('follows a tensor that another has taken the place of', () => {
    const to = backend.allocate('float32', 2000);
    const places = [4, 6].map((first) => {
      const from = backend.allocate('float32', 2000, numbers(2000, first));
      backend.run(scaled(view(from, [2000]), view(to, [2000]), 2));
      expect(to.array).toEqual(numbers(2000, first).map((x) => x * 2));
      const { address } = from as Storage & { readonly address: number };
      from.release();
      return address;
    });
    expect(places[1]).toBe(places[0]);
  });

  test('with scratch memory, and when that is taken, and on more threads', () => {
    const side = 14;
    const x = backend.allocate('float32', side * side * 16, numbers(side * side * 16));
    const filter = backend.allocate('float32', 9 * 16 * 16, numbers(9 * 16 * 16, 5));
    const y = backend.allocate('float32', side * side * 16);
    const launch: Launch = {
      kernel: 'conv2d',
      inputs: [view(x, [1, side, side, 16]), view(filter, [3, 3, 16, 16])],
      outputs: [view(y, [1, side, side, 16])],
      attributes: {
        ...{ strides: [1, 1], dilation: [1, 1], groups: 1, activation: null },
        padding: [
          [1, 1],
          [1, 1],
        ],
      },
    };
    backend.run(launch);
    const { used } = backend.memory();
    const expected = y.array.slice();
    const again = (): void => {
      backend.write(y, new Float32Array(side * side * 16));
      backend.run(launch);
      expect(y.array).toEqual(expected);
    };
    again();
    expect(backend.memory().used).toBe(used);
    const inTheWay = [64, 4096, 65536].map((length) => {
      const storage = backend.allocate('float32', length);
      backend.write(storage, numbers(length));
      return storage;
    });
    again();
    for (const storage of inTheWay) {
      expect(storage.array).toEqual(numbers(storage.length));
      storage.release();
    }
    again();
    backend.threads = 3;
    again();
    backend.profiling = true;
    again();
    expect(backend.profile()?.operations[0]).toMatchObject({ operation: 'conv2d' });
    backend.profiling = false;
  });

  test('of the reference looks at its own views', () => {
    const make = (first: number): Storage => {
      const storage = backend.allocate('float64', 8);
      storage.array.set(numbers(8, first));
      return storage;
    };
    const to = backend.allocate('float64', 8);
    for (const first of [1, 2]) {
      const from = make(first);
      backend.run(scaled(view(from, [8]), view(to, [8]), 3));
      expect([...to.array]).toEqual([...numbers(8, first).map((x) => x * 3)]);
      from.release();
    }
  });

  test('that writes a number', () => {
    const to = backend.allocate('float32', 10);
    for (const value of [1, 2.5, -0, 1]) {
      backend.run({
        ...{ kernel: 'elementwise', inputs: [], outputs: [view(to, [10])] },
        attributes: { formulas: [constant(value)] },
      });
      expect([...to.array]).toEqual(new Array(10).fill(value));
    }
  });
});
