import * as ops from '../../../ops/index.ts';
import type { Tensor } from '../../../tensor/index.ts';
import * as F from '../../nn/functional/index.ts';
import type { Operation, OperationCall } from '../operation-call.ts';

/** `SAME`, `VALID`, or sizes. */
function padding(c: OperationCall): string | number[] {
  const algorithm = c.text('padding_algorithm', 'EXPLICIT');
  return algorithm === 'EXPLICIT' ? c.numbers('paddings', [0, 0]) : algorithm;
}

const dataFormat = (c: OperationCall): string => {
  const format = c.text('data_format', c.text('data_layout', 'NCHW'));
  return format === 'AnyLayout' ? 'NCHW' : format;
};

function conv2d(c: OperationCall): Tensor {
  return F.conv2d(c.tensor('Input', 0), c.tensor('Filter', 1), {
    bias: c.optional('Bias', 2),
    stride: c.numbers('strides', [1, 1]),
    padding: padding(c),
    dilation: c.numbers('dilations', [1, 1]),
    groups: c.number('groups', 1),
    dataFormat: dataFormat(c),
  }).tensor;
}

function conv2dTranspose(c: OperationCall): Tensor {
  const outputSize = c.sizes('output_size', ['OutputSizeTensor'], 2);
  const outputPadding = c.numbers('output_padding', []);
  return F.conv2dTranspose(c.tensor('Input', 0), c.tensor('Filter', 1), {
    stride: c.numbers('strides', [1, 1]),
    padding: padding(c),
    dilation: c.numbers('dilations', [1, 1]),
    groups: c.number('groups', 1),
    dataFormat: dataFormat(c),
    ...(outputSize.length > 0 ? { outputSize } : {}),
    ...(outputPadding.length > 0 ? { outputPadding } : {}),
  }).tensor;
}

function pool2d(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const format = dataFormat(c);
  const isMax = c.text('pooling_type', 'max') === 'max';
  const global = c.flag('global_pooling');
  const size = global ? [1, 1] : c.sizes('ksize', ['Ksize'], 1);
  if (global || c.flag('adaptive')) {
    if (!isMax) return F.adaptiveAvgPool2d(x, size, { dataFormat: format }).tensor;
    const nchw = format === 'NCHW' ? x : ops.transpose(x, [0, 3, 1, 2]);
    const pooled = F.adaptiveMaxPool2d(nchw, size) as { tensor: Tensor };
    return format === 'NCHW' ? pooled.tensor : ops.transpose(pooled.tensor, [0, 2, 3, 1]);
  }
  const common = {
    stride: c.numbers('strides'),
    padding: padding(c),
    ceilMode: c.flag('ceil_mode'),
    dataFormat: format,
  };
  if (isMax) return (F.maxPool2d(x, size, common) as { tensor: Tensor }).tensor;
  const exclusive = c.attribute('exclusive') !== false;
  return F.avgPool2d(x, size, { ...common, exclusive }).tensor;
}

/** The places of the greatest are not given: classifiers do not ask for them. */
function maxPoolWithIndex(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const size = c.numbers(c.attribute('ksize') === undefined ? 'kernel_size' : 'ksize');
  if (c.flag('adaptive')) return (F.adaptiveMaxPool2d(x, size) as { tensor: Tensor }).tensor;
  const options = {
    stride: c.numbers('strides'),
    padding: c.numbers('paddings'),
    ceilMode: c.flag('ceil_mode'),
  };
  return (F.maxPool2d(x, size, options) as { tensor: Tensor }).tensor;
}

/** As for prediction: with the statistics that the program has. */
function batchNorm(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const channels = dataFormat(c).endsWith('C') ? x.rank - 1 : 1;
  const along = (v: Tensor): Tensor =>
    ops.reshape(
      v,
      x.shape.map((_, axis) => (axis === channels ? v.size : 1)),
    );
  const [mean, variance] = [c.tensor('Mean', 1), c.tensor('Variance', 2)];
  const [weight, bias] = [c.optional('Scale', 3), c.optional('Bias', 4)];
  const inverse = ops.rsqrt(ops.add(variance, c.number('epsilon', 1e-5)));
  const factor = weight ? ops.mul(inverse, weight) : inverse;
  const offset = ops.neg(ops.mul(mean, factor));
  const moved = bias ? ops.add(offset, bias) : offset;
  return ops.add(ops.mul(x, along(factor)), along(moved));
}

function layerNorm(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const first = c.number('begin_norm_axis', 1);
  const shape = x.shape.slice(first);
  const shaped = (v: Tensor | null): Tensor | null => v && ops.reshape(v, shape);
  return F.layerNorm(x, shape, {
    weight: shaped(c.optional('Scale', 1)),
    bias: shaped(c.optional('Bias', 2)),
    epsilon: c.number('epsilon', 1e-5),
  }).tensor;
}

/** Each channel by its own mean and deviation. */
function instanceNorm(c: OperationCall): Tensor {
  return F.instanceNorm(c.tensor('X', 0), {
    weight: c.optional('Scale', 1),
    bias: c.optional('Bias', 2),
    eps: c.number('epsilon', 1e-5),
  }).tensor;
}

function pad(c: OperationCall): Tensor {
  return F.pad(c.tensor('X', 0), c.sizes('paddings', ['Paddings'], 1), {
    mode: c.text('mode', 'constant'),
    value: c.number('value', c.number('pad_value', 0)),
    dataFormat: c.text('data_format', 'NCDHW'),
  }).tensor;
}

function interpolate(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const format = dataFormat(c);
  const given = [...c.list('SizeTensor', 2), ...c.list('OutSize', 1)];
  const wanted = given.length > 0 ? c.sizes('out_size', ['SizeTensor', 'OutSize'], 1) : [];
  const sides = format === 'NCHW' ? x.shape.slice(2) : x.shape.slice(1, 3);
  const scale = c.numbers('scale', []);
  const [height, width] = [c.number('out_h', -1), c.number('out_w', -1)];
  let size = wanted.length === 2 ? wanted : [height, width];
  if (size.some((side) => side <= 0)) {
    if (scale.length === 0) c.fail('neither a size nor a scale is known');
    size = sides.map((side, axis) => Math.floor(side * (scale[axis] ?? scale[0])));
  }
  return F.interpolate(x, {
    size,
    mode: c.text('interp_method', 'nearest'),
    alignCorners: c.flag('align_corners'),
    alignMode: c.number('align_mode', 0),
    dataFormat: format,
  }).tensor;
}

/** Convolution, pooling, normalisation and what else looks at neighbours, under the names of both formats. */
export const windowOperations: Readonly<Record<string, Operation>> = {
  conv2d: conv2d,
  depthwise_conv2d: conv2d,
  conv2d_transpose: conv2dTranspose,
  depthwise_conv2d_transpose: conv2dTranspose,
  pool2d,
  max_pool2d_with_index: maxPoolWithIndex,
  batch_norm: batchNorm,
  sync_batch_norm: batchNorm,
  layer_norm: layerNorm,
  instance_norm: instanceNorm,
  pad3d: pad,
  nearest_interp: interpolate,
  nearest_interp_v2: interpolate,
  bilinear_interp: interpolate,
  bilinear_interp_v2: interpolate,
  bicubic_interp: interpolate,
  bicubic_interp_v2: interpolate,
};
