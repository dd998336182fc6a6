import { unaryResult } from '../../autograd/index.ts';
import type { ScatterAttributes } from '../../backends/kernels.ts';
import { run } from '../../backends/registry.ts';
import {
  broadcastShapes,
  formatShape,
  isDifferentiable,
  normalizeAxis,
  ShapeError,
  type Tensor,
} from '../../tensor/index.ts';
import { identityKernel } from '../copy.ts';
import { zeros } from '../create.ts';
import { cast } from '../elementwise/cast.ts';
import { emptyTensor } from '../result.ts';
import { broadcastTo } from '../shape/broadcast-to.ts';
import { asTensor, asTensorBeside, type TensorLike } from '../tensor-like.ts';
import { type Indices, kernelIndices } from './indices.ts';

/**
 * For each place of the indices the element of x at that index along an axis, as
 * `numpy.take_along_axis`: the shapes agree or stretch, but for that axis.
 * @example takeAlongAxis(x, argsort(x), -1);
 */
export function takeAlongAxis(x: TensorLike, indices: Indices, axis = -1): Tensor {
  const tensor = asTensor('takeAlongAxis', x);
  const at = normalizeAxis('takeAlongAxis', axis, tensor.rank);
  const places = kernelIndices('takeAlongAxis', indices, tensor.shape[at], tensor);
  const [source, where] = fitAlongAxis('takeAlongAxis', tensor, places, at);
  return gatherElements(source, where, at);
}

function fitAlongAxis(op: string, x: Tensor, indices: Tensor, axis: number): [Tensor, Tensor] {
  if (indices.rank !== x.rank) {
    throw new ShapeError(
      `${op}: indices must have rank ${x.rank}, as the tensor ${formatShape(x.shape)}, received ` +
        formatShape(indices.shape),
    );
  }
  const others = broadcastShapes(op, x.shape.with(axis, 1), indices.shape.with(axis, 1));
  return [
    broadcastTo(x, others.with(axis, x.shape[axis])),
    broadcastTo(indices, others.with(axis, indices.shape[axis])),
  ];
}

/** `takeAlongAxis` of operands that fit. */
export function gatherElements(x: Tensor, indices: Tensor, axis: number): Tensor {
  const forward = (): Tensor => {
    const y = emptyTensor(indices.shape, x.dtype);
    run('gatherElements', [x, indices], [y], { axis });
    return y;
  };
  return unaryResult('takeAlongAxis', [x, indices], forward, {
    attributes: { axis },
    backward: isDifferentiable(x.dtype)
      ? (gradient) => {
          const none = zeros(x.shape, { dtype: x.dtype });
          return [scatterElements('add', none, indices, gradient, axis), null];
        }
      : undefined,
  });
}

/**
 * A copy of x in which the updates are added or put at one index each along an axis; operands that
 * fit.
 */
export function scatterElements(
  mode: ScatterAttributes['mode'],
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  axis: number,
): Tensor {
  const forward = (): Tensor => {
    const result = identityKernel(x, x.dtype);
    run('scatterElements', [updates, indices], [result], { axis, mode });
    return result;
  };
  return unaryResult('putAlongAxis', [x, indices, updates], forward, {
    attributes: { axis, mode },
    backward: isDifferentiable(x.dtype)
      ? (gradient, [needX, , needUpdates]) => [
          needX ? restOf(mode, gradient, indices, updates, axis) : null,
          null,
          needUpdates ? gatherElements(gradient, indices, axis) : null,
        ]
      : undefined,
  });
}

function restOf(
  mode: ScatterAttributes['mode'],
  gradient: Tensor,
  indices: Tensor,
  updates: Tensor,
  axis: number,
): Tensor {
  if (mode === 'add') return gradient;
  const none = zeros(updates.shape, { dtype: gradient.dtype });
  return scatterElements('set', gradient, indices, none, axis);
}

/**
 * A copy of x with values put (or, with mode 'add', added) at one index for each place along an
 * axis, as `numpy.put_along_axis`.
 */
export function putAlongAxis(
  x: TensorLike,
  indices: Indices,
  values: TensorLike,
  axis = -1,
  { mode = 'set' }: { readonly mode?: ScatterAttributes['mode'] } = {},
): Tensor {
  const tensor = asTensor('putAlongAxis', x);
  const at = normalizeAxis('putAlongAxis', axis, tensor.rank);
  const places = kernelIndices('putAlongAxis', indices, tensor.shape[at], tensor);
  const shape = tensor.shape.with(at, places.shape[at] ?? 0);
  if (places.rank !== tensor.rank) fitAlongAxis('putAlongAxis', tensor, places, at);
  const where = broadcastTo(places, shape);
  const updates = broadcastTo(
    cast(asTensorBeside('putAlongAxis', values, tensor), tensor.dtype),
    shape,
  );
  return scatterElements(mode, tensor, where, updates, at);
}
