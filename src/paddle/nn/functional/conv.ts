// Convolutions and transposed convolutions.
import * as ops from '../../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  ShapeError,
  ValueError,
} from '../../../tensor/index.ts';
import { checkTypes } from '../../operands.ts';
import { define } from '../../signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';
import {
  channelsFirst,
  checkRank,
  fromChannelsLast,
  type PaddingLike,
  paddingPairs,
  perSpatial,
  toChannelsLast,
} from './layout.ts';

/** A number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[];

const kernels = [ops.conv1d, ops.conv2d, ops.conv3d] as const;
const transposedKernels = [ops.conv1dTranspose, ops.conv2dTranspose, ops.conv3dTranspose] as const;

/** A filter [O, I, ..] as the kernels want it: [.., I, O]. */
const filterLast = (weight: CoreTensor): CoreTensor =>
  ops.transpose(weight, [...weight.shape.map((_, axis) => axis).slice(2), 1, 0]);

interface Convolution {
  readonly x: TensorLike;
  readonly weight: TensorLike;
  readonly bias: TensorLike | undefined;
  readonly stride: PerAxis;
  readonly padding: PaddingLike;
  readonly dilation: PerAxis;
  readonly groups: number;
  readonly dataFormat: string;
}

/** What all convolutions begin with: a checked input, its channels last. */
function prepare(op: string, spatial: 1 | 2 | 3, options: Convolution) {
  const [x, weight] = [unwrap(op, options.x), unwrap(op, options.weight)];
  checkTypes(op, x, weight);
  checkRank(op, x, spatial, options.dataFormat);
  const first = channelsFirst(op, options.dataFormat);
  const channels = x.shape[first ? 1 : x.rank - 1];
  const bias = options.bias === undefined ? null : unwrap(op, options.bias);
  return { x, weight, bias, first, channels, image: toChannelsLast(x, first) };
}

function convolve(op: string, spatial: 1 | 2 | 3, options: Convolution): Tensor {
  const { x, weight, bias, first, channels, image } = prepare(op, spatial, options);
  if (weight.rank !== spatial + 2 || weight.shape[1] * options.groups !== channels) {
    throw new ShapeError(
      `${op}: expected a weight [filters, ${channels / options.groups} channels, ..] of rank ` +
        `${spatial + 2} for an input ${formatShape(x.shape)} (${options.dataFormat}, groups ` +
        `${options.groups}), received ${formatShape(weight.shape)}`,
    );
  }
  const windows = {
    input: image.shape.slice(1, -1),
    size: weight.shape.slice(2),
    strides: perSpatial(op, 'stride', options.stride, spatial),
  };
  const same = typeof options.padding === 'string' && options.padding.toUpperCase() === 'SAME';
  const result = kernels[spatial - 1](image, filterLast(weight), {
    strides: windows.strides,
    padding: paddingPairs(op, options.padding, first, windows),
    // Paddle's rule: with 'SAME' the dilation does not count.
    dilation: same ? 1 : perSpatial(op, 'dilation', options.dilation, spatial),
    groups: options.groups,
    bias,
  });
  return wrap(fromChannelsLast(result, first));
}

const convolutionFunction = (name: string, spatial: 1 | 2 | 3, format: string) =>
  define(
    name,
    ['x', 'weight'],
    ['bias', 'stride', 'padding', 'dilation', 'groups', 'dataFormat'],
    (
      x: TensorLike,
      weight: TensorLike,
      bias?: TensorLike,
      stride: PerAxis = 1,
      padding: PaddingLike = 0,
      dilation: PerAxis = 1,
      groups: number = 1,
      dataFormat: string = format,
    ) =>
      convolve(name, spatial, { x, weight, bias, stride, padding, dilation, groups, dataFormat }),
  );

/** The convolution of series [N, C, L] with a weight [O, C / groups, k]. */
export const conv1d = convolutionFunction('conv1d', 1, 'NCL');
/** The convolution of images [N, C, H, W] with a weight [O, C / groups, h, w]. */
export const conv2d = convolutionFunction('conv2d', 2, 'NCHW');
/** The convolution of volumes [N, C, D, H, W] with a weight [O, C / groups, d, h, w]. */
export const conv3d = convolutionFunction('conv3d', 3, 'NCDHW');

interface TransposedConvolution extends Convolution {
  readonly outputPadding: PerAxis;
  readonly outputSize: PerAxis | undefined;
}

function convolveTransposed(
  op: string,
  spatial: 1 | 2 | 3,
  options: TransposedConvolution,
): Tensor {
  const { x, weight, bias, first, channels, image } = prepare(op, spatial, options);
  if (weight.rank !== spatial + 2 || weight.shape[0] !== channels) {
    throw new ShapeError(
      `${op}: expected a weight [${channels} channels, filters / groups, ..] of rank ${spatial + 2} ` +
        `for an input ${formatShape(x.shape)} (${options.dataFormat}), received ${formatShape(weight.shape)}`,
    );
  }
  const size = weight.shape.slice(2);
  const strides = perSpatial(op, 'stride', options.stride, spatial);
  const dilation = perSpatial(op, 'dilation', options.dilation, spatial);
  const padding = paddingPairs(op, options.padding, first, {
    input: image.shape.slice(1, -1),
    size,
    strides,
  });
  const plain = size.map((n, i) => {
    const [before, after] = padding[i];
    return (image.shape[i + 1] - 1) * strides[i] - before - after + dilation[i] * (n - 1) + 1;
  });
  const outputPadding =
    options.outputSize === undefined
      ? perSpatial(op, 'outputPadding', options.outputPadding, spatial)
      : perSpatial(op, 'outputSize', options.outputSize, spatial).map((n, i) => n - plain[i]);
  if (outputPadding.some((n, i) => n < 0 || (n > 0 && n >= Math.max(strides[i], dilation[i])))) {
    throw new ValueError(
      `${op}: the output may be ${formatShape(plain)} or less than a stride larger, received ` +
        `${formatShape(plain.map((n, i) => n + outputPadding[i]))}`,
    );
  }
  const result = transposedKernels[spatial - 1](image, filterLast(weight), {
    strides,
    padding,
    dilation,
    outputPadding,
    groups: options.groups,
    bias,
  });
  return wrap(fromChannelsLast(result, first));
}

/** For series and volumes; that of images has `dilation` before `groups`. */
const transposedFunction = (name: string, spatial: 1 | 3, format: string) =>
  define(
    name,
    ['x', 'weight'],
    [
      ...(['bias', 'stride', 'padding', 'outputPadding', 'groups', 'dilation'] as const),
      ...(['outputSize', 'dataFormat'] as const),
    ],
    (
      x: TensorLike,
      weight: TensorLike,
      bias?: TensorLike,
      stride: PerAxis = 1,
      padding: PaddingLike = 0,
      outputPadding: PerAxis = 0,
      groups: number = 1,
      dilation: PerAxis = 1,
      outputSize?: PerAxis,
      dataFormat: string = format,
    ) =>
      convolveTransposed(name, spatial, {
        ...{ x, weight, bias, stride, padding, dilation, groups, dataFormat },
        ...{ outputPadding, outputSize },
      }),
  );

/** The transposed convolution of series [N, C, L] with a weight [C, O / groups, k]. */
export const conv1dTranspose = transposedFunction('conv1dTranspose', 1, 'NCL');
/** The transposed convolution of volumes [N, C, D, H, W] with a weight [C, O / groups, d, h, w]. */
export const conv3dTranspose = transposedFunction('conv3dTranspose', 3, 'NCDHW');

/** The transposed convolution of images [N, C, H, W] with a weight [C, O / groups, h, w]. */
export const conv2dTranspose = define(
  'conv2dTranspose',
  ['x', 'weight'],
  [
    ...(['bias', 'stride', 'padding', 'outputPadding', 'dilation', 'groups'] as const),
    ...(['outputSize', 'dataFormat'] as const),
  ],
  (
    x: TensorLike,
    weight: TensorLike,
    bias?: TensorLike,
    stride: PerAxis = 1,
    padding: PaddingLike = 0,
    outputPadding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: number = 1,
    outputSize?: PerAxis,
    dataFormat: string = 'NCHW',
  ) =>
    convolveTransposed('conv2dTranspose', 2, {
      ...{ x, weight, bias, stride, padding, dilation, groups, dataFormat },
      ...{ outputPadding, outputSize },
    }),
);
