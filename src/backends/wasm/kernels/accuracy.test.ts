// Every kernel, on launches drawn at random, against the cpu backend in float64.
import { afterAll, describe, expect, test } from 'vitest';
import {
  describeLaunch,
  kernelNames,
  type Operand,
  places,
  type RandomLaunch,
  randomLaunch,
  runLaunch,
} from '../../../../test/random-launches/index.ts';
import { sizeOf, type TypedArray } from '../../../tensor/index.ts';
import { CpuBackend, referenceKernels } from '../../cpu/index.ts';
import type { KernelName } from '../../kernels.ts';
import { WasmBackend } from '../backend.ts';

const wasm = new WasmBackend({
  reference: referenceKernels,
  threads: 2,
  native: '0',
  profiling: true,
});
const cpu = new CpuBackend();

/** Errors allowed, as a share of the largest number of the result, and how many launches are drawn. */
const demands: Partial<Record<KernelName, { tolerance?: number; launches?: number }>> = {
  elementwise: { tolerance: 2e-6, launches: 250 },
  reduce: { tolerance: 2e-6, launches: 150 },
  matMul: { tolerance: 3e-6, launches: 150 },
  conv2d: { tolerance: 1e-5, launches: 120 },
  conv2dInputGrad: { tolerance: 1e-5, launches: 120 },
  conv2dFilterGrad: { tolerance: 1e-5, launches: 120 },
  pool2d: { tolerance: 1e-6, launches: 80 },
  pool2dGrad: { tolerance: 1e-6, launches: 80 },
  random: { tolerance: 1e-6, launches: 60 },
  scan: { tolerance: 3e-6 },
  sparseMatMulGrad: { tolerance: 5e-6 },
};

/** What makes a result worse than others of its kernel, in any order of its sums. */
function lenience({ kernel, inputs, attributes }: RandomLaunch): number {
  // An activation may make the result smaller than the sums that the error comes from.
  const activated = 'activation' in attributes && attributes.activation ? 10 : 1;
  const isProduct = kernel === 'reduce' && 'op' in attributes && attributes.op === 'prod';
  const depth = kernel === 'matMul' ? (inputs[0].shape.at(-1) as number) : 0;
  return activated * (isProduct ? 10 : 1) * Math.max(1, depth / 500);
}

/** The same launch in float64. */
function inDoubles(launch: RandomLaunch): RandomLaunch {
  const done = new Map<Operand, Operand>();
  const double = (operand: Operand): Operand => {
    if (operand.dtype !== 'float32') return operand;
    const known = done.get(operand);
    if (known) return known;
    const contents = Float64Array.from(operand.contents as Float32Array);
    const made: Operand = { ...operand, dtype: 'float64', contents };
    done.set(operand, made);
    return made;
  };
  return { ...launch, inputs: launch.inputs.map(double), outputs: launch.outputs.map(double) };
}

function check(launch: RandomLaunch, tolerance: number, where: string): void {
  const actual = runLaunch(launch, wasm);
  const expected = runLaunch(inDoubles(launch), cpu);
  launch.outputs.forEach((output, i) => {
    const text = () => `${where}, result ${i}: ${describeLaunch(launch)}`;
    checkElements(output, actual[i], expected[i], tolerance, text);
    checkGaps(output, actual[i], text);
  });
}

function checkElements(
  output: Operand,
  actual: TypedArray,
  expected: TypedArray,
  tolerance: number,
  where: () => string,
): void {
  // A few numbers may all be what is left of larger ones.
  let scale = sizeOf(output.shape) < 32 ? 1 : 1e-30;
  for (const place of places(output)) {
    const size = Math.abs(Number(expected[place]));
    if (Number.isFinite(size)) scale = Math.max(scale, size);
  }
  for (const place of places(output)) {
    const [a, b] = [Number(actual[place]), Number(expected[place])];
    const near = Math.abs(a - b) <= (output.dtype === 'float32' ? tolerance * scale : 0);
    if (near || Object.is(a, b) || a === Math.fround(b)) continue;
    expect.fail(`${where()}: element at ${place} is ${a}, expected ${b}, largest ${scale}`);
  }
}

/** What lies between the elements of a view must stay as it was. */
function checkGaps(output: Operand, actual: TypedArray, where: () => string): void {
  const own = new Set(places(output));
  output.contents.forEach((value, place) => {
    if (own.has(place) || Object.is(value, actual[place])) return;
    expect.fail(`${where()}: wrote ${actual[place]} beside the view, at ${place}`);
  });
}

afterAll(() => {
  wasm.threads = 1;
});

describe('against float64', () => {
  for (const kernel of kernelNames) {
    test(kernel, () => {
      const { tolerance = 1e-6, launches = 40 } = demands[kernel] ?? {};
      for (let i = 0; i < launches; i++) {
        const launch = randomLaunch(kernel, i, { tame: true });
        check(launch, tolerance * lenience(launch), `${kernel} ${i}`);
      }
    });
  }

  test('the launches reach all ways of a convolution', () => {
    const seen = new Set(
      wasm.profile()?.rows.map(({ operation, kernel }) => `${operation}: ${kernel}`),
    );
    for (const way of ['winograd', 'convDirect', 'convDepthwise', 'frame']) {
      expect(seen).toContain(`conv2d: ${way}`);
      expect(seen).toContain(`conv2dInputGrad: ${way}`);
    }
    for (const way of ['winogradInputGrad', 'convSparseInputGrad']) {
      expect(seen).toContain(`conv2dInputGrad: ${way}`);
    }
    for (const way of ['winograd', 'conv', 'convDepthwise', 'convSparse']) {
      expect(seen).toContain(`conv2dFilterGrad: ${way}FilterGrad`);
    }
    expect(wasm.profile()?.handOffs).toBeGreaterThan(100);
  });
});
