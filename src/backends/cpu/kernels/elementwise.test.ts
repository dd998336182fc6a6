import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anyLayout,
  anyShape,
  empty,
  flatIndex,
  halves,
  indicesOf,
  isIntactAround,
  numbersOf,
  place,
} from '../../../../test/any-view.ts';
import { binary, constant, type Expr, input, unary } from '../../../expr/index.ts';
import { type DType, DTypeError, sizeOf, type View } from '../../../tensor/index.ts';
import { elementwise } from './elementwise.ts';

const [x, y] = [input(0), input(1)];

/** Runs formulas over one-dimensional inputs. */
function apply(formula: Expr, inputs: View[], dtype: DType): number[] {
  const output = empty(inputs[0].shape, dtype);
  elementwise(inputs, [output], { formulas: [formula] });
  return numbersOf(output);
}

const row = (values: number[], dtype: DType = 'float32') => place(values, [values.length], dtype);

test('any shapes, layouts and broadcasts', () => {
  const operands = anyShape(5).chain((shape) => {
    const reduced = shape.map((n) => fc.boolean().map((one) => (one ? 1 : n)));
    return fc.tuple(fc.tuple(...reduced), fc.tuple(...reduced)).chain(([left, right]) =>
      fc.record({
        shape: fc.constant(shape),
        left: fc.constant(left),
        right: fc.constant(right),
        leftValues: halves(sizeOf(left)),
        rightValues: halves(sizeOf(right)),
        layouts: fc.tuple(anyLayout, anyLayout, anyLayout),
      }),
    );
  });
  fc.assert(
    fc.property(operands, ({ shape, left, right, leftValues, rightValues, layouts }) => {
      const stretch = (view: View): View => ({
        ...view,
        shape,
        strides: view.strides.map((stride, axis) => (view.shape[axis] === 1 ? 0 : stride)),
      });
      const a = stretch(place(leftValues, left, 'float32', layouts[0]));
      const b = stretch(place(rightValues, right, 'float32', layouts[1]));
      const outputs = [empty(shape, 'float32', layouts[2]), empty(shape, 'float64', layouts[0])];
      elementwise([a, b], outputs, { formulas: [x.mul(y).sub(y), x.max(y)] });
      const at = (values: number[], own: number[], index: number[]) =>
        values[
          flatIndex(
            own,
            index.map((i, axis) => (own[axis] === 1 ? 0 : i)),
          )
        ];
      const pairs = indicesOf(shape).map((index) => [
        at(leftValues, left, index),
        at(rightValues, right, index),
      ]);
      expect(numbersOf(outputs[0])).toEqual(pairs.map(([p, q]) => p * q - q));
      expect(numbersOf(outputs[1])).toEqual(pairs.map(([p, q]) => Math.max(p, q)));
      expect(outputs.every(isIntactAround)).toBe(true);
    }),
  );
});

test('blocks longer than one, and scalars', () => {
  const values = Array.from({ length: 5000 }, (_, i) => i);
  expect(apply(x.add(1), [row(values)], 'float32')).toEqual(values.map((v) => v + 1));
  const scalar = empty([]);
  elementwise([place([3], [])], [scalar], { formulas: [x.square()] });
  expect(numbersOf(scalar)).toEqual([9]);
  const made = empty([3]);
  elementwise([], [made], { formulas: [constant(2)] });
  expect(numbersOf(made)).toEqual([2, 2, 2]);
});

test('outputs may be inputs', () => {
  const values = Array.from({ length: 3000 }, (_, i) => i - 1500);
  const [a, b] = [row(values), row(values.toReversed())];
  elementwise([a, b], [a, b], { formulas: [x.add(y), x.sub(y)] });
  expect(numbersOf(a)).toEqual(values.map(() => -1));
  expect(numbersOf(b)).toEqual(values.map((v) => 2 * v + 1));
});

describe('types', () => {
  test('float64 is not rounded to float32', () => {
    expect(apply(x.add(1e-12), [row([1], 'float64')], 'float64')).toEqual([1 + 1e-12]);
    expect(apply(x, [row([0.1], 'float64')], 'float32')).toEqual([Math.fround(0.1)]);
  });

  test('casts', () => {
    const odd = [-1.5, 0, 2.5, Number.NaN];
    expect(apply(x, [row(odd)], 'int32')).toEqual([-1, 0, 2, 0]);
    expect(apply(x, [row(odd)], 'bool')).toEqual([1, 0, 1, 1]);
    expect(apply(x, [row([3, -4], 'int64')], 'float16')).toEqual([3, -4]);
    expect(apply(x, [row([1 / 3], 'bfloat16')], 'float64')).toEqual([0.333984375]);
    expect(apply(x, [row([1, 0], 'bool')], 'uint8')).toEqual([1, 0]);
  });

  test('int32 wraps around, int64 says that it cannot', () => {
    const largest = 2147483647;
    expect(apply(x.mul(y), [row([largest], 'int32'), row([largest], 'int32')], 'int32')).toEqual([
      1,
    ]);
    expect(apply(x.add(y), [row([largest], 'int32'), row([1], 'int32')], 'int32')).toEqual([
      -largest - 1,
    ]);
    expect(apply(x.mul(y), [row([200], 'uint8'), row([200], 'uint8')], 'uint8')).toEqual([
      40000 % 256,
    ]);
    expect(apply(unary('bitNot', x), [row([5], 'uint8')], 'uint8')).toEqual([250]);
    expect(
      apply(binary('shiftLeft', x, y), [row([1], 'int32'), row([31], 'int32')], 'int32'),
    ).toEqual([-largest - 1]);
    const big = row([2 ** 40], 'int64');
    expect(() => apply(x.mul(y), [big, big], 'int64')).toThrow(DTypeError);
  });

  test('NaN and infinities', () => {
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
    expect(apply(x.max(0), [row(special)], 'float32')).toEqual([Number.NaN, Infinity, 0, 0]);
    expect(apply(x.mul(0), [row(special)], 'float32')).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      -0,
    ]);
    expect(apply(x.isNaN(), [row(special)], 'bool')).toEqual([1, 0, 0, 0]);
    expect(apply(x.eq(x), [row(special)], 'bool')).toEqual([0, 1, 1, 1]);
  });
});

describe('complex numbers', () => {
  const pairs = (values: number[], dtype: DType = 'complex64') =>
    place(values, [values.length / 2], dtype);
  const applyTo = (formula: Expr, ...inputs: View[]) => apply(formula, inputs, 'complex64');

  test('arithmetic', () => {
    const [a, b] = [pairs([1, 2, 0, -1]), pairs([3, -4, 2, 0])];
    expect(applyTo(x.add(y), a, b)).toEqual([4, -2, 2, -1]);
    expect(applyTo(x.sub(y), a, b)).toEqual([-2, 6, -2, -1]);
    expect(applyTo(x.mul(y), a, b)).toEqual([11, 2, 0, -2]);
    expect(applyTo(x.div(y), a, b).map((v) => v + 0)).toEqual([
      Math.fround(-0.2),
      Math.fround(0.4),
      0,
      -0.5,
    ]);
    expect(applyTo(x.neg(), a)).toEqual([-1, -2, -0, 1]);
    expect(applyTo(x.mul(2), a)).toEqual([2, 4, 0, -2]);
    expect(applyTo(unary('conj', x), a)).toEqual([1, -2, 0, 1]);
  });

  test('division undoes multiplication', () => {
    const part = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(part, part, part, part, (p, q, r, s) => {
        fc.pre(r !== 0 || s !== 0);
        const [re, im] = applyTo(x.mul(y).div(y), pairs([p, q]), pairs([r, s]));
        expect(re).toBeCloseTo(p, 4);
        expect(im).toBeCloseTo(q, 4);
      }),
    );
  });

  test('parts, real numbers among them, and results that are real', () => {
    const a = pairs([3, 4, -6, 8]);
    expect(apply(x.abs(), [a], 'float32')).toEqual([5, 10]);
    expect(apply(unary('real', x), [a], 'float32')).toEqual([3, -6]);
    expect(apply(unary('imag', x), [a], 'float32')).toEqual([4, 8]);
    expect(applyTo(x.add(y), a, row([1, 2]))).toEqual([4, 4, -4, 8]);
    expect(applyTo(binary('complex', x, y), row([1, 2]), row([3, 4]))).toEqual([1, 3, 2, 4]);
    expect(apply(x.eq(y), [a, pairs([3, 4, -6, 7])], 'bool')).toEqual([1, 0]);
    expect(apply(x, [a], 'int32')).toEqual([3, -6]);
  });

  test('functions', () => {
    const close = (found: number[], expected: number[]) =>
      found.forEach((v, i) => {
        expect(v).toBeCloseTo(expected[i], 5);
      });
    close(applyTo(x.exp(), pairs([0, Math.PI])), [-1, 0]);
    close(applyTo(x.log(), pairs([0, -1])), [0, -Math.PI / 2]);
    close(applyTo(x.sqrt(), pairs([-4, 0, 3, 4, 3, -4, 0, 0])), [0, 2, 2, 1, 2, -1, 0, 0]);
    close(applyTo(x.sqrt().square(), pairs([-3, -7])), [-3, -7]);
  });

  test('functions that are not defined say so', () => {
    expect(() => applyTo(x.max(0), pairs([1, 2]))).toThrow(
      /max is not defined for complex numbers/,
    );
    expect(applyTo(x.max(0), pairs([-1, 0]))).toEqual([0, 0]);
  });

  test('any layout', () => {
    fc.assert(
      fc.property(anyLayout, anyLayout, (from, to) => {
        const values = Array.from({ length: 24 }, (_, i) => i);
        const output = empty([3, 2, 2], 'complex64', to);
        elementwise([place(values, [3, 2, 2], 'complex64', from)], [output], { formulas: [x] });
        expect(numbersOf(output)).toEqual(values);
      }),
    );
  });
});
