import { expect, test } from 'vitest';
import { rowMajorStrides, type View } from '../../tensor/index.ts';
import type { Backend } from '../backend.ts';
import { referenceKernels } from '../cpu/index.ts';
import { openBackend } from '../index.ts';
import { fusesProducts } from './builder/index.ts';
import { nativeChoices, WasmBackend } from './index.ts';

/** A product of two small matrices of sines, by a backend. */
function product(backend: Backend): Float32Array {
  const view = (rows: number, columns: number, phase: number): View => {
    const data = Float32Array.from(
      { length: rows * columns },
      (_, i) => ((i * 37 + phase) % 101) / 50 - 1,
    );
    const shape = [rows, columns];
    const storage = backend.allocate('float32', data.length, data);
    return { storage, offset: 0, shape, strides: rowMajorStrides(shape), dtype: 'float32' };
  };
  const [a, b, c] = [view(37, 301, 1), view(301, 45, 2), view(37, 45, 3)];
  backend.run({ kernel: 'matMul', inputs: [a, b], outputs: [c], attributes: { activation: null } });
  return c.storage.array.slice() as Float32Array;
}

for (const native of nativeChoices) {
  test(`products have the same bits exact and fast, native ${native}`, () => {
    const [exact, fast] = (['exact', 'fast'] as const).map((precision) => {
      const backend = new WasmBackend({
        reference: referenceKernels,
        threads: 1,
        native,
        precision,
      });
      return product(backend);
    });
    if (fusesProducts()) expect(fast).toEqual(exact);
    const largest = Math.max(...exact.map(Math.abs));
    fast.forEach((value, i) => {
      expect(Math.abs(value - exact[i])).toBeLessThan(1e-5 * largest);
    });
  });
}

test('precision is chosen before a backend is opened', async () => {
  const open = await openBackend('wasm');
  expect(open.precision).toBe('exact');
  await expect(openBackend('wasm', { precision: 'fast' })).rejects.toThrow(
    /precision 'exact' already; choose 'fast' before/,
  );
});
