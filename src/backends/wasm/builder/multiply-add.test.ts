// x * y + z rounded once, by instructions and by the helper, where it matters how often one rounds.
import { describe, expect, test } from 'vitest';
import { multiplyAdd } from '../../../../test/random-kernels/interpreter.ts';
import { Draw } from '../../../../test/random-launches/draw.ts';
import { openParts } from '../../../../test/wasm-parts.ts';
import { type NativeChoice, nativeChoices } from '../native.ts';
import type { KernelSpec } from '../phases.ts';
import {
  emulatedWasmTraits,
  fusesProducts,
  type KernelBuilder,
  type TargetTraits,
  wasmTraits,
} from './index.ts';

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

type Write = (b: KernelBuilder) => void;

const bytes = count * 4;

/** Vector by vector. */
const alone: Write = (b) => {
  const base = b.arg(0);
  b.for(b.constant('i32', 0), bytes, b.vectorBytes, (at) => {
    const from = b.let(base.add(at));
    const [x, y, z] = [0, 1, 2].map((k) => b.load('f32v', from, k * bytes));
    b.store(from, 3 * bytes, b.multiplyAdd(x, y, z));
  });
};

/** One number in all lanes, so that no other decides what is done for it, and a loop around, which makes it a sum. */
const inSums =
  (factors: readonly (readonly [number, number])[]): Write =>
  (b) => {
    const base = b.arg(0);
    b.for(b.constant('i32', 0), bytes, 4, (at) => {
      const from = b.let(base.add(at));
      const numbers = [0, 1, 2, 3, 4, 5].map((k) => b.let(b.loadSplat(from, k * bytes)));
      const sum = numbers[2];
      b.for(0, 1, 1, () => {
        for (const [x, y] of factors) b.set(sum, b.multiplyAdd(numbers[x], numbers[y], sum));
      });
      b.store(from, 3 * bytes, sum.lane(0));
    });
  };

const one = [[0, 1]] as const;
const square = [[0, 0]] as const;
/** The result is taken away again: what it was in double precision shows, be it larger or smaller than any float32. */
const andBack = [
  [0, 1],
  [4, 5],
] as const;
const back = expected.map((sum) => (Number.isFinite(sum) ? -sum : -Math.sign(sum) * 2 ** 127));
const expectedBack = expected.map((sum, i) => multiplyAdd(back[i], 1, sum));

interface Way {
  readonly name: string;
  readonly choice: NativeChoice;
  readonly traits: TargetTraits;
  readonly write: Write;
  readonly results?: Float32Array;
  /** Why it cannot be tried here. */
  readonly missing: string;
}

const ways: readonly Way[] = [
  { name: 'the helper', choice: '0', traits: emulatedWasmTraits, write: alone, missing: '' },
  {
    name: 'sums in double precision',
    choice: '0',
    traits: emulatedWasmTraits,
    write: inSums(one),
    missing: '',
  },
  {
    name: 'sums of squares',
    choice: '0',
    traits: emulatedWasmTraits,
    write: inSums(square),
    results: Float32Array.from(triples, ([x, , z]) => multiplyAdd(x, x, z)),
    missing: '',
  },
  {
    name: 'sums that go on',
    choice: '0',
    traits: emulatedWasmTraits,
    write: inSums(andBack),
    results: expectedBack,
    missing: '',
  },
  ...nativeChoices.map((choice) => ({
    name: choice === '0' ? 'WebAssembly' : choice,
    choice,
    traits: wasmTraits('exact'),
    write: alone,
    missing: choice === '0' && !fusesProducts() ? 'the engine has no such instruction' : '',
  })),
];

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
  for (const { name, choice, traits, write, results = expected, missing: absent } of ways) {
    const { memory, allocator, run, missing } = openParts(choice, 1, traits);
    test.skipIf(missing || absent)(`${name} ${missing || absent}`, () => {
      const address = allocator.allocate(bytes * 6);
      const numbers = new Float32Array(memory.buffer, address, count * 6);
      numbers.set(inputs);
      numbers.set(back, count * 4);
      numbers.fill(1, count * 5);
      const spec: KernelSpec = { key: `multiply-add ${name}`, write };
      run(spec, [address]);
      const actual = numbers.subarray(count * 3, count * 4);
      const wrong = triples.flatMap((triple, i) =>
        Object.is(actual[i], results[i]) ? [] : [`${triple} gives ${actual[i]}, not ${results[i]}`],
      );
      expect(wrong.slice(0, 5)).toEqual([]);
    });
  }
});
