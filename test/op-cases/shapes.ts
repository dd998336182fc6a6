import * as ops from '../../src/ops/index.ts';
import { integers, type OpCase, positive, shaped } from './operand.ts';

export const shapeCases: OpCase[] = [
  { name: 'reshape', inputs: [shaped(2, 6)], f: (x) => ops.reshape(x, [3, -1, 2]) },
  { name: 'reshape of nothing', inputs: [shaped(0, 6)], f: (x) => ops.reshape(x, [3, 0]) },
  { name: 'transpose', inputs: [shaped(2, 3)], f: (x) => ops.transpose(x).mul(x.transpose()) },
  {
    name: 'transpose, order',
    inputs: [shaped(2, 3, 2)],
    f: (x) => ops.transpose(x, [2, 0, 1]).square(),
  },
  { name: 'swapAxes', inputs: [shaped(2, 3, 2)], f: (x) => ops.swapAxes(x, 0, -1).square() },
  { name: 'moveAxis', inputs: [shaped(2, 3, 4)], f: (x) => ops.moveAxis(x, [0, 1], [2, 0]) },
  { name: 'flatten', inputs: [shaped(2, 3, 2)], f: (x) => ops.flatten(x, 1).square() },
  { name: 'ravel', inputs: [shaped(2, 3)], f: (x) => ops.ravel(x).square() },
  {
    name: 'broadcastTensors',
    inputs: [shaped(3, 1), shaped(2)],
    f: (a, b) => ops.broadcastTensors([a, b]).reduce(ops.mul),
  },
  { name: 'expandDims', inputs: [shaped(2, 3)], f: (x) => ops.expandDims(x, [0, -1]) },
  { name: 'squeeze', inputs: [shaped(1, 2, 1, 3)], f: (x) => ops.squeeze(x) },
  {
    name: 'broadcastTo',
    inputs: [shaped(3, 1)],
    f: (x) => ops.broadcastTo(x, [2, 3, 4]).square(),
  },
  {
    name: 'slice',
    inputs: [shaped(5, 6)],
    f: (x) => ops.slice(x, [{ start: 1, stop: -1 }, { step: 2 }]).square(),
  },
  {
    name: 'slice backwards',
    inputs: [shaped(5, 6)],
    f: (x) => ops.slice(x, [{ step: -2 }, { start: 4, stop: 0, step: -1 }]).square(),
  },
  { name: 'empty slice', inputs: [shaped(5)], f: (x) => ops.slice(x, [{ start: 3, stop: 2 }]) },
  { name: 'flip', inputs: [shaped(3, 4)], f: (x) => ops.flip(x, 1).mul(x) },
  { name: 'narrow', inputs: [shaped(3, 4)], f: (x) => ops.narrow(x, 1, 1, 2).square() },
  {
    name: 'concat',
    inputs: [shaped(2, 3), shaped(2, 1), shaped(2, 0)],
    f: (...list) => ops.concat(list, 1).square(),
  },
  { name: 'concat, first axis', inputs: [shaped(2, 3), shaped(1, 3)], f: (...l) => ops.concat(l) },
  { name: 'stack', inputs: [shaped(2, 3), shaped(2, 3)], f: (...l) => ops.stack(l, -1).square() },
  { name: 'unstack', inputs: [shaped(2, 3)], f: (x) => ops.unstack(x, 1).reduce(ops.mul) },
  { name: 'split', inputs: [shaped(2, 6)], f: (x) => ops.split(x, 3, 1).reduce(ops.mul) },
  { name: 'split, sizes', inputs: [shaped(6)], f: (x) => ops.split(x, [1, -1, 2])[1].square() },
  { name: 'roll', inputs: [shaped(3, 4)], f: (x) => ops.roll(x, 1, 1).mul(x) },
  { name: 'roll, all', inputs: [shaped(3, 4)], f: (x) => ops.roll(x, -2).mul(x) },
  {
    name: 'pad',
    inputs: [shaped(2, 3)],
    f: (x) =>
      ops
        .pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          { value: 3 },
        )
        .square(),
  },
  ...(['edge', 'reflect', 'symmetric'] as const).map(
    (mode): OpCase => ({
      name: `pad ${mode}`,
      inputs: [shaped(3, 3)],
      f: (x) =>
        ops
          .pad(
            x,
            [
              [2, 1],
              [1, 2],
            ],
            { mode },
          )
          .square(),
    }),
  ),
  { name: 'tile', inputs: [shaped(2, 3)], f: (x) => ops.tile(x, [2, 1, 2]).square() },
  { name: 'repeat', inputs: [shaped(2, 3)], f: (x) => ops.repeat(x, 2, 1).square() },
  {
    name: 'repeat, counts',
    inputs: [shaped(2, 3)],
    f: (x) => ops.repeat(x, [0, 2, 1], 1).square(),
  },
  {
    name: 'meshgrid',
    inputs: [shaped(2), shaped(3)],
    f: (a, b) => ops.meshgrid([a, b]).reduce(ops.mul),
  },
  { name: 'diag', inputs: [shaped(3)], f: (x) => ops.diag(x, 1).square() },
  { name: 'diag of a matrix', inputs: [shaped(3, 4)], f: (x) => ops.diag(x, -1).square() },
  {
    name: 'diagonal',
    inputs: [shaped(2, 3, 3)],
    f: (x) => ops.diagonal(x, { axis1: 1, axis2: 2 }).square(),
  },
  { name: 'trace', inputs: [shaped(3, 3)], f: (x) => ops.trace(x).square() },
  { name: 'tril', inputs: [shaped(2, 3, 4)], f: (x) => ops.tril(x).square() },
  { name: 'triu', inputs: [shaped(3, 4)], f: (x) => ops.triu(x, 1).square() },
  {
    name: 'cast',
    inputs: [shaped(3)],
    f: (x) => ops.cast(x, 'float64').square(),
  },
  { name: 'cast to int32', inputs: [shaped(9)], f: (x) => ops.cast(x, 'int32'), order: 0 },
  { name: 'cast to uint8', inputs: [positive(9)], f: (x) => ops.cast(x, 'uint8'), order: 0 },
  { name: 'cast to bool', inputs: [integers(2, 9)], f: (x) => ops.cast(x, 'bool'), order: 0 },
  { name: 'copy', inputs: [shaped(3)], f: (x) => ops.copy(x).mul(x) },
  { name: 'contiguous', inputs: [shaped(3, 2)], f: (x) => ops.contiguous(x.transpose()).square() },
];
