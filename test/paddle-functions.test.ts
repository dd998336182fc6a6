// What PaddlePaddle gives for small inputs, values and gradients, function by function.
import { readFileSync } from 'node:fs';
import { type Tensor as CoreTensor, type DType, fromData, setBackend } from 'gradus';
import { toCamelCase } from 'gradus/config';
import paddle from 'gradus/paddle';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

type Stored = readonly [
  dtype: DType,
  shape: readonly number[],
  values: readonly (number | string)[],
];

interface Case {
  readonly call: string;
  readonly pos?: readonly unknown[];
  readonly args?: Readonly<Record<string, unknown>>;
  readonly in: Readonly<Record<string, Stored>>;
  readonly out: readonly Stored[];
  readonly up?: readonly (Stored | null)[];
  readonly grad?: Readonly<Record<string, readonly number[] | null>>;
  readonly rtol?: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL('./fixtures/paddle-functions.json', import.meta.url), 'utf8'),
) as { cases: readonly Case[] };

/** JSON has no infinities and no NaN. */
const numbers = (values: readonly (number | string | boolean)[]): number[] =>
  values.map((v) => (v === 'inf' ? Infinity : v === '-inf' ? -Infinity : Number(v)));

const stored = ([dtype, shape, values]: Stored): CoreTensor =>
  fromData(Float64Array.from(numbers(values)), shape, dtype);

type Named = ReadonlyMap<string, paddle.Tensor>;

function argumentOf(value: unknown, inputs: Named): unknown {
  if (Array.isArray(value)) return value.map((item) => argumentOf(item, inputs));
  if (value === null || typeof value !== 'object') return value;
  const special = value as { $t?: string; $tuple?: unknown[]; $float?: string };
  if (special.$t !== undefined) return inputs.get(special.$t);
  if (special.$tuple) return special.$tuple.map((item) => argumentOf(item, inputs));
  return numbers([special.$float as string])[0];
}

function resolve(path: string): (...args: unknown[]) => unknown {
  let found: unknown = paddle;
  for (const part of path.split('.')) found = (found as Record<string, unknown>)[toCamelCase(part)];
  return found as (...args: unknown[]) => unknown;
}

const flatten = (value: unknown): paddle.Tensor[] =>
  Array.isArray(value) ? value.flatMap(flatten) : [value as paddle.Tensor];

function compare(received: ArrayLike<number>, expected: readonly number[], rtol: number): void {
  expect(received).toHaveLength(expected.length);
  expected.forEach((want, i) => {
    if (!Number.isFinite(want)) expect(received[i]).toBe(want);
    else expect(Math.abs(received[i] - want)).toBeLessThanOrEqual(2e-5 + rtol * Math.abs(want));
  });
}

function run(c: Case): void {
  const inputs = new Map(
    Object.entries(c.in).map(([name, tensor]) => {
      const x = new paddle.Tensor(stored(tensor));
      if (c.grad && name in c.grad) x.stopGradient = false;
      return [name, x] as const;
    }),
  );
  const named = Object.entries(c.args ?? {}).map(([name, value]) => [
    toCamelCase(name),
    argumentOf(value, inputs),
  ]);
  const pos = (c.pos ?? []).map((value) => argumentOf(value, inputs));
  const args = named.length ? [...pos, Object.fromEntries(named)] : pos;
  const outputs = flatten(resolve(c.call)(...args));
  const rtol = c.rtol ?? 2e-4;
  expect(outputs.map((y) => [y.dtype, y.shape])).toEqual(
    c.out.map(([dtype, shape]) => [dtype, shape]),
  );
  c.out.forEach(([, , values], i) => {
    compare(outputs[i].numpy(), numbers(values), rtol);
  });
  if (!c.up) return;
  const roots = outputs.filter((_, i) => c.up?.[i]);
  const seeds = c.up.flatMap((up) => (up ? [new paddle.Tensor(stored(up))] : []));
  paddle.autograd.backward(roots, seeds);
  for (const [name, gradient] of Object.entries(c.grad ?? {})) {
    const { grad } = inputs.get(name) as paddle.Tensor;
    if (gradient === null) expect(grad).toBeNull();
    else compare((grad as paddle.Tensor).numpy(), numbers(gradient), rtol);
  }
}

describe.each(['wasm', 'cpu'])('%s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });
  afterAll(async () => {
    await setBackend('wasm');
  });
  const counts = new Map<string, number>();
  const titled = cases.map((c) => {
    const count = (counts.get(c.call) ?? 0) + 1;
    counts.set(c.call, count);
    return [`${c.call} ${count}`, c] as const;
  });
  test.each(titled)('%s', (_, c) => {
    run(c);
  });
});
