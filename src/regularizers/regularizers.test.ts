import { expect, test } from 'vitest';
import '../backends/index.ts';
import { serialize } from '../config/index.ts';
import { tensor } from '../ops/index.ts';
import * as regularizers from './index.ts';

const x = tensor([
  [1, -2],
  [3, -4],
]);

test('penalties', () => {
  expect(regularizers.l1(0.5).call(x).item()).toBeCloseTo(5);
  expect(regularizers.l2(0.5).call(x).item()).toBeCloseTo(15);
  expect(regularizers.l1l2({ l1: 1, l2: 0.1 }).call(x).item()).toBeCloseTo(13);
  // Rows are orthogonal: nothing to pay.
  const turned = tensor([
    [1, 2],
    [-2, 1],
  ]);
  expect(regularizers.orthogonalRegularizer({ factor: 1 }).call(turned).item()).toBeCloseTo(0);
  expect(regularizers.orthogonalRegularizer({ factor: 1 }).call(x).item()).toBeGreaterThan(0.1);
});

test('names and files', () => {
  expect(regularizers.getRegularizer('l2').getConfig()).toEqual({ l2: 0.01 });
  const file = serialize(regularizers.l1l2({ l1: 1, l2: 2 }));
  expect(file).toMatchObject({ class_name: 'L1L2', config: { l1: 1, l2: 2 } });
  expect(serialize(regularizers.getRegularizer(file))).toEqual(file);
  expect(() => regularizers.getRegularizer('l3')).toThrow(
    /unknown regularizer 'l3' \(did you mean 'L1'\?\); known: L1/,
  );
});
