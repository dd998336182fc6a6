// Elementary functions over all floats, thinly, and over the ranges that matter, densely: errors in units in the last place
// against float64, and the same bits from every kind of code.
import { describe, expect, test } from 'vitest';
import { type Expr, input, math } from '../../../expr/index.ts';
import type { Storage, View } from '../../../tensor/index.ts';
import { referenceKernels } from '../../cpu/index.ts';
import { WasmBackend } from '../backend.ts';

const backends = (['0', 'avx2', 'avx512'] as const).map((native) => ({
  native,
  backend: new WasmBackend({ reference: referenceKernels, threads: 1, native }),
}));

const count = 2 ** 18;

/** Every 2^15-th float, by its bits: all exponents, denormal numbers, infinities, NaN, both zeros. */
function thin(): Float32Array {
  const bits = Int32Array.from(
    { length: count / 2 },
    (_, i) => (i << 15) + ((i * 2654435761) & 0x7fff),
  );
  bits.set([0, -(2 ** 31), 1, 0x7f800000, -0x800000, 0x7fc00000]);
  return new Float32Array(bits.buffer);
}

/** Evenly from `low` to `high`. */
const dense = (low: number, high: number): Float32Array =>
  Float32Array.from({ length: count / 2 }, (_, i) => low + ((high - low) * i) / (count / 2 - 1));

function compute(backend: WasmBackend, formula: Expr, numbers: Float32Array): Float32Array {
  const viewOf = (storage: Storage): View => ({
    storage,
    offset: 0,
    // One short of a whole number of vectors: the last ones are computed as scalars.
    shape: [numbers.length],
    strides: [1],
    dtype: 'float32',
  });
  const from = backend.allocate('float32', numbers.length, numbers);
  const to = backend.allocate('float32', numbers.length);
  const attributes = { formulas: [formula] };
  backend.run({ kernel: 'elementwise', inputs: [viewOf(from)], outputs: [viewOf(to)], attributes });
  const results = (to.array as Float32Array).slice();
  for (const storage of [from, to]) storage.release();
  return results;
}

const cell = new Float32Array(1);
const cellBits = new Int32Array(cell.buffer);

/** Distance from a float to the next larger one. */
function unit(x: number): number {
  cell[0] = Math.abs(x);
  const below = cell[0];
  cellBits[0]++;
  return cell[0] - below;
}

const x = input(0);

interface Case {
  readonly formula: Expr;
  readonly exact: (x: number) => number;
  /** Errors in units in the last place. */
  readonly units: number;
  /** Where it is looked at closely. */
  readonly range: readonly [number, number];
  /** Largest argument for which `units` holds. */
  readonly largest?: number;
}

const cases: Readonly<Record<string, Case>> = {
  exp: { formula: x.exp(), exact: Math.exp, units: 1, range: [-104, 89] },
  expm1: { formula: x.expm1(), exact: Math.expm1, units: 3.3, range: [-2, 2] },
  log: { formula: x.log(), exact: Math.log, units: 0.8, range: [0, 10] },
  log1p: { formula: x.log1p(), exact: Math.log1p, units: 2.4, range: [-1, 3] },
  tanh: { formula: x.tanh(), exact: Math.tanh, units: 1.3, range: [-10, 10] },
  erf: { formula: x.erf(), exact: math.erf, units: 2.6, range: [-4, 4] },
  erfinv: { formula: x.erfinv(), exact: math.erfinv, units: 4, range: [-1, 1] },
  sin: { formula: x.sin(), exact: Math.sin, units: 1.6, range: [-8, 8], largest: 8192 },
  cos: { formula: x.cos(), exact: Math.cos, units: 1.6, range: [-8, 8], largest: 8192 },
  tan: { formula: x.tan(), exact: Math.tan, units: 3.3, range: [-8, 8], largest: 8192 },
};

describe('elementary functions', () => {
  for (const [name, { formula, exact, units, range, largest = Infinity }] of Object.entries(
    cases,
  )) {
    test(`${name}: ${units} units in the last place`, () => {
      const numbers = new Float32Array(count - 1);
      numbers.set(thin());
      numbers.set(dense(...range).subarray(1), count / 2);
      const results = compute(backends[0].backend, formula, numbers);
      let worst = 0;
      numbers.forEach((argument, i) => {
        const wanted = exact(argument);
        const rounded = Math.fround(wanted);
        const result = results[i];
        if (!Number.isFinite(rounded) || Number.isNaN(argument)) {
          const beyond = Math.abs(argument) > largest && Number.isFinite(argument);
          if (!beyond) expect(result, `${name}(${argument})`).toBe(rounded);
          return;
        }
        if (Math.abs(argument) > largest) return;
        const error = Math.abs(result - wanted) / unit(wanted);
        worst = Math.max(worst, error);
        if (!(error <= units)) {
          expect.fail(`${name}(${argument}) is ${result}, expected ${wanted}: ${error} units`);
        }
      });
      expect(worst).toBeGreaterThan(units / 2); // or the promise could be stronger
      for (const { native, backend } of backends.slice(1)) {
        if (backend.native !== native) continue;
        const others = compute(backend, formula, numbers);
        const wrong = others.findIndex((value, i) => !Object.is(value, results[i]));
        if (wrong === -1) continue;
        expect.fail(
          `${name}(${numbers[wrong]}): ${native} gives ${others[wrong]}, not ${results[wrong]}`,
        );
      }
    });
  }

  test('sin and cos of large numbers are near, and never leave [-1, 1]', () => {
    const [{ backend }] = backends;
    const near = dense(-50000, 50000);
    const far = thin().filter(Number.isFinite);
    for (const [formula, exact] of [
      [x.sin(), Math.sin],
      [x.cos(), Math.cos],
    ] as const) {
      compute(backend, formula, near).forEach((value, i) => {
        const error = Math.abs(value - exact(near[i]));
        if (!(error < 1e-5)) expect.fail(`${near[i]}: ${value}, error ${error}`);
      });
      compute(backend, formula, far).forEach((value, i) => {
        if (!(Math.abs(value) <= 1)) expect.fail(`${far[i]}: ${value}`);
      });
    }
  });

  test('odd functions keep the sign of zero', () => {
    const zeros = Float32Array.of(0, -0);
    for (const formula of [x.expm1(), x.log1p(), x.tanh(), x.erf(), x.erfinv(), x.sin(), x.tan()]) {
      expect([...compute(backends[0].backend, formula, zeros)], formula.key).toEqual([0, -0]);
    }
  });
});
