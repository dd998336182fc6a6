import { input, substitute } from '../../expr/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../../tensor/index.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { biasTensor, type EpilogueOptions } from '../linear/epilogue.ts';
import { activationFormula } from '../linear/fused-activation.ts';
import { expandDims, reshape, squeeze } from '../shape/reshape.ts';
import { narrow } from '../shape/slice.ts';
import type { TensorLike } from '../tensor-like.ts';
import { conv2dInputGrad, convOperands } from './conv2d.ts';
import { flatFilter } from './conv3d.ts';
import { channelsToDepth } from './depth.ts';
import { type Padding, type PerAxis, perAxis, reachOf } from './geometry.ts';

/** Options of transposed convolutions. */
export interface ConvTransposeOptions extends EpilogueOptions {
  readonly strides?: PerAxis;
  /**
   * Cells cut off the result: 'valid' none, 'same' so many that it has stride times the input's
   * size, or explicit ones.
   */
  readonly padding?: Padding;
  /**
   * Cells added behind the result, as Keras (for names of padding) or PyTorch and Paddle (for
   * numbers) count them.
   */
  readonly outputPadding?: PerAxis | null;
  readonly dilation?: PerAxis;
  readonly groups?: number;
}

/** How a transposed convolution lays its windows onto the result. */
interface Layout {
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly output: readonly number[];
  /** Cells cut off [before, after]. */
  readonly crop: readonly (readonly [number, number])[];
}

function layOut(
  op: string,
  size: readonly number[],
  window: readonly number[],
  { strides = 1, padding = 'valid', outputPadding, dilation = 1 }: ConvTransposeOptions,
): Layout {
  const axes = size.length;
  const steps = perAxis(op, 'strides', strides, axes);
  const gaps = perAxis(op, 'dilation', dilation, axes);
  const extra =
    outputPadding === undefined || outputPadding === null
      ? null
      : perAxis(op, 'outputPadding', outputPadding, axes, 0);
  const explicit = typeof padding === 'number' ? size.map(() => padding) : padding;
  const output: number[] = [];
  const crop = size.map((n, i): readonly [number, number] => {
    const [step, reach] = [steps[i], reachOf(window[i], gaps[i])];
    const whole = (n - 1) * step + reach;
    let before = 0;
    if (explicit === 'valid') {
      output.push(whole + (extra?.[i] ?? Math.max(reach, step) - reach));
    } else if (explicit === 'same') {
      // Keras' rule: n * stride cells, or (n - 1) * stride + (1 for odd windows) + outputPadding.
      output.push(extra ? (n - 1) * step + (reach % 2) + extra[i] : n * step);
      const around = extra ? reach + (reach % 2) - 2 + extra[i] : step + reach - 2;
      before = reach - 1 - Math.min(Math.ceil(around / 2), reach - 1);
    } else {
      const side = explicit[i];
      const [first, last] = typeof side === 'number' ? [side, side] : (side ?? [Number.NaN, 0]);
      if (![first, last].every((p) => Number.isInteger(p) && p >= 0)) {
        throw new ValueError(
          `${op}: padding ${JSON.stringify(padding)} is not one for ${axes} axes`,
        );
      }
      before = first;
      output.push(whole - first - last + (extra?.[i] ?? 0));
    }
    return [before, Math.max(0, whole - output[i] - before)];
  });
  if (output.some((n) => n < 1)) {
    throw new ShapeError(`${op}: padding cuts off all of the result: ${formatShape(output)}`);
  }
  return { strides: steps, dilation: gaps, output, crop };
}

function checkTranspose(op: string, x: Tensor, filter: Tensor, axes: number, groups: number): void {
  const channels = x.shape.at(-1) as number;
  const fits = filter.rank === axes + 2 && x.rank === axes + 2 && filter.shape.at(-1) === channels;
  if (!fits || channels % groups !== 0) {
    throw new ShapeError(
      `${op}: expected an input [batch, .., channels] and a filter [.., filters / groups, channels] of ` +
        `rank ${axes + 2} with equal channels${groups > 1 ? `, a multiple of ${groups},` : ''}; ` +
        `received ${formatShape(x.shape)} and ${formatShape(filter.shape)}`,
    );
  }
}

/** Bias and activation as a step of their own. */
function withEpilogue(op: string, x: Tensor, { bias, activation }: EpilogueOptions): Tensor {
  const formula = activationFormula(op, activation);
  const offset = biasTensor(op, bias, x.shape.at(-1) as number, x.dtype);
  if (!offset) return formula ? elementwise(activation as string, formula, [x]) : x;
  const shifted = input(0).add(input(1));
  return elementwise(op, formula ? substitute(formula, [shifted]) : shifted, [x, offset]);
}

const pair = (list: readonly number[]): readonly [number, number] => [list[0], list[1]];

/**
 * The transposed convolution: each cell of images [batch, height, width, channels] lays a filter
 * [height, width, filters / groups, channels] onto the result, whose size follows Keras' rules.
 * @example conv2dTranspose(images, filters, { strides: 2, padding: 'same' });
 */
export function conv2dTranspose(
  x: TensorLike,
  filter: TensorLike,
  options: ConvTransposeOptions = {},
): Tensor {
  const [image, weights] = convOperands('conv2dTranspose', x, filter);
  const { groups = 1 } = options;
  checkTranspose('conv2dTranspose', image, weights, 2, groups);
  const layout = layOut(
    'conv2dTranspose',
    image.shape.slice(1, 3),
    weights.shape.slice(0, 2),
    options,
  );
  const shape = [image.shape[0], ...layout.output, weights.shape[2] * groups];
  const result = conv2dInputGrad(image, weights, shape, {
    strides: pair(layout.strides),
    dilation: pair(layout.dilation),
    padding: [layout.crop[0], layout.crop[1]],
    groups,
  });
  return withEpilogue('conv2dTranspose', result, options);
}

/**
 * The transposed convolution of series [batch, steps, channels] with filters [steps, filters /
 * groups, channels].
 */
export function conv1dTranspose(
  x: TensorLike,
  filter: TensorLike,
  options: ConvTransposeOptions = {},
): Tensor {
  const [series, weights] = convOperands('conv1dTranspose', x, filter);
  const { groups = 1 } = options;
  checkTranspose('conv1dTranspose', series, weights, 1, groups);
  const { strides, dilation, output, crop } = layOut(
    'conv1dTranspose',
    [series.shape[1]],
    [weights.shape[0]],
    options,
  );
  const shape = [series.shape[0], 1, output[0], weights.shape[1] * groups];
  const result = conv2dInputGrad(expandDims(series, 1), expandDims(weights, 0), shape, {
    strides: [1, strides[0]],
    dilation: [1, dilation[0]],
    padding: [[0, 0], crop[0]],
    groups,
  });
  return withEpilogue('conv1dTranspose', squeeze(result, 1), options);
}

/**
 * The transposed convolution of volumes [batch, depth, height, width, channels] with filters
 * [depth, height, width, filters / groups, channels].
 */
export function conv3dTranspose(
  x: TensorLike,
  filter: TensorLike,
  options: ConvTransposeOptions = {},
): Tensor {
  const [volume, weights] = convOperands('conv3dTranspose', x, filter);
  const { groups = 1 } = options;
  checkTranspose('conv3dTranspose', volume, weights, 3, groups);
  const { strides, dilation, output, crop } = layOut(
    'conv3dTranspose',
    volume.shape.slice(1, 4),
    weights.shape.slice(0, 3),
    options,
  );
  const [batch, steps, height, width, channels] = volume.shape;
  const taps = weights.shape[0];
  const images = conv2dInputGrad(
    reshape(volume, [batch * steps, height, width, channels]),
    flatFilter(weights),
    [batch * steps, output[1], output[2], taps * weights.shape[3] * groups],
    {
      strides: [strides[1], strides[2]],
      dilation: [dilation[1], dilation[2]],
      padding: [crop[1], crop[2]],
      groups,
    },
  );
  const covered = (steps - 1) * strides[0] + reachOf(taps, dilation[0]);
  const depth = Math.max(covered, crop[0][0] + output[0]);
  const [stride, dilationDepth] = [strides[0], dilation[0]];
  const deep = channelsToDepth(images, depth, {
    taps,
    stride,
    dilation: dilationDepth,
    steps,
    groups,
  });
  return withEpilogue('conv3dTranspose', narrow(deep, 1, crop[0][0], output[0]), options);
}
