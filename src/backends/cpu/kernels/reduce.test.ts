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
  plain,
} from '../../../../test/any-view.ts';
import { input, unary } from '../../../expr/index.ts';
import { type DType, sizeOf } from '../../../tensor/index.ts';
import type { Reduction } from '../../kernels.ts';
import { argReduce } from './arg-reduce.ts';
import { reduce } from './reduce.ts';
import { scan } from './scan.ts';
import { sort } from './sort.ts';

const x = input(0);

const naive: Record<Reduction, (values: number[]) => number> = {
  sum: (values) => values.reduce((a, b) => a + b, 0),
  prod: (values) => values.reduce((a, b) => a * b, 1),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  any: (values) => Number(values.some((v) => v !== 0)),
  all: (values) => Number(values.every((v) => v !== 0)),
};

const filled = (rank: number) =>
  anyShape(rank).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      values: halves(sizeOf(shape)),
      layout: anyLayout,
      target: anyLayout,
      axes: fc.subarray(shape.map((_, axis) => axis)),
      axis: fc.nat(Math.max(0, shape.length - 1)),
    }),
  );

/** The values along some axes, for each index of the others. */
function groups(values: number[], shape: number[], axes: number[]): number[][] {
  const kept = shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const found: number[][] = indicesOf(kept).map(() => []);
  for (const index of indicesOf(shape)) {
    const at = flatIndex(
      kept,
      index.map((i, axis) => (axes.includes(axis) ? 0 : i)),
    );
    found[at].push(values[flatIndex(shape, index)]);
  }
  return found;
}

describe('reduce', () => {
  test.each(Object.keys(naive) as Reduction[])('%s over any axes', (op) => {
    fc.assert(
      fc.property(filled(4), ({ shape, values, layout, target, axes }) => {
        const output = empty(
          shape.map((n, i) => (axes.includes(i) ? 1 : n)),
          'float64',
          target,
        );
        reduce([place(values, shape, 'float32', layout)], [output], { op, formula: x, axes });
        expect(numbersOf(output).map((v) => v + 0)).toEqual(
          groups(values, shape, axes).map((g) => naive[op](g) + 0),
        );
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('formulas of several inputs, one of them stretched', () => {
    const a = place([1, 2, 3, 4, 5, 6], [2, 3]);
    const b = { ...place([10, 100], [2]), shape: [2, 3], strides: [1, 0] };
    const output = empty([1, 3]);
    reduce([a, b], [output], { op: 'sum', formula: x.mul(input(1)), axes: [0] });
    expect(numbersOf(output)).toEqual([410, 520, 630]);
  });

  test('more elements than fit in a block, along either axis', () => {
    const values = Array.from({ length: 60 * 70 }, (_, i) => (i * 37) % 101);
    for (const axes of [[0], [1], [0, 1]]) {
      const output = empty([axes.includes(0) ? 1 : 60, axes.includes(1) ? 1 : 70], 'float64');
      reduce([place(values, [60, 70])], [output], { op: 'sum', formula: x, axes });
      expect(numbersOf(output)).toEqual(groups(values, [60, 70], axes).map(naive.sum));
    }
  });

  test('NaN spreads; what is not 0 is true', () => {
    const odd = place([1, Number.NaN, 3, 0, 0, 0], [2, 3]);
    const results = (op: Reduction, axes: number[], shape: number[]) => {
      const output = empty(shape);
      reduce([odd], [output], { op, formula: x, axes });
      return numbersOf(output);
    };
    expect(results('max', [1], [2, 1])).toEqual([Number.NaN, 0]);
    expect(results('min', [0], [1, 3])).toEqual([0, Number.NaN, 0]);
    expect(results('any', [1], [2, 1])).toEqual([1, 0]);
    expect(results('all', [0], [1, 3])).toEqual([0, 0, 0]);
  });

  test('float32 sums are added up in float64', () => {
    const output = empty([1]);
    reduce([place(new Array(20000).fill(0.1), [20000])], [output], {
      op: 'sum',
      formula: x,
      axes: [0],
    });
    expect(numbersOf(output)[0]).toBe(Math.fround(20000 * Math.fround(0.1)));
  });
});

describe('complex reduce', () => {
  const z = (layout = plain) =>
    place([1, 2, 3, -1, 0, 0, -2, 5, 1, 1, 0, 1], [2, 3], 'complex64', layout);
  const results = (op: Reduction, axes: number[], shape: number[], dtype: DType = 'complex64') => {
    const output = empty(shape, dtype);
    reduce([z()], [output], { op, formula: x, axes });
    return numbersOf(output);
  };

  test('sums, products and truth', () => {
    expect(results('sum', [0], [1, 3])).toEqual([-1, 7, 4, 0, 0, 1]);
    expect(results('sum', [1], [2, 1])).toEqual([4, 1, -1, 7]);
    expect(results('sum', [0, 1], [1, 1], 'float32')).toEqual([3]);
    expect(results('prod', [0], [1, 3]).map((v) => v + 0)).toEqual([-12, 1, 4, 2, 0, 0]);
    expect(results('all', [1], [2, 1], 'bool')).toEqual([0, 1]);
    expect(results('any', [0], [1, 3], 'bool')).toEqual([1, 1, 1]);
  });

  test('any layout, and a formula', () => {
    fc.assert(
      fc.property(anyLayout, anyLayout, (from, to) => {
        const output = empty([2, 1], 'complex64', to);
        reduce([z(from)], [output], { op: 'sum', formula: unary('conj', x).mul(2), axes: [1] });
        expect(numbersOf(output)).toEqual([8, -2, -2, -14]);
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('there is no largest complex number', () => {
    expect(() => results('max', [1], [2, 1])).toThrow(/complex numbers have no order/);
  });
});

describe('argReduce', () => {
  test.each(['argmax', 'argmin'] as const)('%s along any axis', (op) => {
    fc.assert(
      fc.property(filled(4), ({ shape, values, layout, target, axis }) => {
        fc.pre(shape.length > 0 && shape[axis] > 0);
        const output = empty(shape.with(axis, 1), 'int32', target);
        argReduce([place(values, shape, 'float32', layout)], [output], { op, axis });
        const extreme = op === 'argmax' ? naive.max : naive.min;
        expect(numbersOf(output)).toEqual(
          groups(values, shape, [axis]).map((g) => g.indexOf(extreme(g))),
        );
      }),
    );
  });

  test('the first NaN wins', () => {
    const output = empty([1], 'int32');
    const values = place([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN], [4]);
    for (const op of ['argmax', 'argmin'] as const) {
      argReduce([values], [output], { op, axis: 0 });
      expect(numbersOf(output)).toEqual([1]);
    }
    argReduce([place([-Infinity, -Infinity], [2])], [output], { op: 'argmax', axis: 0 });
    expect(numbersOf(output)).toEqual([0]);
  });
});

describe('scan', () => {
  const ops = ['sum', 'prod', 'max', 'min'] as const;
  test.each(ops)('%s, exclusive or not, forwards and backwards', (op) => {
    fc.assert(
      fc.property(
        filled(3),
        fc.boolean(),
        fc.boolean(),
        ({ shape, values, layout, target, axis }, exclusive, reverse) => {
          fc.pre(shape.length > 0);
          const output = empty(shape, 'float64', target);
          scan([place(values, shape, 'float32', layout)], [output], {
            op,
            axis,
            exclusive,
            reverse,
          });
          const expected = indicesOf(shape).map((index) => {
            const line = Array.from(
              { length: shape[axis] },
              (_, i) => values[flatIndex(shape, index.with(axis, i))],
            );
            const at = index[axis];
            const seen = reverse
              ? line.slice(exclusive ? at + 1 : at)
              : line.slice(0, exclusive ? at : at + 1);
            return naive[op](seen);
          });
          expect(numbersOf(output).map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
          expect(isIntactAround(output)).toBe(true);
        },
      ),
    );
  });

  test('running maxima keep NaN', () => {
    const output = empty([4]);
    scan([place([1, Number.NaN, 5, 2], [4])], [output], {
      op: 'max',
      axis: 0,
      exclusive: false,
      reverse: false,
    });
    expect(numbersOf(output)).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('sort', () => {
  test.each([false, true])('stable, descending: %s', (descending) => {
    const special = fc.constantFrom(
      0,
      1,
      2,
      -1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    );
    fc.assert(
      fc.property(fc.array(special, { maxLength: 40 }), anyLayout, (line, layout) => {
        const shape = [2, line.length];
        const [values, indices] = [empty(shape, 'float32', layout), empty(shape, 'int32', layout)];
        sort(
          [place([...line, ...line.toReversed()], shape, 'float32', layout)],
          [values, indices],
          { descending },
        );
        const rank = (v: number) =>
          Number.isNaN(v) ? 1e9 : v === Infinity ? 1e8 : v === -Infinity ? -1e8 : v;
        const order = (row: number[]) =>
          row
            .map((_, i) => i)
            .sort((a, b) =>
              descending ? rank(row[b]) - rank(row[a]) : rank(row[a]) - rank(row[b]),
            );
        const rows = [line, line.toReversed()];
        expect(numbersOf(indices)).toEqual(rows.flatMap(order));
        expect(numbersOf(values)).toEqual(rows.flatMap((row) => order(row).map((i) => row[i])));
        expect(isIntactAround(values) && isIntactAround(indices)).toBe(true);
      }),
    );
  });
});
