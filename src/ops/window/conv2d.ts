import { unaryResult } from '../../autograd/index.ts';
import type { ConvAttributes } from '../../backends/kernels.ts';
import { run } from '../../backends/registry.ts';
import {
  DTypeError,
  dtypes,
  formatShape,
  isDifferentiable,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { rowMajor } from '../copy.ts';
import { cast } from '../elementwise/cast.ts';
import { commonType } from '../elementwise/elementwise.ts';
import { biasTensor, type EpilogueOptions } from '../linear/epilogue.ts';
import { activationFormula, beforeActivation } from '../linear/fused-activation.ts';
import { sumTo } from '../reduce/contract.ts';
import { emptyTensor } from '../result.ts';
import { asTensors, type TensorLike } from '../tensor-like.ts';
import { type WindowOptions, windowAttributes, windowGeometry } from './geometry.ts';

/** Options of convolutions. */
export interface ConvOptions extends WindowOptions, EpilogueOptions {
  /** Groups of channels that do not see each other; the filter has C / groups input channels. */
  readonly groups?: number;
}

/** How the three products of a convolution step over the image. */
export type ConvGeometry = Omit<ConvAttributes, 'activation'>;

/** Floating-point operands of one type. */
export function convOperands(op: string, ...operands: readonly TensorLike[]): Tensor[] {
  const tensors = asTensors(op, operands);
  const common = commonType(tensors);
  const { kind } = dtypes[common];
  if (kind === 'complex') throw new DTypeError(`${op}: complex64 is not taken`);
  return tensors.map((x) => cast(x, kind === 'float' ? common : 'float32'));
}

/** Checks that the channels of input and filter fit: filter is [.., channels / groups, filters]. */
export function checkChannels(
  op: string,
  input: Shape,
  filter: Shape,
  axes: number,
  groups: number,
): void {
  const shapes = `(input ${formatShape(input)}, filter ${formatShape(filter)})`;
  if (input.length !== axes + 2 || filter.length !== axes + 2) {
    throw new ShapeError(
      `${op}: expected an input of rank ${axes + 2} [batch, .., channels] and a filter of rank ` +
        `${axes + 2} [.., channels, filters] ${shapes}`,
    );
  }
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ValueError(`${op}: groups must be a whole number >= 1, received ${groups}`);
  }
  const [channels, filterChannels, filters] = [input.at(-1), filter.at(-2), filter.at(-1)];
  if (channels !== (filterChannels as number) * groups) {
    throw new ShapeError(
      `${op}: input has ${channels} channels but the filter expects ` +
        `${(filterChannels as number) * groups}${groups > 1 ? ` in ${groups} groups` : ''} ${shapes}`,
    );
  }
  if ((filters as number) % groups !== 0) {
    throw new ShapeError(
      `${op}: ${filters} filters cannot be split into ${groups} groups ${shapes}`,
    );
  }
}

/**
 * The convolution (cross-correlation) of images [batch, height, width, channels] with filters
 * [height, width, channels / groups, filters]; bias and activation are applied by the same kernel.
 * @example conv2d(images, filters, { padding: 'same', bias, activation: 'relu' });
 */
export function conv2d(x: TensorLike, filter: TensorLike, options: ConvOptions = {}): Tensor {
  const [image, weights] = convOperands('conv2d', x, filter);
  const { groups = 1 } = options;
  checkChannels('conv2d', image.shape, weights.shape, 2, groups);
  const geometry = windowGeometry(
    'conv2d',
    image.shape.slice(1, 3),
    weights.shape.slice(0, 2),
    options,
  );
  const attributes = { ...windowAttributes(geometry), groups };
  return convolve('conv2d', image, weights, geometry.output, attributes, options);
}

/** `conv2d` of checked operands with a known output size. */
export function convolve(
  op: string,
  image: Tensor,
  filter: Tensor,
  output: readonly number[],
  geometry: ConvGeometry,
  { bias, activation }: EpilogueOptions = {},
): Tensor {
  const filters = filter.shape[3];
  const offset = biasTensor(op, bias, filters, image.dtype);
  const formula = activationFormula(op, activation);
  const inputs = offset ? [image, filter, offset] : [image, filter];
  const forward = (): Tensor => {
    const y = emptyTensor([image.shape[0], ...output, filters], image.dtype);
    // Kernels are fast for dense memory alone; a copy costs little beside a convolution.
    run('conv2d', inputs.map(rowMajor), [y], { ...geometry, activation: formula });
    return y;
  };
  const result: Tensor = unaryResult(op, inputs, forward, {
    attributes: { ...geometry, activation: activation ?? null },
    backward: isDifferentiable(image.dtype)
      ? (gradient, [needImage, needFilter, needBias]) => {
          const g = beforeActivation(activation, gradient, result);
          return [
            needImage ? conv2dInputGrad(g, filter, image.shape, geometry) : null,
            needFilter ? conv2dFilterGrad(image, g, filter.shape, geometry) : null,
            needBias ? sumTo(g, [filters]) : null,
          ];
        }
      : undefined,
  });
  return result;
}

/** The gradient of a convolution with respect to its image: also the transposed convolution. */
export function conv2dInputGrad(
  dy: Tensor,
  filter: Tensor,
  imageShape: Shape,
  geometry: ConvGeometry,
): Tensor {
  const forward = (): Tensor => {
    const dx = emptyTensor(imageShape, dy.dtype);
    const dense = [rowMajor(dy), rowMajor(filter)];
    run('conv2dInputGrad', dense, [dx], { ...geometry, activation: null });
    return dx;
  };
  return unaryResult('conv2dInputGrad', [dy, filter], forward, {
    attributes: { ...geometry },
    backward: (gradient, [needDy, needFilter]) => [
      needDy ? convolve('conv2d', gradient, filter, dy.shape.slice(1, 3), geometry) : null,
      needFilter ? conv2dFilterGrad(gradient, dy, filter.shape, geometry) : null,
    ],
  });
}

/** The gradient of a convolution with respect to its filter. */
export function conv2dFilterGrad(
  image: Tensor,
  dy: Tensor,
  filterShape: Shape,
  geometry: ConvGeometry,
): Tensor {
  const forward = (): Tensor => {
    const dFilter = emptyTensor(filterShape, dy.dtype);
    const dense = [rowMajor(image), rowMajor(dy)];
    run('conv2dFilterGrad', dense, [dFilter], { ...geometry, activation: null });
    return dFilter;
  };
  return unaryResult('conv2dFilterGrad', [image, dy], forward, {
    attributes: { ...geometry },
    backward: (gradient, [needImage, needDy]) => [
      needImage ? conv2dInputGrad(dy, gradient, image.shape, geometry) : null,
      needDy ? convolve('conv2d', image, gradient, dy.shape.slice(1, 3), geometry) : null,
    ],
  });
}
