// The same bits from WebAssembly, AVX2 and AVX-512 code, on one, two and three threads, for every kernel.
import { describe, expect, test } from 'vitest';
import { referenceKernels } from '../src/backends/cpu/index.ts';
import { type NativeChoice, nativeChoices, WasmBackend } from '../src/backends/wasm/index.ts';
import type { TypedArray } from '../src/tensor/index.ts';
import {
  describeLaunch,
  fusedLaunch,
  kernelNames,
  randomLaunch,
  runLaunch,
} from './random-launches/index.ts';

const open = (native: NativeChoice, threads: number) =>
  new WasmBackend({ reference: referenceKernels, threads, native });

const plain = open('0', 1);
const threadsOf: Record<NativeChoice, readonly number[]> = {
  0: [2, 3],
  avx2: [1, 3],
  avx512: [1, 2],
};
const others = nativeChoices.flatMap((native) =>
  threadsOf[native].map((threads) => ({
    name: `${native === '0' ? 'WebAssembly' : native}, ${threads} thread${threads > 1 ? 's' : ''}`,
    native,
    backend: open(native, threads),
  })),
);

/** The bits as whole numbers; all NaN are one, since WebAssembly leaves their bits to the machine. */
function bitsOf(values: TypedArray): Int32Array | Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (!(values instanceof Float32Array)) return bytes;
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  return bits.map((word, i) => (Number.isNaN(values[i]) ? 0x7fc00000 : word));
}

const launches: Partial<Record<string, number>> = {
  elementwise: 120,
  reduce: 60,
  matMul: 50,
  conv2d: 60,
  conv2dInputGrad: 60,
  conv2dFilterGrad: 60,
};

const drawn = [
  ...kernelNames.map((kernel) => ({
    name: kernel as string,
    count: launches[kernel] ?? 20,
    // Launches that the accuracy tests have not drawn.
    draw: (i: number) => randomLaunch(kernel, 1000 + i, { tame: false }),
  })),
  { name: 'launches joined by plans', count: 80, draw: fusedLaunch },
];

for (const { name: title, count, draw } of drawn) {
  const cases = Array.from({ length: count }, (_, i) => ({
    launch: draw(i),
    expected: null as ReturnType<typeof bitsOf>[] | null,
  }));
  describe(title, () => {
    for (const { name, native, backend } of others) {
      const missing = native !== '0' && backend.native !== native ? backend.native : '';
      test.skipIf(missing)(missing ? `${name} (${missing})` : name, () => {
        for (const c of cases) {
          c.expected ??= runLaunch(c.launch, plain).map(bitsOf);
          const actual = runLaunch(c.launch, backend).map(bitsOf);
          actual.forEach((bits, i) => {
            const wanted = c.expected?.[i] as typeof bits;
            const place = bits.findIndex((word, at) => word !== wanted[at]);
            if (place === -1) return;
            expect.fail(
              `${describeLaunch(c.launch)}: result ${i}, place ${place} has bits ${bits[place]}, expected ${wanted[place]}`,
            );
          });
        }
      });
    }
  });
}

describe('beyond 2 GiB, where addresses look negative', () => {
  for (const native of nativeChoices) {
    const backend = open(native, 2);
    const missing = native !== '0' && backend.native !== native ? backend.native : '';
    test.skipIf(missing)(missing ? `${native} (${missing})` : native, () => {
      backend.allocate('uint8', 2 ** 31); // never touched
      for (const kernel of kernelNames) {
        for (let i = 0; i < 8; i++) {
          const launch = randomLaunch(kernel, 2000 + i, { tame: false });
          const expected = runLaunch(launch, plain).map(bitsOf);
          expect(runLaunch(launch, backend).map(bitsOf), describeLaunch(launch)).toEqual(expected);
        }
      }
    });
  }
});
