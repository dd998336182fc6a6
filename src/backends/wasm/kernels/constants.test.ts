import { expect, test } from 'vitest';
import { input } from '../../../expr/index.ts';
import type { View } from '../../../tensor/index.ts';
import { referenceKernels } from '../../cpu/index.ts';
import { WasmBackend } from '../index.ts';

test('a formula with another number asks for no new code', () => {
  const backend = new WasmBackend({ reference: referenceKernels, threads: 1, native: '0' });
  const view = (): View => ({
    storage: backend.allocate('float32', 7, new Float32Array([1, 2, 3, 4, 5, 6, 7])),
    offset: 0,
    shape: [7],
    strides: [1],
    dtype: 'float32',
  });
  const [x, y] = [view(), view()];
  const scale = (factor: number): number => {
    const formulas = [
      input(0)
        .mul(factor)
        .add(factor * 3),
    ];
    backend.run({ kernel: 'elementwise', inputs: [x], outputs: [y], attributes: { formulas } });
    expect(y.storage.array[6]).toBe(
      Math.fround(Math.fround(7 * Math.fround(factor)) + Math.fround(factor * 3)),
    );
    return backend.memory().used;
  };
  const used = scale(1.25);
  for (let i = 0; i < 50; i++) expect(scale(1.5 + i * 0.37)).toBe(used);
});
