import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  anyLayout,
  anyShape,
  empty,
  flatIndex,
  halves,
  indicesOf,
  isIntactAround,
  numbersOf,
  permutation,
  place,
  slotsOf,
  stretched,
} from '../../../test/any-view.ts';
import { type DType, DTypeError, dtypes, sizeOf } from '../../tensor/index.ts';
import { asSlots, Cursor, fromNumbers, memoryOrder, rowsAlong, toNumbers } from './cursor.ts';
import { offsetsOf } from './offsets.ts';

const numberTypes = (Object.keys(dtypes) as DType[]).filter((dtype) => dtype !== 'complex64');

/** Values that the type holds exactly. */
const fitting = (dtype: DType, values: number[]): number[] => {
  if (dtype === 'bool') return values.map((v) => (v > 0 ? 1 : 0));
  if (dtypes[dtype].kind === 'float') return values;
  return values.map((v) => (dtype === 'uint8' ? Math.abs(2 * v) : 2 * v));
};

const filled = anyShape().chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    values: halves(sizeOf(shape)),
    layout: anyLayout,
    dtype: fc.constantFrom(...numberTypes),
    order: fc.nat(719),
    piece: fc.integer({ min: 1, max: 50 }),
  }),
);

test('elements come in the order of the axes, in pieces of any length', () => {
  fc.assert(
    fc.property(filled, ({ shape, values, layout, dtype, order, piece }) => {
      const numbers = fitting(dtype, values);
      const view = place(numbers, shape, dtype, layout);
      const axes = permutation(shape.length, order);
      const expected = indicesOf(axes.map((axis) => shape[axis])).map((index) => {
        const natural = shape.map((_, axis) => index[axes.indexOf(axis)]);
        return numbers[flatIndex(shape, natural)];
      });
      const cursor = new Cursor(view, axes);
      const found: number[] = [];
      const buffer = new Float64Array(piece + 1);
      for (let done = 0; done < numbers.length; done += piece) {
        const n = Math.min(piece, numbers.length - done);
        cursor.read(buffer, n, 1);
        found.push(...buffer.subarray(1, 1 + n));
      }
      expect(found).toEqual(expected);
      const copy = empty(shape, dtype, layout);
      fromNumbers(copy, Float64Array.from(expected), axes);
      expect(numbersOf(copy)).toEqual(numbers);
      expect(isIntactAround(copy)).toBe(true);
    }),
  );
});

test('long runs, steps and repeats', () => {
  const values = Array.from({ length: 300 }, (_, i) => i);
  for (const dtype of ['float32', 'int32', 'float16'] as const) {
    const view = place(values, [300], dtype);
    expect([...toNumbers(view)]).toEqual(values);
    const everyThird = { ...view, shape: [100], strides: [3] };
    expect([...toNumbers(everyThird)]).toEqual(values.filter((i) => i % 3 === 0));
    const last = { ...view, offset: 299, shape: [2, 1] };
    expect([...toNumbers(stretched(place([5, 6], [2, 1], dtype), 1, 40))]).toEqual([
      ...new Array(40).fill(5),
      ...new Array(40).fill(6),
    ]);
    expect([...toNumbers({ ...last, shape: [300], strides: [-1] })]).toEqual(values.toReversed());
  }
});

test('numbers are converted as they are stored', () => {
  const store = (dtype: DType, values: number[]) => {
    const view = empty([values.length], dtype);
    fromNumbers(view, Float64Array.from(values));
    return numbersOf(view);
  };
  expect(store('bool', [0, 2, -0.5, Number.NaN])).toEqual([0, 1, 1, 1]);
  expect(store('uint8', [255, 256, -1, 3.9])).toEqual([255, 0, 255, 3]);
  expect(store('int32', [2 ** 31, -2.7, 2 ** 32 + 5])).toEqual([-(2 ** 31), -2, 5]);
  expect(store('int64', [2 ** 53 - 1, -2.7])).toEqual([2 ** 53 - 1, -2]);
  expect(() => store('int64', [2 ** 53])).toThrow(DTypeError);
  expect(store('float16', [65504, 1e6, 1 + 2 ** -11, 1 + 3 * 2 ** -11])).toEqual([
    65504,
    Infinity,
    1,
    1 + 2 ** -9,
  ]);
  expect(store('bfloat16', [1 + 2 ** -8, 1 + 3 * 2 ** -8, 1e39])).toEqual([
    1,
    1 + 2 ** -6,
    Infinity,
  ]);
});

test('the order of memory is the strides from the largest down', () => {
  expect(memoryOrder({ ...place([], [0, 0, 0]), shape: [2, 3, 4], strides: [1, -8, 2] })).toEqual([
    1, 2, 0,
  ]);
  expect(memoryOrder({ ...place([], [0, 0]), shape: [1, 4], strides: [100, 1] })).toEqual([1, 0]);
  expect(rowsAlong(1, 3)).toEqual([0, 2, 1]);
  expect(rowsAlong(0, 0)).toEqual([]);
});

test('offsets are those of all elements', () => {
  fc.assert(
    fc.property(filled, ({ shape, values, layout }) => {
      const view = place(values, shape, 'float32', layout);
      expect([...offsetsOf(shape, view.strides)].map((at) => at + view.offset)).toEqual(
        slotsOf(view),
      );
    }),
  );
});

test('complex numbers are pairs along a last axis', () => {
  const view = place([1, 2, 3, 4, 5, 6], [3], 'complex64', {
    order: 0,
    gaps: [1],
    flips: [true],
    margin: 2,
  });
  expect(asSlots(view).shape).toEqual([3, 2]);
  expect([...toNumbers(asSlots(view))]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(() => toNumbers(view)).toThrow(/complex64 is for elementwise operations/);
});
