// The generator of random numbers against published answers and against the plain function, on every kind of code.
import { describe, expect, test } from 'vitest';
import { type Storage, threefry2x32, type View } from '../../../tensor/index.ts';
import { referenceKernels } from '../../cpu/index.ts';
import type { RandomAttributes } from '../../kernels.ts';
import { WasmBackend } from '../backend.ts';

const viewOf = (storage: Storage): View => ({
  storage,
  offset: 0,
  shape: [storage.length],
  strides: [1],
  dtype: storage.dtype,
});

function draw(
  backend: WasmBackend,
  key: readonly [number, number],
  attributes: RandomAttributes,
  count: number,
): ArrayLike<number> {
  const keys = backend.allocate('int32', 2, Int32Array.from(key));
  const output = backend.allocate(attributes.op === 'bits' ? 'int32' : 'float32', count);
  backend.run({ kernel: 'random', inputs: [viewOf(keys)], outputs: [viewOf(output)], attributes });
  const numbers = output.array.slice() as Int32Array | Float32Array;
  for (const storage of [keys, output]) storage.release();
  return numbers;
}

describe.each(['0', 'avx2', 'avx512'] as const)('random with GRADUS_NATIVE=%s', (native) => {
  const backend = new WasmBackend({ reference: referenceKernels, threads: 1, native });
  const missing = native !== '0' && backend.native !== native ? backend.native : '';

  test.skipIf(missing)(`the known answer of Threefry-2x32 with 13 rounds ${missing}`, () => {
    const words = draw(backend, [0, 0], { op: 'bits', salt: 0 }, 32);
    expect([words[0], words[16]].map((word) => (word >>> 0).toString(16))).toEqual([
      '9d1c5ec6',
      '8bd50731',
    ]);
  });

  test.skipIf(missing)('words lie as the kernel promises, for any key, salt and length', () => {
    const expected = new Int32Array(2);
    for (const key of [
      [-1, -1],
      [0x13198a2e, 0x03707344],
    ] as const) {
      for (const salt of [0, 7, -1, -(2 ** 31)]) {
        for (const count of [1, 15, 16, 17, 31, 32, 33, 1000, 9001]) {
          const words = draw(backend, key, { op: 'bits', salt }, count);
          for (let i = 0; i < count; i++) {
            threefry2x32(key[0], key[1], (i >> 5) * 16 + (i & 15), salt, expected);
            const word = expected[(i >> 4) & 1];
            if (words[i] !== word) expect.fail(`key ${key}, salt ${salt}, ${i} of ${count}`);
          }
        }
      }
    }
  });

  test.skipIf(missing)('uniform numbers are the upper 24 bits, normal ones look normal', () => {
    const count = 100000;
    const words = draw(backend, [3, 4], { op: 'bits', salt: 5 }, count);
    const uniform = draw(backend, [3, 4], { op: 'uniform', salt: 5 }, count);
    for (let i = 0; i < count; i++) {
      if (uniform[i] !== (words[i] >>> 8) * 2 ** -24) expect.fail(`number ${i}`);
    }
    const normal = Array.from(draw(backend, [3, 4], { op: 'normal', salt: 5 }, count));
    const moment = (n: number) => normal.reduce((sum, x) => sum + x ** n, 0) / count;
    expect(normal.every(Number.isFinite)).toBe(true);
    expect(Math.abs(moment(1))).toBeLessThan(0.015);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
  });
});
