import { beforeAll, describe, expect, test } from 'vitest';
import { setBackend } from '../backends/index.ts';
import { fromData, tensor, transpose } from '../ops/index.ts';
import { type DType, dtypes, type TypedArray } from '../tensor/index.ts';
import { ArraySource } from './array-source.ts';

beforeAll(() => setBackend('cpu'));

const pixels = Uint8Array.from({ length: 40 }, (_, i) => (i * 37) % 256);
const images = ArraySource.fromArray('x', { dtype: 'uint8', shape: [2, 20], data: pixels });
const labels = (values: number[], shape = [values.length]) =>
  ArraySource.fromArray('y', { dtype: 'uint8', shape, data: Uint8Array.from(values) });

/** Rows in an order, as an array of the type. */
function rows(source: ArraySource, order: number[] | null, dtype: DType = source.dtype): number[] {
  const count = order ? order.length : source.rows;
  const size = source.rowShape.reduce((a, b) => a * b, 1);
  const out = new dtypes[dtype].array(count * size * dtypes[dtype].slots);
  source.copyRows(order && Int32Array.from(order), 0, count, out, dtype);
  return [...out];
}

describe('ArraySource', () => {
  test('copies rows in an order, or one behind the other', () => {
    const both = [...pixels];
    expect(rows(images, null)).toEqual(both);
    expect(rows(images, [1, 0, 1])).toEqual([
      ...both.slice(20),
      ...both.slice(0, 20),
      ...both.slice(20),
    ]);
    expect(rows(labels([7, 8, 9]), [2, 0])).toEqual([9, 7]);
  });

  test('writes where it is told, and nothing else', () => {
    const out = new Float32Array(30).fill(-1);
    images.copyRows(Int32Array.of(9, 1), 1, 1, out, 'float32', 5);
    expect([...out]).toEqual([
      ...new Array(5).fill(-1),
      ...pixels.subarray(20),
      ...new Array(5).fill(-1),
    ]);
  });

  test('converts between all types as astype does', () => {
    const numeric: DType[] = ['float32', 'float64', 'int8', 'int16', 'int32', 'int64', 'uint8'];
    for (const from of numeric) {
      const data = new dtypes[from].array(3) as TypedArray;
      data.set([0, 1, 100]);
      const source = ArraySource.fromArray('x', { dtype: from, shape: [3], data });
      for (const to of numeric) expect(rows(source, [2, 1, 0], to)).toEqual([100, 1, 0]);
      expect(rows(source, null, 'bool')).toEqual([0, 1, 1]);
      expect(rows(source, [1], 'float16')).toEqual([0x3c00]);
      expect(rows(source, [1], 'bfloat16')).toEqual([0x3f80]);
    }
    const halves = { dtype: 'float16' as const, shape: [2], data: Uint16Array.of(0x3c00, 0xc000) };
    expect(rows(ArraySource.fromArray('x', halves), [1, 0], 'float32')).toEqual([-2, 1]);
    expect(rows(ArraySource.fromArray('x', halves), [1])).toEqual([0xc000]);
    const floats = { dtype: 'float32' as const, shape: [1], data: Float32Array.of(-1.7) };
    expect(rows(ArraySource.fromArray('x', floats), null, 'int64')).toEqual([-1]);
    const pairs = { dtype: 'complex64' as const, shape: [2], data: Float32Array.of(1, 2, 3, 4) };
    expect(rows(ArraySource.fromArray('x', pairs), [1, 0])).toEqual([3, 4, 1, 2]);
  });

  test('scales pixels to the same bits as a division in float32', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const source = ArraySource.fromArray('x', { dtype: 'uint8', shape: [256], data: all });
    const scaled = source.rescale(1 / 255);
    expect(scaled.dtype).toBe('float32');
    expect(rows(scaled, null)).toEqual([...all].map((value) => Math.fround(value / 255)));
    expect(rows(source.rescale(1 / 127.5, -1), [0, 255])).toEqual([-1, 1]);
    const floats = { dtype: 'float32' as const, shape: [2], data: Float32Array.of(1, -2) };
    expect(rows(ArraySource.fromArray('x', floats).rescale(3, 1), [1, 0])).toEqual([-5, 4]);
  });

  test('one-hot encodes labels, an axis of one falls away', () => {
    expect(rows(labels([2, 0]).oneHot(3), [1, 0])).toEqual([1, 0, 0, 0, 0, 1]);
    expect(labels([2, 0], [2, 1]).oneHot(3).shape).toEqual([2, 3]);
    expect(labels([2, 0, 1, 1], [2, 2]).oneHot(3).shape).toEqual([2, 2, 3]);
    expect(rows(labels([2, 0, 1, 1], [2, 2]).oneHot(3), [1])).toEqual([0, 1, 0, 0, 1, 0]);
    const out = new Float32Array(3).fill(9);
    labels([1]).oneHot(3).copyRows(null, 0, 1, out);
    expect([...out]).toEqual([0, 1, 0]);
    expect(() => labels([0, 3]).oneHot(3)).toThrow(
      'y: row 1 of shape [] holds 3; expected class numbers from 0 to 2',
    );
    expect(() => labels([0]).oneHot(0)).toThrow('a number of classes >= 1');
  });

  test('slices and reshapes without a copy', () => {
    const part = images.withRowShape([4, 5, 1]).slice(1, 2);
    expect(part.shape).toEqual([1, 4, 5, 1]);
    expect(rows(part, [0])).toEqual([...pixels.subarray(20)]);
    expect(rows(images.rescale(2).slice(1, 2), null)).toEqual(
      [...pixels.slice(20)].map((v) => 2 * v),
    );
    expect(() => images.withRowShape([21])).toThrow('rows of shape [20] cannot be seen as [21]');
  });

  test('reads tensors where they lie, views too', () => {
    const x = fromData(
      Float32Array.from({ length: 6 }, (_, i) => i),
      [2, 3],
    );
    const source = ArraySource.fromTensor('x', x);
    x.storage.array[5] = 50;
    expect(rows(source, [1])).toEqual([3, 4, 50]);
    expect(rows(ArraySource.fromTensor('x', transpose(x)), [2])).toEqual([2, 50]);
  });

  test('names the first bad number', () => {
    const data = new Float32Array(20);
    const source = ArraySource.fromArray('x', { dtype: 'float32', shape: [5, 4], data });
    source.checkFinite();
    data[9] = Number.NaN;
    expect(() => source.checkFinite()).toThrow('x: row 2 of shape [4] holds NaN; expected finite');
    data[9] = Number.NEGATIVE_INFINITY;
    expect(() => source.checkFinite()).toThrow('row 2 of shape [4] holds -Infinity');
    expect(() => source.slice(0, 2).checkFinite()).not.toThrow();
    const half = { dtype: 'float16' as const, shape: [1], data: Uint16Array.of(0x7e00) };
    expect(() => ArraySource.fromArray('x', half).checkFinite()).toThrow('holds NaN');
    images.checkFinite();
  });

  test('refuses what are no rows', () => {
    const data = Float32Array.of(1);
    const array = (shape: number[]) => ({ dtype: 'float32' as const, shape, data });
    expect(() => ArraySource.fromArray('x', array([2]))).toThrow('needs 2 numbers, received 1');
    expect(() => ArraySource.fromArray('x', array([]))).toThrow('one row a sample');
    expect(() => ArraySource.fromTensor('x', tensor(3))).toThrow('x: expected an array');
  });
});
