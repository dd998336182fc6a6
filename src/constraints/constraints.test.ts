import { expect, test } from 'vitest';
import '../backends/index.ts';
import { serialize } from '../config/index.ts';
import { tensor } from '../ops/index.ts';
import type { Constraint } from './index.ts';
import * as constraints from './index.ts';

/** Norms of the columns after the constraint. */
const norms = (constraint: Constraint) => {
  const columns = tensor([
    [3, 0, 0.3],
    [4, 1, 0.4],
  ]);
  return constraint.call(columns).square().sum(0).sqrt().toArray() as number[];
};

test.each([
  [constraints.maxNorm(2), [2, 1, 0.5]],
  [constraints.unitNorm(), [1, 1, 1]],
  [constraints.minMaxNorm({ minValue: 1, maxValue: 3 }), [3, 1, 1]],
  [constraints.minMaxNorm({ minValue: 1, maxValue: 3, rate: 0.5 }), [4, 1, 0.75]],
])('norms of columns', (constraint, expected) => {
  norms(constraint).forEach((norm, i) => {
    expect(norm).toBeCloseTo(expected[i], 5);
  });
  const file = serialize(constraint);
  expect(serialize(constraints.getConstraint(file))).toEqual(file);
});

test('nothing below zero', () => {
  expect(
    constraints
      .nonNeg()
      .call(tensor([-1, 0, 2]))
      .toArray(),
  ).toEqual([0, 0, 2]);
  expect(constraints.getConstraint('non_neg')).toBeInstanceOf(constraints.NonNeg);
});
