import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLayout, empty, isIntactAround, numbersOf, place } from '../../../../test/any-view.ts';
import { math } from '../../../expr/index.ts';
import { type DType, threefry2x32 } from '../../../tensor/index.ts';
import type { RandomAttributes } from '../../kernels.ts';
import { random } from './random.ts';

function draw(
  op: RandomAttributes['op'],
  n: number,
  dtype: DType,
  key = [1, 2],
  salt = 3,
): number[] {
  const output = empty([n], dtype);
  random([place(key, [2], 'int32')], [output], { op, salt });
  return numbersOf(output);
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('random', () => {
  test('words come from the counters in the documented order', () => {
    const bits = draw('bits', 100, 'int32', [-5, 7], 11);
    const words = new Int32Array(2);
    bits.forEach((word, element) => {
      const block = Math.floor(element / 32);
      const j = element % 32;
      threefry2x32(-5, 7, 16 * block + (j % 16), 11, words);
      expect(word).toBe(words[j < 16 ? 0 : 1]);
    });
  });

  test('uniform and normal are made of the words', () => {
    const uniform = draw('bits', 70, 'int32').map((word) => (word >>> 8) / 2 ** 24);
    expect(draw('uniform', 70, 'float32')).toEqual(uniform);
    const normal = uniform.map((u) => Math.SQRT2 * math.erfinv(2 * u - 1 + 2 ** -24));
    expect(draw('normal', 70, 'float64')).toEqual(normal);
  });

  test('a longer draw begins with the shorter one; keys and salts differ', () => {
    const long = draw('bits', 95, 'int32');
    expect(draw('bits', 33, 'int32')).toEqual(long.slice(0, 33));
    expect(draw('bits', 33, 'int32', [1, 3])).not.toEqual(long.slice(0, 33));
    expect(draw('bits', 33, 'int32', [1, 2], 4)).not.toEqual(long.slice(0, 33));
    expect(draw('bits', 0, 'int32')).toEqual([]);
  });

  test('the first moments are those of the distributions', () => {
    const n = 40000;
    const uniform = draw('uniform', n, 'float32');
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.006);
    expect(uniform.every((u) => u >= 0 && u < 1)).toBe(true);
    const normal = draw('normal', n, 'float32');
    expect(Math.abs(mean(normal))).toBeLessThan(0.02);
    expect(Math.abs(mean(normal.map((z) => z ** 2)) - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(normal.map((z) => z ** 4)) - 3)).toBeLessThan(0.25);
    expect(normal.every(Number.isFinite)).toBe(true);
  });

  test('writes its output alone', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const output = empty([5, 9], 'float32', { ...layout, order: 0 });
        random([place([1, 2], [2], 'int32')], [output], { op: 'uniform', salt: 3 });
        expect(numbersOf(output)).toEqual(draw('uniform', 45, 'float32'));
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });
});
