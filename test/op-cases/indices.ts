import * as ops from '../../src/ops/index.ts';
import { integers, type OpCase, shaped } from './operand.ts';

export const indexCases: OpCase[] = [
  { name: 'gather', inputs: [shaped(5, 3), integers(5, 2, 4)], f: (x, i) => ops.gather(x, i) },
  {
    name: 'gather, middle axis',
    inputs: [shaped(2, 5, 3), integers(5, 4)],
    f: (x, i) => ops.gather(x, i, { axis: 1 }).square(),
  },
  {
    name: 'gather, one index',
    inputs: [shaped(5, 3), integers(5)],
    f: (x, i) => ops.gather(x, i, { axis: -2 }).square(),
  },
  { name: 'gather nothing', inputs: [shaped(5, 3), integers(5, 0)], f: (x, i) => ops.gather(x, i) },
  {
    name: 'gather of int32',
    inputs: [integers(50, 6), integers(6, 3)],
    f: (x, i) => ops.gather(x, i),
    order: 0,
  },
  {
    name: 'takeAlongAxis',
    inputs: [shaped(3, 5), integers(5, 3, 2)],
    f: (x, i) => ops.takeAlongAxis(x, i).square(),
  },
  {
    name: 'takeAlongAxis, first axis',
    inputs: [shaped(3, 5), integers(3, 2, 5)],
    f: (x, i) => ops.takeAlongAxis(x, i, 0).square(),
  },
  {
    name: 'putAlongAxis add',
    inputs: [shaped(3, 5), integers(5, 3, 2), shaped(3, 2)],
    f: (x, i, v) => ops.putAlongAxis(x, i, v, -1, { mode: 'add' }).square(),
  },
  {
    name: 'putAlongAxis set',
    inputs: [shaped(3, 5), shaped(3, 1)],
    f: (x, v) => ops.putAlongAxis(x, [[1], [4], [0]], v).square(),
  },
  {
    name: 'scatterAdd',
    inputs: [shaped(4, 2), integers(4, 5), shaped(5, 2)],
    f: (x, i, u) => ops.scatterAdd(x, i, u).square(),
  },
  {
    name: 'scatterSet',
    inputs: [shaped(4, 3), shaped(4, 2)],
    f: (x, u) => ops.scatterSet(x, [2, 0], u, { axis: 1 }).square(),
  },
  {
    name: 'gatherNd',
    inputs: [shaped(3, 4, 2)],
    f: (x) =>
      ops
        .gatherNd(x, [
          [0, 1],
          [2, -1],
          [0, 1],
        ])
        .square(),
  },
  {
    name: 'scatterNdAdd',
    inputs: [shaped(3, 4), shaped(3)],
    f: (x, u) =>
      ops
        .scatterNdAdd(
          x,
          [
            [0, 1],
            [2, 3],
            [0, 1],
          ],
          u,
        )
        .square(),
  },
  {
    name: 'embedding',
    inputs: [integers(6, 2, 3), shaped(6, 4)],
    f: (i, w) => ops.embedding(i, w).square(),
  },
  { name: 'oneHot', inputs: [integers(5, 2, 3)], f: (i) => ops.oneHot(i, 4), order: 0 },
  {
    name: 'oneHot, axis',
    inputs: [integers(4, 3)],
    f: (i) => ops.oneHot(i, 4, { axis: 0 }),
    order: 0,
  },
  {
    name: 'searchSorted',
    inputs: [integers(9, 6), integers(9, 2, 4)],
    f: (s, v) => ops.searchSorted(ops.sort(s), v, { side: 'right' }),
    order: 0,
  },
  {
    name: 'index',
    inputs: [shaped(3, 4, 5)],
    f: (x) => ops.index(x, -1, null, '...', { step: 2 }).square(),
  },
  {
    name: 'index by lists',
    inputs: [shaped(3, 4, 5)],
    f: (x) => ops.index(x, [0, 2, 2], [[1], [3]]).square(),
  },
  {
    name: 'index by lists apart',
    inputs: [shaped(3, 4, 5)],
    f: (x) => ops.index(x, [0, 2], { start: 1 }, [4, 0]).square(),
  },
  {
    name: 'index by a mask',
    inputs: [shaped(3, 2)],
    f: (x) => ops.index(x, [true, false, true]).square(),
  },
];
