import '../backends/index.ts';
import '../ops/methods.ts';
import { describe, expect, test } from 'vitest';
import { tensor } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { activations, getActivation } from './activations.ts';

const x = tensor([
  [-3, -0.5, 0, 0.25],
  [2, -1, 7, 0.75],
]);

describe.each(Object.entries(activations))('%s', (name, f) => {
  test('is found under its name in any spelling and under that of its config', () => {
    const options = { threshold: 0.5, defaultValue: -1 };
    const call = f as (x: Tensor, options?: object) => Tensor;
    const found = getActivation(name);
    const again = getActivation(found.config as string);
    expect(found.config).toMatch(/^[a-z0-9_]+$/);
    expect(again.config).toBe(found.config);
    if (name === 'threshold') expect(call(x, options).shape).toEqual(x.shape);
    else expect(again(x).toArray()).toEqual(call(x).toArray());
  });
});

test('other names are written as the function is called in Keras', () => {
  expect(getActivation('swish').config).toBe('silu');
  expect(getActivation('hard_swish').config).toBe('hard_silu');
  expect(getActivation('hardSwish').config).toBe('hard_silu');
});

test('an unknown name is an error that lists the known ones', () => {
  expect(() => getActivation('reluu')).toThrow(
    /unknown activation 'reluu' \(did you mean 'relu'\?\); known: .*leakyRelu/,
  );
});
