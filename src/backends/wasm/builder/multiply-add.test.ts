// x * y + z rounded once, by instructions and by the helper, where it matters how often one rounds.
import { describe, expect, test } from 'vitest';
import { multiplyAdd } from '../../../../test/random-kernels/interpreter.ts';
import { Draw } from '../../../../test/random-launches/draw.ts';
import { openParts } from '../../../../test/wasm-parts.ts';
import { nativeChoices } from '../native.ts';
import type { KernelSpec } from '../phases.ts';
import { fusesProducts, type TargetTraits, wasmTraits } from './index.ts';

const count = 60_000;
const draw = new Draw(7);
const special = [
  0,
  -0,
  1,
  -1,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3.4028234663852886e38,
  Infinity,
  NaN,
];

/** Few bits far apart: their products and sums often lie just beside the middle of two float32. */
function sparse(exponents: number): number {
  const bits = 2 ** draw.whole(0, 23) + 2 ** draw.whole(0, 23) + draw.whole(0, 1);
  return (draw.chance(0.5) ? 1 : -1) * bits * 2 ** draw.whole(-exponents, exponents);
}

function number(exponents: number): number {
  if (draw.chance(0.03)) return draw.pick(special);
  return draw.chance(0.8) ? sparse(exponents) : (draw.random() - 0.5) * 2 ** draw.whole(-40, 40);
}

const triples = Array.from({ length: count }, (_, i) => {
  // By turns ordinary sizes, results below the normal numbers, and at the upper end.
  const scale = [1, 2 ** -70, 2 ** 52][i % 3];
  return [number(6) * scale, number(6) * scale, number(24) * scale * scale].map(Math.fround);
});
const inputs = Float32Array.from([0, 1, 2].flatMap((k) => triples.map((triple) => triple[k])));
const expected = Float32Array.from(triples, ([x, y, z]) => multiplyAdd(x, y, z));

const emulated: TargetTraits = { ...wasmTraits('exact'), products: 'emulated' };
const ways = [
  { name: 'the helper', choice: '0', traits: emulated, missing: '' },
  ...nativeChoices.map((choice) => ({
    name: choice === '0' ? 'WebAssembly' : choice,
    choice,
    traits: wasmTraits('exact'),
    missing: choice === '0' && !fusesProducts() ? 'the engine has no such instruction' : '',
  })),
] as const;

test('the numbers are such that two roundings differ from one', () => {
  const { fround } = Math;
  const twice = triples.filter(([x, y, z], i) => fround(fround(x * y) + z) !== expected[i]);
  const afterDouble = triples.filter(([x, y, z], i) => fround(x * y + z) !== expected[i]);
  expect(twice.length).toBeGreaterThan(count / 50);
  expect(
    afterDouble.length - triples.filter((_, i) => Number.isNaN(expected[i])).length,
  ).toBeGreaterThan(10);
});

describe('x * y + z is rounded once by', () => {
  for (const { name, choice, traits, missing: absent } of ways) {
    const { memory, allocator, run, missing } = openParts(choice, 1, traits);
    test.skipIf(missing || absent)(`${name} ${missing || absent}`, () => {
      const bytes = count * 4;
      const address = allocator.allocate(bytes * 4);
      new Float32Array(memory.buffer, address, count * 3).set(inputs);
      const spec: KernelSpec = {
        key: `multiply-add ${name}`,
        write: (b) => {
          const base = b.arg(0);
          b.for(b.constant('i32', 0), bytes, b.vectorBytes, (at) => {
            const from = b.let(base.add(at));
            const [x, y, z] = [0, 1, 2].map((k) => b.load('f32v', from, k * bytes));
            b.store(from, 3 * bytes, b.multiplyAdd(x, y, z));
          });
        },
      };
      run(spec, [address]);
      const actual = new Float32Array(memory.buffer, address + 3 * bytes, count);
      const wrong = triples.flatMap((triple, i) =>
        Object.is(actual[i], expected[i])
          ? []
          : [`${triple} gives ${actual[i]}, not ${expected[i]}`],
      );
      expect(wrong.slice(0, 5)).toEqual([]);
    });
  }
});
