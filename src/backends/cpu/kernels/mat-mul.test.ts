import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anyLayout,
  empty,
  flatIndex,
  halves,
  indicesOf,
  isIntactAround,
  numbersOf,
  place,
  stretched,
} from '../../../../test/any-view.ts';
import { input } from '../../../expr/index.ts';
import { sizeOf, type View } from '../../../tensor/index.ts';
import { matMul } from './mat-mul.ts';
import { sparseMatMul, sparseMatMulGrad } from './sparse-mat-mul.ts';

const size = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, 1) },
  { weight: 6, arbitrary: fc.integer({ min: 2, max: 9 }) },
);

const problems = fc
  .record({
    batch: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
    m: size,
    k: size,
    n: size,
  })
  .chain(({ batch, m, k, n }) =>
    fc.record({
      batch: fc.constant(batch),
      dims: fc.constant([m, k, n]),
      a: halves(sizeOf(batch) * m * k),
      b: halves(sizeOf(batch) * k * n),
      bias: halves(n),
      layouts: fc.tuple(anyLayout, anyLayout, anyLayout),
    }),
  );

/** The product by its definition, from row-major numbers. */
function naive(a: number[], b: number[], batch: number[], [m, k, n]: readonly number[]): number[] {
  return indicesOf([...batch, m, n]).map((index) => {
    const outer = index.slice(0, -2);
    const [i, j] = index.slice(-2);
    let sum = 0;
    for (let p = 0; p < k; p++) {
      sum +=
        a[flatIndex([...batch, m, k], [...outer, i, p])] *
        b[flatIndex([...batch, k, n], [...outer, p, j])];
    }
    return sum;
  });
}

describe('matMul', () => {
  test('any sizes, batches and layouts', () => {
    fc.assert(
      fc.property(problems, ({ batch, dims, a, b, layouts }) => {
        const [m, k, n] = dims;
        const output = empty([...batch, m, n], 'float32', layouts[2]);
        const left = place(a, [...batch, m, k], 'float32', layouts[0]);
        const right = place(b, [...batch, k, n], 'float32', layouts[1]);
        matMul([left, right], [output], { activation: null });
        expect(numbersOf(output).map((v) => v + 0)).toEqual(
          naive(a, b, batch, dims).map((v) => v + 0),
        );
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('bias and activation', () => {
    fc.assert(
      fc.property(problems, ({ batch, dims, a, b, bias, layouts }) => {
        const [m, k, n] = dims;
        const output = empty([...batch, m, n], 'float64', layouts[2]);
        matMul(
          [
            place(a, [...batch, m, k], 'float64', layouts[0]),
            place(b, [...batch, k, n], 'float64', layouts[1]),
            place(bias, [n]),
          ],
          [output],
          { activation: input(0).max(0).mul(2) },
        );
        const sums = naive(a, b, batch, dims).map((v, i) => v + bias[i % n]);
        expect(numbersOf(output).map((v) => v + 0)).toEqual(sums.map((v) => Math.max(v, 0) * 2));
      }),
    );
  });

  test('operands that are stretched over the batch', () => {
    const a = Array.from({ length: 6 }, (_, i) => i);
    const b = Array.from({ length: 24 }, (_, i) => i - 9);
    const output = empty([4, 2, 2]);
    matMul([stretched(place(a, [1, 2, 3]), 0, 4), place(b, [4, 3, 2])], [output], {
      activation: null,
    });
    expect(numbersOf(output)).toEqual(
      naive(Array.from({ length: 4 }, () => a).flat(), b, [4], [2, 3, 2]),
    );
    matMul([place(b, [4, 2, 3]), stretched(place(a, [1, 3, 2]), 0, 4)], [output], {
      activation: null,
    });
    expect(numbersOf(output)).toEqual(
      naive(b, Array.from({ length: 4 }, () => a).flat(), [4], [2, 3, 2]),
    );
  });

  test('products of whole numbers are exact', () => {
    const output = empty([1, 1], 'int32');
    const big = place([30000, 30001], [1, 2], 'int32');
    matMul([big, { ...big, shape: [2, 1], strides: [1, 2] }], [output], { activation: null });
    expect(numbersOf(output)).toEqual([30000 ** 2 + 30001 ** 2]);
  });
});

describe('sparse products', () => {
  /** A dense matrix and its compressed rows. */
  const sparse = fc
    .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 5 }))
    .chain(([rows, columns]) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        dense: fc.array(fc.constantFrom(0, 0, 0, 1, -2, 0.5), {
          minLength: rows * columns,
          maxLength: rows * columns,
        }),
        b: halves(columns * 3),
        dc: halves(rows * 3),
        bias: halves(3),
        layout: anyLayout,
      }),
    );

  function compress(dense: number[], rows: number, columns: number): View[] {
    const [values, indices, starts]: number[][] = [[], [], [0]];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = dense[row * columns + column];
        if (value === 0) continue;
        values.push(value);
        indices.push(column);
      }
      starts.push(values.length);
    }
    return [
      place(values, [values.length]),
      place(indices, [indices.length], 'int32'),
      place(starts, [rows + 1], 'int32'),
    ];
  }

  test('with and without bias', () => {
    fc.assert(
      fc.property(sparse, ({ rows, columns, dense, b, bias, layout }) => {
        const matrix = compress(dense, rows, columns);
        const right = place(b, [columns, 3], 'float32', layout);
        const output = empty([rows, 3], 'float32', layout);
        sparseMatMul([...matrix, right], [output], { activation: null });
        const sums = naive(dense, b, [], [rows, columns, 3]);
        expect(numbersOf(output).map((v) => v + 0)).toEqual(sums.map((v) => v + 0));
        sparseMatMul([...matrix, right, place(bias, [3])], [output], {
          activation: input(0).max(0),
        });
        expect(numbersOf(output)).toEqual(sums.map((v, i) => Math.max(0, v + bias[i % 3])));
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('no values means ones', () => {
    const [, indices, starts] = compress([1, 0, 1, 0, 1, 0], 2, 3);
    const output = empty([2, 1]);
    sparseMatMul([place([], [0]), indices, starts, place([1, 10, 100], [3, 1])], [output], {
      activation: null,
    });
    expect(numbersOf(output)).toEqual([101, 10]);
  });

  test('the gradient is the product with the transposed matrix', () => {
    fc.assert(
      fc.property(sparse, ({ rows, columns, dense, dc, layout }) => {
        const output = empty([columns, 3], 'float32', layout);
        sparseMatMulGrad(
          [...compress(dense, rows, columns), place(dc, [rows, 3], 'float32', layout)],
          [output],
          {},
        );
        const transposed = indicesOf([columns, rows]).map(([j, i]) => dense[i * columns + j]);
        expect(numbersOf(output).map((v) => v + 0)).toEqual(
          naive(transposed, dc, [], [columns, rows, 3]).map((v) => v + 0),
        );
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });
});
