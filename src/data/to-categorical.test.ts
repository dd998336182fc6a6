import { beforeAll, describe, expect, test } from 'vitest';
import { setBackend } from '../backends/index.ts';
import { fromData } from '../ops/index.ts';
import { checkFinite } from './check-finite.ts';
import { toCategorical } from './to-categorical.ts';

beforeAll(() => setBackend('cpu'));

describe('toCategorical', () => {
  test('gives a one at the class', () => {
    const y = toCategorical([0, 2, 1], 3);
    expect(y.dtype).toBe('float32');
    expect(y.toArray()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(toCategorical(Uint8Array.of(1, 3)).shape).toEqual([2, 4]);
    expect(toCategorical(fromData(Int32Array.of(1, 0), [2, 1]), 2).toArray()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(
      toCategorical(
        [
          [0, 1],
          [1, 1],
        ],
        2,
      ).shape,
    ).toEqual([2, 2, 2]);
    expect(toCategorical([1], 2, { dtype: 'int32' }).dtype).toBe('int32');
  });

  test('refuses labels that are no classes', () => {
    expect(() => toCategorical([0, 3], 3)).toThrow(
      'label 1 is 3; with 3 classes, labels are whole numbers from 0 to 2',
    );
    expect(() => toCategorical([-1, 0])).toThrow('label 0 is -1');
    expect(() => toCategorical([0.5], 2)).toThrow('label 0 is 0.5');
    expect(() => toCategorical([Number.NaN], 2)).toThrow('label 0 is NaN');
    expect(() => toCategorical([0], 0)).toThrow('numClasses must be');
    expect(() => toCategorical(new Int32Array(0))).toThrow('no labels');
  });
});

test('checkFinite names the row', async () => {
  await checkFinite('x', [
    [1, 2],
    [3, 4],
  ]);
  await checkFinite('x', Uint8Array.of(1));
  const bad = {
    data: Float32Array.of(1, 2, Number.NaN, 4),
    shape: [2, 2],
    dtype: 'float32' as const,
  };
  await expect(checkFinite('x', bad)).rejects.toThrow('x: row 1 of shape [2] holds NaN');
});
