// The contract of backends: every operation on every registered backend against the cpu backend in
// float64, with its gradient, on tensors that lie in memory in all sorts of ways.
import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../src/autograd/index.ts';
import { backendNames, setBackend } from '../src/backends/index.ts';
import * as ops from '../src/ops/index.ts';
import '../src/ops/methods.ts';
import { type DType, dtypes, isFloat, isInteger, type Tensor } from '../src/tensor/index.ts';
import { type Layout, layOut, layouts } from './laid-out.ts';
import { generator, numbersFor, type OpCase, opCases, randomCases } from './op-cases/index.ts';

/** What a call gave: results, then gradients with respect to the floating-point operands. */
interface Outcome {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: ArrayLike<number>;
}

const listOf = (y: Tensor | readonly Tensor[]): readonly Tensor[] =>
  Array.isArray(y) ? y : [y as Tensor];

async function outcomes(
  { f, inputs }: OpCase,
  numbers: readonly Float64Array[],
  layout: Layout,
  float: DType,
): Promise<Outcome[]> {
  const operands = inputs.map(({ shape, dtype = 'float32' }, i) => {
    const x = layOut(numbers[i], shape, isFloat(dtype) ? float : dtype, layout);
    x.requiresGrad = isFloat(x.dtype);
    return x;
  });
  const results = listOf(f(...operands));
  const found = results.map((y, i) => ({ name: `result ${i}`, tensor: y }));
  const wanted = operands.filter((x) => x.requiresGrad);
  const roots = results.filter((y) => y.requiresGrad);
  if (roots.length && wanted.length) {
    const seeds = roots.map((y) => {
      const weights = Float64Array.from({ length: y.size }, (_, i) =>
        Math.fround(0.5 + ((i * 0.618034) % 1)),
      );
      return layOut(weights, y.shape, y.dtype, 'plain');
    });
    const slopes = gradients(roots, wanted, { gradOutputs: seeds, allowUnused: true });
    slopes.forEach((slope, i) => {
      if (!slope) return;
      expect(slope.shape).toEqual(wanted[i].shape);
      found.push({ name: `gradient ${i}`, tensor: slope });
    });
  }
  return Promise.all(
    found.map(async ({ name, tensor }) => ({
      name,
      shape: tensor.shape,
      dtype: tensor.dtype,
      data: await tensor.data(),
    })),
  );
}

/** Floats within a share of the largest number, others equal. */
function expectClose(actual: Outcome, expected: Outcome, where: string, tolerance: number): void {
  expect(actual.shape, where).toEqual(expected.shape);
  if (!isFloat(actual.dtype)) {
    expect(Array.from(actual.data), where).toEqual(Array.from(expected.data));
    return;
  }
  let scale = 1;
  for (let i = 0; i < expected.data.length; i++) {
    const size = Math.abs(expected.data[i]);
    if (Number.isFinite(size)) scale = Math.max(scale, size);
  }
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [actual.data[i], expected.data[i]];
    const same = Object.is(a, b) || Math.abs(a - b) <= tolerance * scale;
    if (!same)
      expect.fail(`${where}, element ${i}: ${a}, expected ${b} (tolerance ${tolerance * scale})`);
  }
}

const references = new Map<OpCase, Outcome[]>();
const cases = [...opCases, ...randomCases(2024)];
const numbersOf = ({ inputs, name }: OpCase): Float64Array[] => {
  const random = generator(name.length + 7);
  return inputs.map((operand) => numbersFor(operand, random));
};

beforeAll(async () => {
  await setBackend('cpu');
  for (const c of cases) references.set(c, await outcomes(c, numbersOf(c), 'plain', 'float64'));
});

for (const backend of backendNames()) {
  describe(backend, () => {
    beforeAll(async () => {
      await setBackend(backend);
    });

    for (const c of cases) {
      test(c.name, async () => {
        const numbers = numbersOf(c);
        const expected = references.get(c) as Outcome[];
        for (const layout of layouts) {
          const actual = await outcomes(c, numbers, layout, 'float32');
          expect(actual.map((o) => o.name)).toEqual(expected.map((o) => o.name));
          actual.forEach((outcome, i) => {
            const where = `${outcome.name}, ${layout} memory`;
            expectClose(outcome, expected[i], where, c.tolerance ?? 2e-5);
          });
        }
      });
    }

    test('float32 stays finite, and right, far from zero', async () => {
      await checkFarFromZero(backend);
    });

    for (const dtype of Object.keys(dtypes) as DType[]) {
      test(`${dtype}: arithmetic, reductions, moves`, async () => {
        await checkType(backend, dtype);
      });
    }
  });
}

const FAR = [-1e4, -100, -30, -1, 0, 1, 30, 100, 1e4];

/**
 * Operations of one operand and their slopes at large numbers, where the exact result fits float32.
 */
async function checkFarFromZero(backend: string): Promise<void> {
  const seen = new Set<string>();
  for (const c of opCases) {
    const name = c.name.replace(/ \[.*/, '');
    if (c.inputs.length !== 1 || seen.has(name) || !/\[\d*\]$/.test(c.name)) continue;
    const { dtype = 'float32' } = c.inputs[0];
    if (dtype !== 'float32') continue;
    seen.add(name);
    const far: OpCase = { ...c, inputs: [{ shape: [FAR.length] }] };
    await setBackend('cpu');
    const exact = await outcomes(far, [Float64Array.from(FAR)], 'plain', 'float64');
    await setBackend(backend);
    const actual = await outcomes(far, [Float64Array.from(FAR)], 'plain', 'float32');
    actual.forEach((outcome, which) => {
      for (let i = 0; i < FAR.length; i++) {
        const wanted = Math.fround(exact[which].data[i]);
        const where = `${name}(${FAR[i]}), ${outcome.name}`;
        if (!Number.isFinite(wanted)) continue;
        const allowed = 1e-4 * Math.max(1, Math.abs(wanted));
        if (!(Math.abs(outcome.data[i] - wanted) <= allowed)) {
          expect.fail(`${where}: ${outcome.data[i]}, expected ${wanted}`);
        }
      }
    });
  }
  expect(seen.size).toBeGreaterThan(50);
}

/** The kernels that every type goes through, against the same on cpu. */
async function checkType(backend: string, dtype: DType): Promise<void> {
  const complex = dtypes[dtype].kind === 'complex';
  const random = generator(99);
  const low = dtype === 'uint8' || dtype === 'bool' ? 0 : -5;
  const draw = (length: number) =>
    Float64Array.from({ length }, () => {
      const value = low + (8 - low) * random();
      return isFloat(dtype) ? Math.round(value * 8) / 8 : Math.floor(value);
    });
  const [a, b] = [draw(42), draw(42)];
  const make = (numbers: Float64Array, layout: Layout): Tensor =>
    complex
      ? ops.complex(
          layOut(numbers, [6, 7], 'float32', layout),
          layOut(b, [6, 7], 'float32', layout),
        )
      : layOut(numbers, [6, 7], dtype, layout);
  const calls: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
    add: ops.add,
    mul: ops.mul,
    transpose: (x) => ops.contiguous(x.transpose()),
    concat: (x, y) => ops.concat([x, y], 1),
    pad: (x) => ops.pad(x, 1),
    gather: (x) => ops.gather(x, [5, 0, 0, 3]),
    equal: ops.equal,
    ...(complex
      ? {
          real: ops.real,
          imag: ops.imag,
          conj: ops.conj,
          abs: ops.abs,
          div: (x, y) => x.div(y.add(9)),
        }
      : {
          toFloat: (x) => ops.cast(x, 'float32'),
          toInt: (x) => ops.cast(x, 'int32'),
          less: ops.less,
          maximum: ops.maximum,
          where: (x, y) => ops.where(x.greater(y), x, y),
          sum: (x) => ops.sum(x, 0),
          mean: (x) => ops.mean(x, 1),
          max: (x) => ops.max(x, 1),
          any: (x) => ops.any(x, 0),
          argmin: (x) => ops.argmin(x, 1),
          cumsum: (x) => ops.cumsum(x, 1),
          sort: (x) => ops.sort(x, 0),
          argsort: (x) => ops.argsort(x, 1),
          matmul: (x, y) => ops.matmul(x, y.transpose()),
          scatterAdd: (x, y) => ops.scatterAdd(x, [1, 1, 0, 5, 2, 1], y),
        }),
  };
  for (const layout of layouts) {
    for (const [name, call] of Object.entries(calls)) {
      await setBackend('cpu');
      const expected = call(make(a, 'plain'), make(b, 'plain'));
      const wanted = await expected.data();
      await setBackend(backend);
      const actual = call(make(a, layout), make(b, layout));
      const where = `${name} of ${dtype}, ${layout} memory`;
      expect(actual.dtype, where).toBe(expected.dtype);
      expectClose(
        { name, shape: actual.shape, dtype: actual.dtype, data: await actual.data() },
        { name, shape: expected.shape, dtype: expected.dtype, data: wanted },
        where,
        isInteger(dtype) || dtype === 'bool' ? 1e-6 : 1e-2,
      );
    }
  }
}
