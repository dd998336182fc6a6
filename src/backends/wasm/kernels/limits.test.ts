// What random launches seldom meet: indices that are wrong, more tasks than a ticket counts, kernels that would silently
// run in WebAssembly.
import { describe, expect, test } from 'vitest';
import { kernelNames, placeLaunch, randomLaunch } from '../../../../test/random-launches/index.ts';
import { openParts } from '../../../../test/wasm-parts.ts';
import {
  type DType,
  rowMajorStrides,
  sizeOf,
  type TypedArray,
  type View,
} from '../../../tensor/index.ts';
import { CpuBackend, referenceKernels } from '../../cpu/index.ts';
import type { Launch } from '../../kernels.ts';
import { WasmBackend } from '../backend.ts';
import { PhaseList } from '../phases.ts';
import { WasmStorage } from '../storage.ts';
import { emitters } from './index.ts';

const natives = ['0', 'avx2', 'avx512'] as const;

const place = (
  backend: WasmBackend | CpuBackend,
  shape: readonly number[],
  data: TypedArray,
  dtype: DType = 'float32',
): View => ({
  storage: backend.allocate(dtype, sizeOf(shape), data),
  offset: 0,
  shape,
  strides: rowMajorStrides(shape),
  dtype,
});

const zeros = (shape: readonly number[]): Float32Array => new Float32Array(sizeOf(shape));
const ramp = (shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 31) / 16 - 1);

describe.each(natives)('wrong indices stay inside the operands with GRADUS_NATIVE=%s', (native) => {
  const backend = new WasmBackend({ reference: referenceKernels, threads: 1, native });
  const missing = native !== '0' && backend.native !== native ? backend.native : '';
  const wild = Int32Array.of(-1, 2 ** 31 - 1, -(2 ** 31), 3, 4, 1e6);

  test.skipIf(missing)(`gather and scatter ${missing}`, () => {
    const table = place(backend, [4, 5], ramp([4, 5]));
    const indices = place(backend, [6], wild, 'int32');
    const picked = place(backend, [6, 5], zeros([6, 5]));
    const axis = { axis: 0 };
    backend.run({
      kernel: 'gather',
      inputs: [table, indices],
      outputs: [picked],
      attributes: axis,
    });
    expect(picked.storage.array.every((x) => table.storage.array.includes(x as never))).toBe(true);
    for (const mode of ['add', 'set'] as const) {
      const attributes = { axis: 0, mode };
      backend.run({ kernel: 'scatter', inputs: [picked, indices], outputs: [table], attributes });
    }
  });

  test.skipIf(missing)('sparse products, whatever columns and row starts say', () => {
    const columns = place(backend, [6], wild, 'int32');
    const none = place(backend, [0], zeros([0]));
    const right = place(backend, [4, 19], ramp([4, 19]));
    const out = place(backend, [3, 19], zeros([3, 19]));
    for (const starts of [
      [0, 2, 4, 6],
      [0, 1e9, -5, 6],
      [-1, -1, 2 ** 31 - 1, 0],
      [6, 4, 2, 0],
    ]) {
      const rowStarts = place(backend, [4], Int32Array.from(starts), 'int32');
      const inputs = [none, columns, rowStarts];
      const attributes = { activation: null };
      backend.run({
        kernel: 'sparseMatMul',
        inputs: [...inputs, right],
        outputs: [out],
        attributes,
      });
      expect(out.storage.array.every((x) => Number.isFinite(x))).toBe(true);
      const back = [...inputs, out];
      backend.run({ kernel: 'sparseMatMulGrad', inputs: back, outputs: [right], attributes: {} });
    }
  });
});

describe.each(natives)('many tasks with GRADUS_NATIVE=%s', (native) => {
  const wasm = new WasmBackend({ reference: referenceKernels, threads: 2, native });
  const missing = native !== '0' && wasm.native !== native ? wasm.native : '';
  const cpu = new CpuBackend();
  const window = { strides: [1, 1], dilation: [1, 1], activation: null } as const;
  const none = [0, 0] as const;

  function agree(make: (backend: WasmBackend | CpuBackend) => Launch): void {
    const [actual, expected] = [wasm, cpu].map((backend) => {
      const launch = make(backend);
      backend.run(launch);
      return launch.outputs[0].storage.array as Float32Array;
    });
    const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const wrong = expected.findIndex((x, i) => !(Math.abs(x - actual[i]) <= 1e-5 * scale));
    if (wrong !== -1) expect.fail(`${wrong}: ${actual[wrong]}, expected ${expected[wrong]}`);
  }

  test.skipIf(missing)(`gradients of filters with many taps and groups ${missing}`, () => {
    const [groups, side] = [1100, 4];
    agree((backend) => ({
      kernel: 'conv2dFilterGrad',
      inputs: [
        [1, side, side, groups * 2],
        [1, 3, 3, groups * 2],
      ].map((shape) => place(backend, shape, ramp(shape))),
      outputs: [place(backend, [2, 2, 2, groups * 2], zeros([2, 2, 2, groups * 2]))],
      attributes: { ...window, padding: [none, none], groups },
    }));
  });

  test.skipIf(missing)('a depthwise filter of 31 x 31', () => {
    agree((backend) => ({
      kernel: 'conv2dFilterGrad',
      inputs: [
        [16, 32, 32, 2],
        [16, 2, 2, 2],
      ].map((shape) => place(backend, shape, ramp(shape))),
      outputs: [place(backend, [31, 31, 1, 2], zeros([31, 31, 1, 2]))],
      attributes: { ...window, padding: [none, none], groups: 2 },
    }));
  });
});

describe.each(natives.slice(1))('machine code with GRADUS_NATIVE=%s', (native) => {
  const { allocator, arena, library, missing, target } = openParts(native);

  test.skipIf(missing)(`is there for every kernel of every emitter ${missing}`, () => {
    const slow = new Set<string>();
    for (const kernel of kernelNames) {
      const emit = emitters[kernel] as
        | ((inputs: unknown, outputs: unknown, attributes: unknown, phases: PhaseList) => boolean)
        | undefined;
      if (!emit) continue;
      for (let i = 0; i < 12; i++) {
        const launch = placeLaunch(randomLaunch(kernel, 3000 + i, { tame: false }), (operand) => {
          const storage = new WasmStorage(arena, operand.dtype, operand.contents.length);
          storage.array.set(operand.contents);
          return storage;
        });
        const phases = new PhaseList(target, kernel, (bytes) => allocator.allocate(bytes));
        if (!emit(launch.inputs, launch.outputs, launch.attributes, phases)) continue;
        const specs = phases.phases.flatMap((phase) => ('spec' in phase ? [phase.spec] : []));
        library.prepare(specs);
        for (const spec of specs) if (library.get(spec).native === 0) slow.add(spec.key);
      }
    }
    expect([...slow]).toEqual([]);
    expect(library.size).toBeGreaterThan(80);
  });
});
