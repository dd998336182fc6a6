import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../../autograd/index.ts';
import { getBackend, record, setBackend } from '../../backends/index.ts';
import type { Launch } from '../../backends/kernels.ts';
import type { Storage, Tensor } from '../../tensor/index.ts';
import * as ops from '../index.ts';
import '../methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const int = (...values: number[]) => ops.tensor(values, { dtype: 'int32' });

describe('gather and scatter', () => {
  test('negative indices count from the end, other integer types do', () => {
    expect(ops.gather([10, 20, 30], [-1, 0]).toArray()).toEqual([30, 10]);
    expect(ops.gather([10, 20, 30], ops.tensor([2], { dtype: 'uint8' })).toArray()).toEqual([30]);
    expect(ops.gather([10, 20, 30], ops.tensor(-2, { dtype: 'int64' })).item()).toBe(20);
    expect(
      ops
        .gather(
          [
            [1, 2],
            [3, 4],
          ],
          1,
          { axis: 1 },
        )
        .toArray(),
    ).toEqual([2, 4]);
    expect(
      ops
        .gather(
          [
            [1, 2],
            [3, 4],
          ],
          [[0], [1]],
          { axis: 1 },
        )
        .toArray(),
    ).toEqual([
      [[1], [2]],
      [[3], [4]],
    ]);
  });

  test('a scatter adds in order or lets the last one win, and leaves its operand alone', () => {
    const x = ops.tensor([1, 2, 3]);
    expect(ops.scatterAdd(x, [0, 0, 2], [10, 20, 30]).toArray()).toEqual([31, 2, 33]);
    expect(ops.scatterSet(x, [0, 0, -1], [10, 20, 30]).toArray()).toEqual([20, 2, 30]);
    expect(ops.scatterSet(x, int(1), 7).toArray()).toEqual([1, 7, 3]);
    expect(
      ops
        .putAlongAxis(
          [
            [1, 2],
            [3, 4],
          ],
          [[1], [0]],
          9,
        )
        .toArray(),
    ).toEqual([
      [1, 9],
      [9, 4],
    ]);
    expect(
      ops
        .scatterNdSet(
          ops.zeros([2, 2]),
          [
            [0, 1],
            [1, 0],
          ],
          [5, 6],
        )
        .toArray(),
    ).toEqual([
      [0, 5],
      [6, 0],
    ]);
    expect(x.toArray()).toEqual([1, 2, 3]);
  });

  test('replaced elements get no gradient', () => {
    const x = ops.tensor([1, 2, 3], { requiresGrad: true });
    const u = ops.tensor([5], { requiresGrad: true });
    const [dx, du] = gradients([ops.scatterSet(x, [1], u).square()], [x, u]) as Tensor[];
    expect([dx.toArray(), du.toArray()]).toEqual([[2, 0, 6], [10]]);
  });

  test('a replayed step clips indices that its first run did not have', () => {
    const x = ops.tensor([10, 20, 30]);
    const indices = int(0, 1);
    const launches: Launch[] = [];
    const own = new Set<Storage>();
    let y!: Tensor;
    record(
      {
        launched: (launch) => launches.push(launch),
        allocated: (storage) => own.add(storage),
      },
      () => {
        y = ops.gather(x, indices);
      },
    );
    own.delete(y.storage);
    const plan = getBackend().plan(launches, own);
    ops.assign(indices, [1000, -7]);
    plan.run();
    expect(y.toArray()).toEqual([30, 10]);
    plan.dispose();
  });
});

test('oneHot', () => {
  expect(ops.oneHot([0, 2, 5, -1], 3).toArray()).toEqual([
    [1, 0, 0],
    [0, 0, 1],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(ops.oneHot(ops.tensor([1], { dtype: 'uint8' }), 2, { dtype: 'bool' }).toArray()).toEqual([
    [false, true],
  ]);
  expect(ops.oneHot([[0], [1]], 2, { axis: 0 }).shape).toEqual([2, 2, 1]);
});

describe('index', () => {
  test('a mask tensor, a scalar, an empty list', () => {
    const x = ops.arange(6).reshape([2, 3]);
    expect(x.index(x.greater(2)).toArray()).toEqual([3, 4, 5]);
    expect(x.index(1, 2).toArray()).toBe(5);
    expect(x.index([]).shape).toEqual([0, 3]);
    expect(x.index().toArray()).toEqual(x.toArray());
    expect(x.index(null, 1).shape).toEqual([1, 3]);
    expect(x.index(int(1, 0), int(2)).toArray()).toEqual([5, 2]);
    expect(x.index(Int32Array.of(-1)).toArray()).toEqual([[3, 4, 5]]);
    expect(x.index('...', [true, false, true]).toArray()).toEqual([
      [0, 2],
      [3, 5],
    ]);
  });

  test('repeated places add up in the gradient', () => {
    const x = ops.tensor([1, 2, 3], { requiresGrad: true });
    expect(gradients([x.index([1, 1, 0])], [x])[0]?.toArray()).toEqual([1, 2, 0]);
  });
});

describe('results whose shape depends on the data', () => {
  test('nonzero', async () => {
    expect(
      (
        await ops.nonzero([
          [0, 2],
          [3, 0],
        ])
      ).toArray(),
    ).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect((await ops.nonzero(ops.zeros([2, 2]))).shape).toEqual([0, 2]);
    expect((await ops.nonzero(ops.tensor(5))).shape).toEqual([1, 0]);
    expect((await ops.nonzero(ops.complex([0, 0], [0, 1]))).toArray()).toEqual([[1]]);
  });

  test('booleanMask has a gradient', async () => {
    const x = ops.tensor(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      { requiresGrad: true },
    );
    const y = await ops.booleanMask(x, [true, false, true]);
    expect(y.toArray()).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(gradients([y.square()], [x])[0]?.toArray()).toEqual([
      [2, 4],
      [0, 0],
      [10, 12],
    ]);
    expect((await ops.booleanMask(x, x.greater(100))).shape).toEqual([0]);
  });

  test('unique', async () => {
    const { values, indices, inverse, counts } = await ops.unique([
      [3, 1],
      [3, Number.NaN],
    ]);
    expect(values.toArray()).toEqual([1, 3, Number.NaN]);
    expect(indices.toArray()).toEqual([1, 0, 3]);
    expect(inverse.toArray()).toEqual([
      [1, 0],
      [1, 2],
    ]);
    expect(counts.toArray()).toEqual([1, 2, 1]);
    expect((await ops.unique(ops.zeros([0]))).values.shape).toEqual([0]);
    expect((await ops.unique([Number.NaN, Number.NaN])).counts.toArray()).toEqual([2]);
  });
});

test('searchSorted', () => {
  expect(ops.searchSorted([1, 2, 2, 3], [0, 2, 4]).toArray()).toEqual([0, 1, 4]);
  expect(ops.searchSorted([1, 2, 2, 3], 2, { side: 'right' }).item()).toBe(3);
  expect(ops.searchSorted(ops.zeros([0]), [5]).toArray()).toEqual([0]);
});
