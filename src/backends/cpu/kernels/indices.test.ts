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
import { type DType, sizeOf } from '../../../tensor/index.ts';
import { gather } from './gather.ts';
import { gatherElements, scatterElements } from './gather-elements.ts';
import { scatter } from './scatter.ts';

const types: DType[] = [
  'float32',
  'float64',
  'int32',
  'uint8',
  'float16',
  'bfloat16',
  'int64',
  'bool',
];

const asType = (dtype: DType, values: number[]): number[] =>
  dtype === 'bool'
    ? values.map((v) => Number(v > 0))
    : dtype === 'uint8'
      ? values.map((v) => Math.abs(2 * v))
      : values.map((v) => 2 * v);

const lookups = fc
  .tuple(anyShape(3), fc.nat(2), anyShape(2, 3))
  .filter(([shape, axis]) => axis < shape.length && shape[axis] > 0)
  .chain(([shape, axis, rows]) => {
    const picked = [...shape.slice(0, axis), ...rows, ...shape.slice(axis + 1)];
    const index = fc.nat(shape[axis] - 1);
    return fc.record({
      shape: fc.constant(shape),
      axis: fc.constant(axis),
      rows: fc.constant(rows),
      picked: fc.constant(picked),
      table: halves(sizeOf(shape)),
      updates: halves(sizeOf(picked)),
      indices: fc.array(index, { minLength: sizeOf(rows), maxLength: sizeOf(rows) }),
      dtype: fc.constantFrom(...types),
      layouts: fc.tuple(anyLayout, anyLayout, anyLayout),
    });
  });

type Lookup = typeof lookups extends fc.Arbitrary<infer T> ? T : never;

/** Where each picked element comes from in the table. */
const sourcesOf = ({ shape, axis, rows, picked, indices }: Lookup): number[] =>
  indicesOf(picked).map((index) => {
    const row = indices[flatIndex(rows, index.slice(axis, axis + rows.length))];
    return flatIndex(shape, [...index.slice(0, axis), row, ...index.slice(axis + rows.length)]);
  });

describe('gather and scatter', () => {
  test('gather', () => {
    fc.assert(
      fc.property(lookups, (l) => {
        const table = asType(l.dtype, l.table);
        const output = empty(l.picked, l.dtype, l.layouts[2]);
        gather(
          [
            place(table, l.shape, l.dtype, l.layouts[0]),
            place(l.indices, l.rows, 'int32', l.layouts[1]),
          ],
          [output],
          { axis: l.axis },
        );
        expect(numbersOf(output)).toEqual(sourcesOf(l).map((at) => table[at]));
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test.each(['add', 'set'] as const)('scatter, %s', (mode) => {
    fc.assert(
      fc.property(lookups, (l) => {
        const table = asType(l.dtype, l.table);
        const updates = asType(l.dtype, l.updates);
        const output = place(table, l.shape, l.dtype, l.layouts[2]);
        scatter(
          [
            place(updates, l.picked, l.dtype, l.layouts[0]),
            place(l.indices, l.rows, 'int32', l.layouts[1]),
          ],
          [output],
          { axis: l.axis, mode },
        );
        const expected = [...table];
        sourcesOf(l).forEach((at, i) => {
          expected[at] = mode === 'set' ? updates[i] : expected[at] + updates[i];
          if (l.dtype === 'bool') expected[at] = Number(expected[at] !== 0);
          if (l.dtype === 'uint8') expected[at] %= 256;
        });
        expect(numbersOf(output).map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('wide rows and complex numbers', () => {
    const values = Array.from({ length: 3 * 100 }, (_, i) => i);
    const rows = empty([2, 100]);
    gather([place(values, [3, 100]), place([2, 0], [2], 'int32')], [rows], { axis: 0 });
    expect(numbersOf(rows)).toEqual([...values.slice(200), ...values.slice(0, 100)]);
    const pairs = empty([2, 2], 'complex64');
    gather(
      [place([1, 2, 3, 4, 5, 6], [1, 3], 'complex64'), place([2, 1, 0, 0], [2, 2], 'int32')],
      [{ ...pairs, shape: [1, 2, 2], strides: [0, 2, 1] }],
      { axis: 1 },
    );
    expect(numbersOf(pairs)).toEqual([5, 6, 3, 4, 1, 2, 1, 2]);
    const sums = place([1, 1, 1, 1], [2], 'complex64');
    scatter([place([5, 6, 7, 8], [2], 'complex64'), place([1, 1], [2], 'int32')], [sums], {
      axis: 0,
      mode: 'add',
    });
    expect(numbersOf(sums)).toEqual([1, 1, 13, 15]);
  });
});

const elementLookups = fc
  .tuple(anyShape(3), fc.nat(2), fc.integer({ min: 0, max: 4 }))
  .filter(([shape, axis]) => axis < shape.length && shape[axis] > 0)
  .chain(([shape, axis, n]) => {
    const picked = shape.with(axis, n);
    const size = sizeOf(picked);
    return fc.record({
      shape: fc.constant(shape),
      axis: fc.constant(axis),
      picked: fc.constant(picked),
      table: halves(sizeOf(shape)),
      updates: halves(size),
      indices: fc.array(fc.nat(shape[axis] - 1), { minLength: size, maxLength: size }),
      layouts: fc.tuple(anyLayout, anyLayout, anyLayout),
    });
  });

describe('one index an element', () => {
  test('gatherElements and scatterElements', () => {
    fc.assert(
      fc.property(elementLookups, ({ shape, axis, picked, table, updates, indices, layouts }) => {
        const sources = indicesOf(picked).map((index, i) =>
          flatIndex(shape, index.with(axis, indices[i])),
        );
        const rows = place(indices, picked, 'int32', layouts[1]);
        const output = empty(picked, 'float32', layouts[2]);
        gatherElements([place(table, shape, 'float32', layouts[0]), rows], [output], { axis });
        expect(numbersOf(output)).toEqual(sources.map((at) => table[at]));
        expect(isIntactAround(output)).toBe(true);
        for (const mode of ['add', 'set'] as const) {
          const sums = place(table, shape, 'float32', layouts[0]);
          scatterElements([place(updates, picked, 'float32', layouts[2]), rows], [sums], {
            axis,
            mode,
          });
          const expected = [...table];
          sources.forEach((at, i) => {
            expected[at] = mode === 'set' ? updates[i] : expected[at] + updates[i];
          });
          expect(numbersOf(sums).map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
          expect(isIntactAround(sums)).toBe(true);
        }
      }),
    );
  });

  test('complex numbers', () => {
    const output = empty([2], 'complex64');
    const table = place([1, 2, 3, 4, 5, 6], [3], 'complex64');
    gatherElements([table, place([2, 0], [2], 'int32')], [output], { axis: 0 });
    expect(numbersOf(output)).toEqual([5, 6, 1, 2]);
    scatterElements([output, place([1, 1], [2], 'int32')], [table], { axis: 0, mode: 'add' });
    expect(numbersOf(table)).toEqual([1, 2, 9, 12, 5, 6]);
  });
});
