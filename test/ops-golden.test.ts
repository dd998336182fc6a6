// Operations against numbers that NumPy and Keras computed (test/fixtures/ops-golden.py), on every backend.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../src/autograd/index.ts';
import { backendNames, setBackend } from '../src/backends/index.ts';
import * as ops from '../src/ops/index.ts';
import '../src/ops/methods.ts';
import type { Tensor } from '../src/tensor/index.ts';

interface Entry {
  readonly inputs: readonly { readonly shape: number[]; readonly data: number[] }[];
  readonly shape: number[];
  readonly data: number[];
}

const golden: Record<string, Entry> = JSON.parse(
  readFileSync(new URL('./fixtures/ops-golden.json', import.meta.url), 'utf8'),
);

const slope =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor => {
    x.requiresGrad = true;
    return gradients([f(x)], [x])[0] as Tensor;
  };

const conv2d = (strides: number, padding: 'valid' | 'same') => (x: Tensor, w: Tensor) =>
  ops.conv2d(x, w, { strides, padding });

const transposed =
  (strides: number, padding: 'valid' | 'same', outputPadding: number | null) =>
  (x: Tensor, w: Tensor) =>
    ops.conv2dTranspose(x, w, { strides, padding, outputPadding });

const windows = { strides: 2, padding: 'same' } as const;

const calls: Record<string, (...inputs: Tensor[]) => Tensor> = {
  relu: (x) => ops.relu(x),
  relu6: ops.relu6,
  leaky_relu: (x) => ops.leakyRelu(x),
  elu: (x) => ops.elu(x),
  selu: ops.selu,
  celu: (x) => ops.celu(x),
  sigmoid: ops.sigmoid,
  log_sigmoid: ops.logSigmoid,
  softplus: ops.softplus,
  softsign: ops.softsign,
  silu: ops.silu,
  hard_sigmoid: ops.hardSigmoid,
  hard_silu: ops.hardSilu,
  hard_tanh: ops.hardTanh,
  hard_shrink: (x) => ops.hardShrink(x),
  soft_shrink: (x) => ops.softShrink(x),
  tanh_shrink: ops.tanhShrink,
  squareplus: (x) => ops.squareplus(x),
  sparse_plus: ops.sparsePlus,
  sparse_sigmoid: ops.sparseSigmoid,
  erf: ops.erf,
  sinh: ops.sinh,
  cosh: ops.cosh,
  arcsinh: ops.asinh,
  round: ops.round,
  sign: ops.sign,
  expm1: ops.expm1,
  log_softmax: (x) => ops.logSoftmax(x),
  softmax: (x) => ops.softmax(x),
  mish: ops.mish,
  gelu: (x) => ops.gelu(x),
  gelu_tanh: (x) => ops.gelu(x, true),
  relu_options: (x) => ops.relu(x, { negativeSlope: 0.1, maxValue: 5, threshold: 0.5 }),
  threshold: (x) => ops.threshold(x, 0.3, -7),
  slope_relu: slope((x) => ops.relu(x)),
  slope_relu6: slope(ops.relu6),
  slope_leaky_relu: slope((x) => ops.leakyRelu(x)),
  slope_elu: slope((x) => ops.elu(x)),
  slope_selu: slope(ops.selu),
  slope_hard_sigmoid: slope(ops.hardSigmoid),
  slope_hard_silu: slope(ops.hardSilu),
  slope_hard_tanh: slope(ops.hardTanh),
  slope_softsign: slope(ops.softsign),
  slope_abs: slope(ops.abs),
  slope_max: slope((x) => ops.max(x, 1)),
  slope_clip: slope((x) => ops.clip(x, -1, 1)),
  slope_maximum: slope((x) => ops.maximum(x, [1, 3, 0])),
  mod: ops.mod,
  floor_divide: ops.floorDiv,
  arctan2: ops.atan2,
  logaddexp: ops.logAddExp,
  std_sample: (x) => ops.std(x, 0, { correction: 1 }),
  logsumexp: (x) => ops.logSumExp(x, 1),
  norm: (x) => ops.norm(x, 1),
  norm3: (x) => ops.norm(x, 1, { order: 3 }),
  cumprod: (x) => ops.cumprod(x, 1),
  sort: (x) => ops.sort(x, 0),
  argsort: (x) => ops.argsort(x, 1),
  roll: (x) => ops.roll(x, [1, -2], [0, 1]),
  roll_flat: (x) => ops.roll(x, 5),
  tile: (x) => ops.tile(x, [2, 1, 2]),
  repeat: (x) => ops.repeat(x, [1, 0, 2, 1], 1),
  pad_reflect: (x) =>
    ops.pad(
      x,
      [
        [2, 1],
        [0, 3],
      ],
      { mode: 'reflect' },
    ),
  pad_symmetric: (x) =>
    ops.pad(
      x,
      [
        [4, 1],
        [5, 0],
      ],
      { mode: 'symmetric' },
    ),
  pad_edge: (x) =>
    ops.pad(
      x,
      [
        [1, 1],
        [2, 0],
      ],
      { mode: 'edge' },
    ),
  tril: (x) => ops.tril(x, -1),
  triu: (x) => ops.triu(x, 2),
  meshgrid: (x, y) => ops.stack(ops.meshgrid([x, y])),
  take_along_axis: (x) => ops.takeAlongAxis(x, [[0, 2, 1, 0]], 0),
  tensordot: (x, y) =>
    ops.tensordot(x, y, [
      [1, 2],
      [1, 0],
    ]),
  dot: ops.dot,
  searchsorted: (s, v) => ops.searchSorted(s, v, { side: 'right' }),
  index_basic: (x) => ops.index(x, -1, null, '...', { step: -2 }),
  index_lists: (x) => ops.index(x, [0, 2, 2], [[1], [3]]),
  index_apart: (x) => ops.index(x, [0, 2], { start: 1 }, [4, 0]),
  index_number_and_list: (x) => ops.index(x, 0, {}, [1, 2]),
  index_inner: (x) => ops.index(x, {}, [3, 0], { start: 1, stop: 3 }),
  index_inner_pair: (x) => ops.index(x, {}, [3, 0], [1, 2]),
  index_new_axis: (x) => ops.index(x, '...', null, [0, 4]),
  index_mask: (x) => ops.index(x, ops.equal(ops.mod(x, 7), 0)),
  index_mask_row: (x) => ops.index(x, [true, false, true], {}, 2),
  index_empty: (x) => ops.index(x, { start: 5, stop: 2 }, 1),
  index_far: (x) =>
    ops.index(
      x,
      { start: -100, stop: 2 },
      { start: 2, stop: 100, step: 3 },
      { start: 4, stop: -100, step: -3 },
    ),
  einsum_trace: (x) => ops.einsum('bii->b', x),
  einsum_diagonal: (x) => ops.einsum('bii->ib', x),
  einsum_ellipsis: (x, y) => ops.einsum('...ij,jk->k...i', x, y),
  einsum_implicit: (x, y) => ops.einsum('bij,ja', x, y),
  einsum_three: (x, y, z) => ops.einsum('ij,jk,kl->il', x, y, z),
  einsum_outer: (x, y) => ops.einsum('i,jk->kij', x, y),
  einsum_batch_sum: (x, y) => ops.einsum('bij,bkj->ik', x, y),
  conv2d_1_valid: conv2d(1, 'valid'),
  conv2d_1_same: conv2d(1, 'same'),
  conv2d_2_valid: conv2d(2, 'valid'),
  conv2d_2_same: conv2d(2, 'same'),
  conv2d_3_valid: conv2d(3, 'valid'),
  conv2d_3_same: conv2d(3, 'same'),
  conv2d_dilated: (x, w) => ops.conv2d(x, w, { padding: 'same', dilation: [1, 2] }),
  conv2d_groups: (x, w) => ops.conv2d(x, w, { groups: 2 }),
  conv1d_causal: (x, w) => ops.conv1d(x, w, { padding: 'causal', dilation: 2 }),
  conv3d: (x, w) => ops.conv3d(x, w, { strides: [2, 1, 1], padding: 'same' }),
  depthwise: (x, w) => ops.depthwiseConv2d(x, w, { padding: 'same' }),
  separable: (x, d, p) => ops.separableConv2d(x, d, p, windows),
  transposed_3_2_same_None: transposed(2, 'same', null),
  transposed_3_2_valid_None: transposed(2, 'valid', null),
  transposed_2_3_valid_None: transposed(3, 'valid', null),
  transposed_2_2_same_None: transposed(2, 'same', null),
  transposed_3_2_same_1: transposed(2, 'same', 1),
  transposed_3_2_valid_1: transposed(2, 'valid', 1),
  transposed_4_2_same_1: transposed(2, 'same', 1),
  transposed_5_1_same_None: transposed(1, 'same', null),
  transposed_4_3_same_2: transposed(3, 'same', 2),
  transposed_1d: (x, w) => ops.conv1dTranspose(x, w, windows),
  transposed_3d: (x, w) => ops.conv3dTranspose(x, w, { strides: [2, 1, 2], padding: 'same' }),
  max_pool_valid: (x) => ops.maxPool2d(x, 3, { strides: 2 }),
  max_pool_same: (x) => ops.maxPool2d(x, 3, windows),
  average_pool_valid: (x) => ops.avgPool2d(x, 3, { strides: 2 }),
  average_pool_same: (x) => ops.avgPool2d(x, 3, windows),
  max_pool_1d: (x) => ops.maxPool1d(x, 2, windows),
  max_pool_3d: (x) => ops.maxPool3d(x, 2, windows),
  average_pool_3d: (x) => ops.avgPool3d(x, 2, { strides: 1, padding: 'same' }),
  resize_nearest_larger: (x) => ops.resize(x, [7, 9], { method: 'nearest' }),
  resize_nearest_smaller: (x) => ops.resize(x, [2, 3], { method: 'nearest' }),
  resize_bilinear_larger: (x) => ops.resize(x, [7, 9]),
  resize_bilinear_smaller: (x) => ops.resize(x, [2, 3]),
  resize_bicubic_larger: (x) => ops.resize(x, [7, 9], { method: 'bicubic' }),
  resize_bicubic_smaller: (x) => ops.resize(x, [2, 3], { method: 'bicubic' }),
  resize_area: (x) => ops.resize(x, [3, 4], { method: 'area' }),
  categorical: ops.softmaxCrossEntropyWithLogits,
  binary: ops.sigmoidCrossEntropyWithLogits,
  sparse_categorical: (x) =>
    ops.sparseSoftmaxCrossEntropyWithLogits(ops.tensor([3, 0, 1], { dtype: 'int32' }), x),
};

test('every golden entry has a call and every call an entry', () => {
  expect(Object.keys(calls).sort()).toEqual(Object.keys(golden).sort());
});

describe.each(backendNames())('%s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  test.each(Object.entries(golden))('%s', async (name, { inputs, shape, data }) => {
    const result = calls[name](
      ...inputs.map((x) => ops.fromData(Float32Array.from(x.data), x.shape)),
    );
    expect(result.shape).toEqual(shape);
    const actual = Array.from(await result.data());
    const size = Math.max(1, ...data.map(Math.abs));
    // TensorFlow looks bicubic weights up in a table of 1024 places.
    const tolerance = (name.includes('bicubic') ? 2e-3 : 2e-6) * size;
    actual.forEach((value, i) => {
      if (!(Math.abs(value - data[i]) <= tolerance)) {
        expect.fail(`element ${i}: ${value}, expected ${data[i]}`);
      }
    });
  });
});
