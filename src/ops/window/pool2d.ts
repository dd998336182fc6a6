import { unaryResult } from '../../autograd/index.ts';
import type { PoolAttributes } from '../../backends/kernels.ts';
import { run } from '../../backends/registry.ts';
import {
  formatShape,
  isDifferentiable,
  type Shape,
  ShapeError,
  type Tensor,
} from '../../tensor/index.ts';
import { takeAlongAxis } from '../indexing/along-axis.ts';
import { argmax } from '../reduce/arg-reduce.ts';
import { asFloat } from '../reduce/statistics.ts';
import { emptyTensor } from '../result.ts';
import { pad } from '../shape/pad.ts';
import { reshape } from '../shape/reshape.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import {
  type PerAxis,
  perAxis,
  type WindowOptions,
  windowAttributes,
  windowGeometry,
} from './geometry.ts';
import { windowPatches } from './patches.ts';

/** Options of pools. */
export interface PoolOptions extends Omit<WindowOptions, 'strides'> {
  /** Step of the window; its size by default. */
  readonly strides?: PerAxis | null;
  /** Let a last window hang over the end rather than leave cells out. */
  readonly ceilMode?: boolean;
}

/** Options of average pools. */
export interface AveragePoolOptions extends PoolOptions {
  /** Count padding as cells: divide by the whole window. */
  readonly countPadding?: boolean;
}

/**
 * The largest value in each window of images [batch, height, width, channels]; padding is never
 * picked. The gradient goes to the first maximum of a window.
 * @example maxPool2d(images, 2);
 */
export function maxPool2d(x: TensorLike, size: PerAxis, options: PoolOptions = {}): Tensor {
  return pool('maxPool2d', 'max', asTensor('maxPool2d', x), size, options);
}

/**
 * The mean of each window of images [batch, height, width, channels], over the cells inside the
 * image.
 */
export function avgPool2d(x: TensorLike, size: PerAxis, options: AveragePoolOptions = {}): Tensor {
  return pool('avgPool2d', 'average', asFloat('avgPool2d', x), size, options);
}

function pool(
  name: string,
  op: PoolAttributes['op'],
  x: Tensor,
  size: PerAxis,
  { strides, ceilMode = false, countPadding = false, ...options }: AveragePoolOptions,
): Tensor {
  if (x.rank !== 4) {
    throw new ShapeError(
      `${name}: expected images of rank 4 [batch, height, width, channels], received ` +
        formatShape(x.shape),
    );
  }
  const cells = perAxis(name, 'size', size, 2);
  const geometry = windowGeometry(
    name,
    x.shape.slice(1, 3),
    cells,
    { ...options, strides: strides ?? cells },
    ceilMode,
  );
  const attributes = {
    ...windowAttributes(geometry),
    op,
    size: [cells[0], cells[1]] as const,
    countPadding,
  };
  if (!countPadding || geometry.overhang.every((n) => n === 0)) {
    return poolWith(name, x, geometry.output, attributes);
  }
  // Padding counts, what a window has beyond it does not: the padding becomes part of the image.
  const [down, right] = geometry.overhang;
  return poolWith(name, pad(x, [[0, 0], ...geometry.padding, [0, 0]]), geometry.output, {
    ...attributes,
    padding: [
      [0, down],
      [0, right],
    ],
    countPadding: false,
  });
}

function poolWith(
  name: string,
  x: Tensor,
  output: readonly number[],
  attributes: PoolAttributes,
): Tensor {
  const forward = (): Tensor => {
    const y = emptyTensor([x.shape[0], ...output, x.shape[3]], x.dtype);
    run('pool2d', [x], [y], attributes);
    return y;
  };
  return unaryResult(name, [x], forward, {
    attributes: { ...attributes },
    backward: isDifferentiable(x.dtype)
      ? (gradient) => [poolGradient(name, gradient, x, attributes)]
      : undefined,
  });
}

/** Linear in `dy`; with respect to `x` it is constant almost everywhere. */
function poolGradient(name: string, dy: Tensor, x: Tensor, attributes: PoolAttributes): Tensor {
  const forward = (): Tensor => {
    const dx = emptyTensor(x.shape, dy.dtype);
    run('pool2dGrad', [dy, x], [dx], attributes);
    return dx;
  };
  return unaryResult(`${name}Gradient`, [dy, x], forward, {
    attributes: { ...attributes },
    backward: (gradient, [needDy]) => [
      needDy ? adjoint(name, gradient, x, dy.shape, attributes) : null,
      null,
    ],
  });
}

/**
 * What the pool does to a direction in the space of images: the mean of it, or its value where x
 * has the maximum.
 */
function adjoint(
  name: string,
  direction: Tensor,
  x: Tensor,
  shape: Shape,
  attributes: PoolAttributes,
): Tensor {
  const output = shape.slice(1, 3);
  if (attributes.op === 'average') return poolWith(name, direction, output, attributes);
  const winners = argmax(
    windowPatches(x.detach(), attributes, output, Number.NEGATIVE_INFINITY),
    -1,
    { keepDims: true },
  );
  const picked = takeAlongAxis(windowPatches(direction, attributes, output, 0), winners, -1);
  return reshape(picked, shape);
}
