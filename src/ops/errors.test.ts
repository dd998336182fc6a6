// Bad input: a typed error that names the operation, what was expected and what came.
import { beforeAll, expect, test } from 'vitest';
import { setBackend } from '../backends/index.ts';
import { DTypeError, type GradusError, ShapeError, ValueError } from '../tensor/index.ts';
import * as ops from './index.ts';
import './methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const zeros = (...shape: number[]) => ops.zeros(shape);
const int = (...values: number[]) => ops.tensor(values, { dtype: 'int32' });

type Row = readonly [string, () => unknown, new (message: string) => GradusError, RegExp];

const rows: readonly Row[] = [
  [
    'ragged',
    () => ops.tensor([[1, 2], [3]]),
    ShapeError,
    /^tensor: .*rows of one length.*row of 1/,
  ],
  [
    'deep',
    () => ops.tensor([1, [2]]),
    DTypeError,
    /^tensor: expected numbers.*received a row of 1/,
  ],
  ['shallow', () => ops.tensor([[1], 2]), ShapeError, /^tensor: .*\[2, 1\].*number 2/],
  ['string', () => ops.tensor(['1'] as never), DTypeError, /^tensor: expected numbers.*string 1/],
  ['null', () => ops.tensor([null] as never), DTypeError, /^tensor: .*received null/],
  [
    'data',
    () => ops.fromData(new Float32Array(5), [2, 3]),
    ShapeError,
    /needs 6 numbers, received 5/,
  ],
  ['halves', () => ops.fromData(new Uint16Array(2), [2]), DTypeError, /Uint16Array.*float16/],
  ['negative size', () => ops.zeros([2, -1]), ShapeError, /sizes must be integers >= 0.*\[2, -1\]/],
  ['arange', () => ops.arange(0, 1, 0), ValueError, /^arange: .*step not 0/],
  ['linspace', () => ops.linspace(0, 1, 2.5), ValueError, /^linspace: count.*2.5/],
  ['add', () => ops.add(zeros(2, 3), zeros(2)), ShapeError, /^add: shapes \[2, 3\] and \[2\]/],
  ['clip', () => ops.clip(zeros(1), 2, 1), ValueError, /^clip: min 2 is greater than max 1/],
  [
    'cast',
    () => ops.cast(zeros(1), 'float' as never),
    DTypeError,
    /unknown dtype 'float'; known: float32/,
  ],
  ['cast of complex', () => ops.cast(ops.complex(1, 2), 'float32'), DTypeError, /real\(x\)/],
  [
    'real of real',
    () => ops.real(zeros(1)),
    DTypeError,
    /^real: expected complex64, received float32/,
  ],
  [
    'reshape',
    () => ops.reshape(zeros(2, 3), [4, -1]),
    ShapeError,
    /^reshape: .*6 is not a multiple of 4/,
  ],
  [
    'reshape size',
    () => ops.reshape(zeros(2, 3), [4]),
    ShapeError,
    /6 elements.*\[4\] \(4 elements\)/,
  ],
  ['two open', () => ops.reshape(zeros(4), [-1, -1]), ShapeError, /^reshape: /],
  ['transpose', () => ops.transpose(zeros(2, 3), [0, 0]), ShapeError, /\[0, 0\] is not an order/],
  ['axis', () => ops.sum(zeros(2), 1), ShapeError, /^sum: axis 1 is out of range.*rank 1/],
  ['axis twice', () => ops.sum(zeros(2, 2), [0, -2]), ShapeError, /name an axis twice/],
  ['squeeze', () => ops.squeeze(zeros(2, 1), 0), ShapeError, /^squeeze: axis 0 has size 2, not 1/],
  ['broadcastTo', () => ops.broadcastTo(zeros(3), [2]), ShapeError, /^broadcastTo: /],
  [
    'smaller',
    () => ops.broadcastTo(zeros(2, 3), [3]),
    ShapeError,
    /\[2, 3\] does not stretch to \[3\]/,
  ],
  ['slice', () => ops.slice(zeros(3), [{ step: 0 }]), ValueError, /^slice: step must not be 0/],
  ['slice rank', () => ops.slice(zeros(3), [null, null]), ShapeError, /^slice: 2 slices.*\[3\]/],
  [
    'slice fraction',
    () => ops.slice(zeros(3), [{ start: 0.5 }]),
    ValueError,
    /start must be an integer/,
  ],
  ['narrow', () => ops.narrow(zeros(3), 0, 2, 2), ShapeError, /^narrow: 2 elements from 2/],
  [
    'concat',
    () => ops.concat([zeros(2, 3), zeros(3, 2)]),
    ShapeError,
    /^concat: .*agree in all axes but 0/,
  ],
  ['concat nothing', () => ops.concat([]), ShapeError, /^concat: needs at least one/],
  ['stack', () => ops.stack([zeros(2), zeros(3)]), ShapeError, /^stack: .*\[2\] and \[3\]/],
  ['split', () => ops.split(zeros(5), 2), ShapeError, /^split: axis 0 of size 5 .*2 equal parts/],
  ['split sizes', () => ops.split(zeros(5), [2, 2]), ShapeError, /^split: .*parts of \[2, 2\]/],
  ['roll', () => ops.roll(zeros(5), [1, 2], [0]), ShapeError, /^roll: .*1 axes/],
  ['pad', () => ops.pad(zeros(5), [[1, -1]]), ShapeError, /^pad: .*\[\[1,-1\]\]/],
  [
    'pad reflect',
    () => ops.pad(zeros(1), 1, { mode: 'reflect' }),
    ValueError,
    /at least 2 elements/,
  ],
  ['tile', () => ops.tile(zeros(1), -1), ShapeError, /^tile: counts/],
  ['repeat', () => ops.repeat(zeros(3), [1, 2], 0), ShapeError, /^repeat: .*3 of them/],
  ['meshgrid', () => ops.meshgrid([zeros(2, 2)]), ShapeError, /^meshgrid: needs vectors/],
  ['diag', () => ops.diag(zeros(2, 2, 2)), ShapeError, /^diag: needs a vector or a matrix/],
  ['diagonal', () => ops.diagonal(zeros(2, 2), { axis2: 0 }), ShapeError, /^diagonal: .*same/],
  ['tril', () => ops.tril(zeros(2)), ShapeError, /^tril: needs rank 2/],
  ['argmax', () => ops.argmax(zeros(0)), ShapeError, /^argmax: .*no elements/],
  ['topK', () => ops.topK(zeros(3), 4), ValueError, /^topK: k must be .* up to 3.*received 4/],
  [
    'gather',
    () => ops.gather(zeros(3), [3]),
    ValueError,
    /^gather: index 3 is out of range.*size 3/,
  ],
  ['gather tensor', () => ops.gather(zeros(3), int(0, -4)), ValueError, /^gather: index -4/],
  ['gather from nothing', () => ops.gather(zeros(0), [0]), ValueError, /size 0/],
  [
    'gather by floats',
    () => ops.gather(zeros(3), zeros(1)),
    DTypeError,
    /indices must be integers/,
  ],
  ['embedding', () => ops.embedding([0], zeros(3)), ShapeError, /^embedding: .*\[rows, width\]/],
  [
    'takeAlongAxis',
    () => ops.takeAlongAxis(zeros(2, 2), [0]),
    ShapeError,
    /indices must have rank 2/,
  ],
  ['scatterAdd', () => ops.scatterAdd(zeros(2), [0], zeros(1, 1)), ShapeError, /expected \[1\]/],
  ['gatherNd', () => ops.gatherNd(zeros(2), [[0, 0]]), ShapeError, /^gatherNd: .*1 to 1 axes/],
  ['oneHot', () => ops.oneHot([0], 0), ValueError, /^oneHot: classes/],
  [
    'oneHot of floats',
    () => ops.oneHot(zeros(1), 2),
    DTypeError,
    /^oneHot: indices must be integers/,
  ],
  ['searchSorted', () => ops.searchSorted(zeros(1, 1), 0), ShapeError, /must be a vector/],
  [
    'index',
    () => ops.index(zeros(3), 3),
    ValueError,
    /^index: 3 is out of range for axis 0 of size 3/,
  ],
  ['index rank', () => ops.index(zeros(3), 0, 0), ShapeError, /^index: 2 axes are named/],
  ['index dots', () => ops.index(zeros(3), '...', '...'), ShapeError, /more than one '...'/],
  ['index list', () => ops.index(zeros(3), [5]), ValueError, /^index: index 5/],
  [
    'index mask',
    () => ops.index(zeros(3), [true, false]),
    ShapeError,
    /mask of size 2 lies on axis 0/,
  ],
  [
    'matmul',
    () => ops.matmul(zeros(2, 3), zeros(2, 3)),
    ShapeError,
    /3 columns but the second 2 rows/,
  ],
  ['matmul scalar', () => ops.matmul(1, zeros(2)), ShapeError, /^matmul: .*use mul/],
  ['matmul batch', () => ops.matmul(zeros(2, 1, 1), zeros(3, 1, 1)), ShapeError, /^matmul: shapes/],
  [
    'bias',
    () => ops.dense(zeros(1, 2), zeros(2, 3), zeros(2)),
    ShapeError,
    /bias must have shape \[3\]/,
  ],
  [
    'dense',
    () => ops.dense(zeros(1, 2), zeros(3, 2)),
    ShapeError,
    /^dense: input \[1, 2\] and weights/,
  ],
  [
    'activation',
    () => ops.dense(zeros(1, 2), zeros(2, 2), null, 'gelu' as never),
    ValueError,
    /'gelu' cannot be fused; known: relu/,
  ],
  ['tensordot', () => ops.tensordot(zeros(2, 3), zeros(2, 3), 1), ShapeError, /^tensordot: /],
  ['einsum', () => ops.einsum('i j->', zeros(2)), ShapeError, /names 2 axes but .*\[2\]/],
  ['einsum text', () => ops.einsum('i->j', zeros(2)), ValueError, /'j' .* is in no operand/],
  ['einsum twice', () => ops.einsum('i->ii', zeros(2)), ValueError, /occurs twice/],
  ['einsum junk', () => ops.einsum('1->', zeros(2)), ValueError, /is not an equation/],
  ['einsum count', () => ops.einsum('i,i->', zeros(2)), ValueError, /2 operands but 1/],
  [
    'einsum sizes',
    () => ops.einsum('i,i->', zeros(2), zeros(3)),
    ShapeError,
    /'i' has sizes 2 and 3/,
  ],
  [
    'conv2d channels',
    () => ops.conv2d(zeros(8, 28, 28, 3), zeros(3, 3, 1, 16)),
    ShapeError,
    /^conv2d: input has 3 channels but the filter expects 1 \(input \[8, 28, 28, 3\], filter/,
  ],
  ['conv2d rank', () => ops.conv2d(zeros(28, 28, 1), zeros(3, 3, 1, 1)), ShapeError, /rank 4/],
  [
    'conv2d size',
    () => ops.conv2d(zeros(1, 2, 2, 1), zeros(3, 3, 1, 1)),
    ShapeError,
    /does not fit/,
  ],
  [
    'conv2d strides',
    () => ops.conv2d(zeros(1, 3, 3, 1), zeros(1, 1, 1, 1), { strides: 0 }),
    ValueError,
    /^conv2d: strides must be a whole number >= 1, or 2 of them, received 0/,
  ],
  [
    'conv2d padding',
    () => ops.conv2d(zeros(1, 3, 3, 1), zeros(1, 1, 1, 1), { padding: 'full' as never }),
    ValueError,
    /^conv2d: padding must be 'valid', 'same'.*"full"/,
  ],
  [
    'conv2d groups',
    () => ops.conv2d(zeros(1, 3, 3, 4), zeros(1, 1, 2, 3), { groups: 2 }),
    ShapeError,
    /3 filters cannot be split into 2 groups/,
  ],
  ['conv1d', () => ops.conv1d(zeros(1, 3), zeros(1, 1, 1)), ShapeError, /^conv1d: .*rank 3/],
  [
    'transposed',
    () => ops.conv2dTranspose(zeros(1, 2, 2, 3), zeros(1, 1, 3, 2)),
    ShapeError,
    /equal channels/,
  ],
  [
    'depthwise',
    () => ops.depthwiseConv2d(zeros(1, 2, 2, 3), zeros(1, 1, 2, 1)),
    ShapeError,
    /^depthwiseConv2d: /,
  ],
  ['pool', () => ops.maxPool2d(zeros(2, 2, 1), 2), ShapeError, /^maxPool2d: .*rank 4/],
  ['pool size', () => ops.avgPool2d(zeros(1, 2, 2, 1), 0), ValueError, /^avgPool2d: size/],
  ['pool 1d', () => ops.maxPool1d(zeros(2, 2), 2), ShapeError, /^maxPool1d: .*rank 3/],
  ['adaptive', () => ops.adaptiveAvgPool2d(zeros(2, 2), 1), ShapeError, /^adaptiveAvgPool2d: /],
  ['resize', () => ops.resize(zeros(2, 2), 4), ShapeError, /^resize: expected images/],
  ['resize nothing', () => ops.resize(zeros(0, 2, 1), 4), ShapeError, /no pixels/],
  [
    'labels',
    () => ops.softmaxCrossEntropyWithLogits(zeros(2), zeros(2, 3)),
    ShapeError,
    /one shape/,
  ],
  [
    'sparse labels',
    () => ops.sparseSoftmaxCrossEntropyWithLogits(zeros(2), zeros(2, 3)),
    DTypeError,
    /integers/,
  ],
  ['uniform', () => ops.random.uniform([1], { minval: 2 }), ValueError, /minval 2 is greater/],
  ['uniform type', () => ops.random.uniform([1], { dtype: 'int32' }), DTypeError, /random.uniform/],
  ['randint', () => ops.random.randint([1], 3, 3), ValueError, /random.randint: .*3 and 3/],
  ['bernoulli', () => ops.random.bernoulli([1], { p: 2 }), ValueError, /p must lie in \[0, 1\]/],
  ['dropout', () => ops.dropout(zeros(1), -0.1), ValueError, /^dropout: rate/],
  ['seed', () => ops.setSeed(-1), ValueError, /^setSeed: a seed is a whole number/],
  ['assign', () => ops.assign(zeros(2), zeros(3)), ShapeError, /^assign: shapes/],
  [
    'update',
    () => ops.update((x) => [x, x], [zeros(1)], [zeros(1)]),
    ValueError,
    /2 formulas for 1 targets/,
  ],
  [
    'update shape',
    () => ops.update((x) => [x], [zeros(2, 2)], [zeros(2)]),
    ShapeError,
    /^update: /,
  ],
  [
    'sparse',
    () =>
      new ops.SparseMatrix([2, 2], {
        columns: Int32Array.of(2),
        rowStarts: Int32Array.of(0, 1, 1),
      }),
    ValueError,
    /column 2 is outside/,
  ],
  [
    'sparse rows',
    () =>
      new ops.SparseMatrix([2, 2], { columns: Int32Array.of(1), rowStarts: Int32Array.of(0, 1) }),
    ValueError,
    /rowStarts must have 3/,
  ],
  [
    'sparse matmul',
    () => ops.matmul(ops.SparseMatrix.fromRows([[0]], 2), zeros(3, 1)),
    ShapeError,
    /expected \[2, n\]/,
  ],
];

test.each(rows)('%s', (_, call, Kind, message) => {
  expect(call).toThrow(Kind);
  expect(call).toThrow(message);
});

test('booleanMask refuses a mask of another shape', async () => {
  await expect(ops.booleanMask(zeros(2, 3), zeros(3))).rejects.toThrow(
    /does not cover the first axes/,
  );
});
