import { beforeAll, describe, expect, test } from 'vitest';
import { gradients, traceGraph } from '../../autograd/index.ts';
import { setBackend } from '../../backends/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import * as ops from '../index.ts';
import '../methods.ts';
import { viewStrides } from './reshape.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const counted = (...shape: number[]) => ops.arange(shape.reduce((a, b) => a * b, 1)).reshape(shape);
const sharesMemory = (a: Tensor, b: Tensor) => a.storage === b.storage;

describe('views', () => {
  const views: Record<string, (x: Tensor) => Tensor> = {
    reshape: (x) => x.reshape([4, 6]),
    transpose: (x) => x.transpose(),
    moveAxis: (x) => x.moveAxis(0, 2),
    slice: (x) => x.slice([null, { step: 2 }]),
    flip: (x) => x.flip(),
    narrow: (x) => x.narrow(1, 1, 2),
    expandDims: (x) => x.expandDims(1),
    squeeze: (x) => x.narrow(0, 1, 1).squeeze(),
    broadcastTo: (x) => x.broadcastTo([5, 2, 3, 4]),
    unstack: (x) => x.unstack(2)[1],
    split: (x) => x.split(2, 2)[1],
    diagonal: (x) => x.diagonal(),
    index: (x) => x.index(1, '...', null),
    flatten: (x) => x.flatten(),
  };

  test.each(Object.entries(views))('%s shares memory', (_, view) => {
    const x = counted(2, 3, 4);
    expect(sharesMemory(view(x), x)).toBe(true);
  });

  test('reshape copies only where it must', () => {
    const x = counted(2, 3, 4);
    expect(sharesMemory(x.transpose([1, 0, 2]).reshape([3, 2, 2, 2]), x)).toBe(true);
    expect(sharesMemory(x.transpose([1, 0, 2]).reshape([3, 8]), x)).toBe(false);
    expect(x.transpose([1, 0, 2]).reshape([3, 8]).toArray()).toEqual([
      [0, 1, 2, 3, 12, 13, 14, 15],
      [4, 5, 6, 7, 16, 17, 18, 19],
      [8, 9, 10, 11, 20, 21, 22, 23],
    ]);
  });

  test('reshape to the same shape is the tensor itself', () => {
    const x = counted(2, 3);
    expect(x.reshape([-1, 3])).toBe(x);
    expect(x.transpose([0, 1])).toBe(x);
    expect(x.slice([null])).toBe(x);
  });
});

test('viewStrides finds strides exactly where a view exists', () => {
  expect(viewStrides([2, 3], [1, 2], [2, 3])).toEqual([1, 2]);
  expect(viewStrides([2, 3], [1, 2], [6])).toBeNull();
  expect(viewStrides([4, 3], [6, 2], [2, 2, 3])).toEqual([12, 6, 2]);
  expect(viewStrides([4, 3], [6, 2], [12])).toEqual([2]);
  expect(viewStrides([2, 1, 3], [3, 99, 1], [6])).toEqual([1]);
  expect(viewStrides([3], [-1], [3, 1])?.[0]).toBe(-1);
  expect(viewStrides([3, 2], [0, 1], [3, 2, 1])?.slice(0, 2)).toEqual([0, 1]);
  expect(viewStrides([1, 1], [7, 9], [])).toEqual([]);
  expect(viewStrides([0, 3], [1, 7], [3, 0])).toEqual([0, 1]);
});

test('slices follow Python', () => {
  const x = ops.arange(7);
  const rows: readonly (readonly [ops.Slice, number[]])[] = [
    [{}, [0, 1, 2, 3, 4, 5, 6]],
    [{ start: 2 }, [2, 3, 4, 5, 6]],
    [{ stop: -2 }, [0, 1, 2, 3, 4]],
    [{ start: -100, stop: 100, step: 3 }, [0, 3, 6]],
    [{ step: -1 }, [6, 5, 4, 3, 2, 1, 0]],
    [{ start: 100, stop: -100, step: -3 }, [6, 3, 0]],
    [{ start: 5, stop: 1, step: -2 }, [5, 3]],
    [{ start: 3, stop: 3 }, []],
    [{ start: 5, stop: 2 }, []],
    [{ start: null, stop: 2, step: null }, [0, 1]],
  ];
  for (const [item, expected] of rows) expect(ops.slice(x, [item]).toArray()).toEqual(expected);
});

test('concat promotes types and keeps channels-first memory', () => {
  const mixed = ops.concat([ops.tensor([1], { dtype: 'int32' }), ops.tensor([0.5])]);
  expect([mixed.dtype, mixed.toArray()]).toEqual(['float32', [1, 0.5]]);
  const x = ops.random.uniform([2, 4, 4, 3]).transpose([0, 3, 1, 2]);
  const joined = ops.concat([x, x], 1);
  expect(joined.shape).toEqual([2, 6, 4, 4]);
  expect(joined.transpose([0, 2, 3, 1]).isContiguous).toBe(true);
  expect(
    ops
      .pad(x, [
        [0, 0],
        [0, 0],
        [1, 1],
        [1, 1],
      ])
      .transpose([0, 2, 3, 1]).isContiguous,
  ).toBe(true);
});

test('parts of a concat of different types get gradients of their type', () => {
  const a = ops.tensor([1], { requiresGrad: true });
  const b = ops.tensor([2], { dtype: 'float64', requiresGrad: true });
  const [da, db] = gradients([ops.concat([a, b]).square()], [a, b]) as Tensor[];
  expect([da.dtype, db.dtype, da.item(), db.item()]).toEqual(['float32', 'float64', 2, 4]);
});

test('nothing to do launches nothing', () => {
  const x = counted(2, 3);
  const graph = traceGraph(() => {
    x.broadcastTo([2, 3]);
    ops.pad(x, 0);
    ops.roll(x, 0, 0);
    ops.roll(x, 3, 1);
    x.contiguous();
    x.cast('int32');
  });
  expect(graph.nodes).toEqual([]);
});

test('split and unstack', () => {
  expect(ops.split(counted(5), [2, -1]).map((t) => t.toArray())).toEqual([
    [0, 1],
    [2, 3, 4],
  ]);
  expect(ops.unstack(counted(2, 2), -1).map((t) => t.toArray())).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(ops.split(counted(0), 3).map((t) => t.shape)).toEqual([[0], [0], [0]]);
});

test('a gradient through overlapping uses adds up', () => {
  const x = counted(3).cast('float32');
  x.requiresGrad = true;
  const y = ops.stack([x.narrow(0, 0, 2), x.narrow(0, 1, 2)]);
  expect(gradients([y], [x])[0]?.toArray()).toEqual([1, 2, 1]);
});
