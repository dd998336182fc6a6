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
} from '../../../../test/any-view.ts';
import { input } from '../../../expr/index.ts';
import { sizeOf } from '../../../tensor/index.ts';
import type { PoolAttributes, WindowAttributes } from '../../kernels.ts';
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from './conv2d.ts';
import { pool2d, pool2dGrad } from './pool2d.ts';

type Pair = [number, number];

const pair = (min: number, max: number): fc.Arbitrary<Pair> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

const geometry = fc.record({
  images: fc.integer({ min: 0, max: 2 }),
  size: pair(1, 3),
  strides: pair(1, 3),
  dilation: pair(1, 2),
  padding: fc.tuple(pair(0, 2), pair(0, 2)),
  extra: pair(0, 4),
});

/** Rows and columns that a window gives, at least one. */
const outSize = (
  height: number,
  [top, bottom]: Pair,
  size: number,
  stride: number,
  dilation: number,
): number => Math.floor((height + top + bottom - (size - 1) * dilation - 1) / stride) + 1;

/** Input rows and columns so that the window fits. */
const inSize = (extra: number, [top, bottom]: Pair, size: number, dilation: number): number =>
  Math.max(1, (size - 1) * dilation + 1 - top - bottom) + extra;

/** All windows with one output row and column at least. */
const windows = geometry.map(({ images, size, strides, dilation, padding, extra }) => {
  const input = [0, 1].map((i) => inSize(extra[i], padding[i], size[i], dilation[i]));
  const output = [0, 1].map((i) => outSize(input[i], padding[i], size[i], strides[i], dilation[i]));
  return { images, size, input, output, attributes: { strides, dilation, padding } };
});

/** Calls `visit` with output pixel, tap and input pixel, those in the padding excepted. */
function forEachTap(
  {
    size,
    input,
    output,
    attributes,
  }: { size: Pair; input: number[]; output: number[]; attributes: WindowAttributes },
  visit: (out: number[], tap: number[], at: number[]) => void,
): void {
  const { strides, padding, dilation } = attributes;
  for (const out of indicesOf(output)) {
    for (const tap of indicesOf(size)) {
      const at = [0, 1].map((i) => out[i] * strides[i] + tap[i] * dilation[i] - padding[i][0]);
      if (at.every((v, i) => v >= 0 && v < input[i])) visit(out, tap, at);
    }
  }
}

const convolutions = windows
  .chain((window) =>
    fc.record({
      window: fc.constant(window),
      groups: fc.integer({ min: 1, max: 3 }),
      depth: fc.integer({ min: 1, max: 3 }),
      width: fc.integer({ min: 1, max: 5 }),
      layouts: fc.tuple(anyLayout, anyLayout, anyLayout),
    }),
  )
  .chain(({ window, groups, depth, width, layouts }) => {
    const { images, size, input, output } = window;
    const shapes = {
      x: [images, ...input, depth * groups],
      filter: [...size, depth, width * groups],
      y: [images, ...output, width * groups],
    };
    return fc.record({
      window: fc.constant(window),
      groups: fc.constant(groups),
      shapes: fc.constant(shapes),
      x: halves(sizeOf(shapes.x)),
      filter: halves(sizeOf(shapes.filter)),
      dy: halves(sizeOf(shapes.y)),
      bias: halves(width * groups),
      layouts: fc.constant(layouts),
    });
  });

type Convolution = typeof convolutions extends fc.Arbitrary<infer T> ? T : never;

/** Calls `visit` with the places in x, filter and y of every product that a convolution sums up. */
function forEachProduct(
  { window, groups, shapes }: Convolution,
  visit: (x: number, filter: number, y: number) => void,
): void {
  const [, , depth, outChannels] = shapes.filter;
  forEachTap(window, (out, tap, at) => {
    for (const [n, o, c] of indicesOf([window.images, outChannels, depth])) {
      const group = Math.floor(o / (outChannels / groups));
      visit(
        flatIndex(shapes.x, [n, ...at, group * depth + c]),
        flatIndex(shapes.filter, [...tap, c, o]),
        flatIndex(shapes.y, [n, ...out, o]),
      );
    }
  });
}

const withoutSigns = (values: number[]): number[] => values.map((v) => v + 0);

describe('convolutions', () => {
  const attributesOf = (c: Convolution) => ({
    ...c.window.attributes,
    groups: c.groups,
    activation: null,
  });

  test('conv2d', () => {
    fc.assert(
      fc.property(convolutions, (c) => {
        const expected = new Array<number>(c.dy.length).fill(0);
        forEachProduct(c, (x, f, y) => {
          expected[y] += c.x[x] * c.filter[f];
        });
        const inputs = [
          place(c.x, c.shapes.x, 'float32', c.layouts[0]),
          place(c.filter, c.shapes.filter, 'float32', c.layouts[1]),
        ];
        const output = empty(c.shapes.y, 'float32', c.layouts[2]);
        conv2d(inputs, [output], attributesOf(c));
        expect(withoutSigns(numbersOf(output))).toEqual(withoutSigns(expected));
        expect(isIntactAround(output)).toBe(true);
        const activation = input(0).max(0);
        conv2d([...inputs, place(c.bias, [c.bias.length])], [output], {
          ...attributesOf(c),
          activation,
        });
        const sums = expected.map((v, i) => v + c.bias[i % c.bias.length]);
        expect(withoutSigns(numbersOf(output))).toEqual(sums.map((v) => Math.max(0, v)));
      }),
    );
  });

  test('conv2dInputGrad', () => {
    fc.assert(
      fc.property(convolutions, (c) => {
        const expected = new Array<number>(c.x.length).fill(0);
        forEachProduct(c, (x, f, y) => {
          expected[x] += c.dy[y] * c.filter[f];
        });
        const inputs = [
          place(c.dy, c.shapes.y, 'float32', c.layouts[0]),
          place(c.filter, c.shapes.filter, 'float32', c.layouts[1]),
        ];
        const output = empty(c.shapes.x, 'float32', c.layouts[2]);
        conv2dInputGrad(inputs, [output], attributesOf(c));
        expect(withoutSigns(numbersOf(output))).toEqual(withoutSigns(expected));
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('conv2dFilterGrad', () => {
    fc.assert(
      fc.property(convolutions, (c) => {
        const expected = new Array<number>(c.filter.length).fill(0);
        forEachProduct(c, (x, f, y) => {
          expected[f] += c.dy[y] * c.x[x];
        });
        const inputs = [
          place(c.x, c.shapes.x, 'float32', c.layouts[0]),
          place(c.dy, c.shapes.y, 'float32', c.layouts[1]),
        ];
        const output = empty(c.shapes.filter, 'float32', c.layouts[2]);
        conv2dFilterGrad(inputs, [output], attributesOf(c));
        expect(withoutSigns(numbersOf(output))).toEqual(withoutSigns(expected));
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('an image that is done in several chunks', () => {
    // 3 x 3 x 40 numbers a patch: 91 of the 400 pixels at a time.
    const shape = [1, 20, 20, 40];
    const x = Array.from({ length: sizeOf(shape) }, (_, i) => (i * 7) % 11);
    const output = empty([1, 20, 20, 2]);
    const ones = place(new Array<number>(720).fill(1), [3, 3, 40, 2]);
    const attributes = {
      strides: [1, 1],
      dilation: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      groups: 1,
      activation: null,
    } as const;
    conv2d([place(x, shape), ones], [output], attributes);
    const expected = indicesOf([20, 20, 2]).map(([row, column]) => {
      let sum = 0;
      for (let i = Math.max(0, row - 1); i <= Math.min(19, row + 1); i++) {
        for (let j = Math.max(0, column - 1); j <= Math.min(19, column + 1); j++) {
          for (let c = 0; c < 40; c++) sum += x[flatIndex(shape, [0, i, j, c])];
        }
      }
      return sum;
    });
    expect(numbersOf(output)).toEqual(expected);
  });
});

const pools = windows.chain((window) => {
  const shape = [window.images, ...window.input, 2];
  const outShape = [window.images, ...window.output, 2];
  return fc.record({
    window: fc.constant(window),
    op: fc.constantFrom('max' as const, 'average' as const),
    countPadding: fc.boolean(),
    shape: fc.constant(shape),
    outShape: fc.constant(outShape),
    x: halves(sizeOf(shape)),
    dy: halves(sizeOf(outShape)),
    layouts: fc.tuple(anyLayout, anyLayout),
  });
});

type Pool = typeof pools extends fc.Arbitrary<infer T> ? T : never;

const poolAttributes = ({ window, op, countPadding }: Pool): PoolAttributes => ({
  ...window.attributes,
  op,
  size: window.size,
  countPadding,
});

/** Places in x that each window sees, by the place in y. */
function seenBy({ window, shape, outShape }: Pool): number[][] {
  const seen: number[][] = Array.from({ length: sizeOf(outShape) }, () => []);
  forEachTap(window, (out, _, at) => {
    for (const [n, c] of indicesOf([window.images, 2])) {
      seen[flatIndex(outShape, [n, ...out, c])].push(flatIndex(shape, [n, ...at, c]));
    }
  });
  return seen;
}

describe('pools', () => {
  const divisor = ({ window, countPadding }: Pool, seen: number[]) =>
    countPadding ? window.size[0] * window.size[1] : Math.max(1, seen.length);

  test('pool2d', () => {
    fc.assert(
      fc.property(pools, (p) => {
        const output = empty(p.outShape, 'float64', p.layouts[1]);
        pool2d([place(p.x, p.shape, 'float32', p.layouts[0])], [output], poolAttributes(p));
        const expected = seenBy(p).map((seen) => {
          const values = seen.map((at) => p.x[at]);
          return p.op === 'max'
            ? Math.max(...values)
            : values.reduce((a, b) => a + b, 0) / divisor(p, seen);
        });
        expect(withoutSigns(numbersOf(output))).toEqual(withoutSigns(expected));
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('pool2dGrad', () => {
    fc.assert(
      fc.property(pools, (p) => {
        const output = empty(p.shape, 'float64', p.layouts[0]);
        const inputs = [
          place(p.dy, p.outShape, 'float32', p.layouts[1]),
          place(p.x, p.shape, 'float32', p.layouts[0]),
        ];
        pool2dGrad(inputs, [output], poolAttributes(p));
        const expected = new Array<number>(p.x.length).fill(0);
        seenBy(p).forEach((seen, y) => {
          const values = seen.map((at) => p.x[at]);
          if (p.op === 'average') for (const at of seen) expected[at] += p.dy[y] / divisor(p, seen);
          else if (seen.length) expected[seen[values.indexOf(Math.max(...values))]] += p.dy[y];
        });
        const found = numbersOf(output);
        expected.forEach((v, i) => {
          expect(found[i]).toBeCloseTo(v, 12);
        });
        expect(isIntactAround(output)).toBe(true);
      }),
    );
  });

  test('a NaN is a maximum', () => {
    const attributes = {
      op: 'max',
      size: [1, 3],
      strides: [1, 1],
      dilation: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      countPadding: false,
    } as const;
    const x = place([1, Number.NaN, 5], [1, 1, 3, 1]);
    const [y, dx] = [empty([1, 1, 1, 1]), empty([1, 1, 3, 1])];
    pool2d([x], [y], attributes);
    expect(numbersOf(y)).toEqual([Number.NaN]);
    pool2dGrad([place([2], [1, 1, 1, 1]), x], [dx], attributes);
    expect(numbersOf(dx)).toEqual([0, 2, 0]);
  });
});
