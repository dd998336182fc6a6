import { unaryResult } from '../../autograd/index.ts';
import { run } from '../../backends/registry.ts';
import {
  formatShape,
  isDifferentiable,
  normalizeAxis,
  type Shape,
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
import { rememberOccurrences } from './occurrences.ts';

/** The axis that indices count along; the first by default. */
export interface AxisOption {
  readonly axis?: number;
}

const shapeOfGather = (x: Shape, indices: Shape, axis: number): number[] => [
  ...x.slice(0, axis),
  ...indices,
  ...x.slice(axis + 1),
];

/**
 * The elements at the indices along an axis: x [outer.., n, inner..] and indices of any shape I
 * give [outer.., I.., inner..]. Negative indices count from the end; one out of range is a
 * ValueError.
 * @example gather(weights, wordIndices);
 */
export function gather(x: TensorLike, indices: Indices, { axis = 0 }: AxisOption = {}): Tensor {
  const tensor = asTensor('gather', x);
  const at = normalizeAxis('gather', axis, tensor.rank);
  return gatherChecked(tensor, kernelIndices('gather', indices, tensor.shape[at], tensor), at);
}

function gatherChecked(x: Tensor, indices: Tensor, axis: number): Tensor {
  const forward = (): Tensor => {
    const y = emptyTensor(shapeOfGather(x.shape, indices.shape, axis), x.dtype);
    run('gather', [x, indices], [y], { axis });
    return y;
  };
  return unaryResult('gather', [x, indices], forward, {
    attributes: { axis },
    backward: isDifferentiable(x.dtype)
      ? (gradient) => {
          const sum = scatterZeros(gradient, indices, x.shape, axis);
          if (axis === 0) rememberOccurrences(sum, { updates: gradient, indices });
          return [sum, null];
        }
      : undefined,
  });
}

/** Zeros with the updates added at the indices: the adjoint of gather. */
function scatterZeros(updates: Tensor, indices: Tensor, shape: Shape, axis: number): Tensor {
  const forward = (): Tensor => {
    const result = zeros(shape, { dtype: updates.dtype });
    run('scatter', [updates, indices], [result], { axis, mode: 'add' });
    return result;
  };
  return unaryResult('scatterAdd', [updates, indices], forward, {
    attributes: { axis },
    backward: (gradient) => [gatherChecked(gradient, indices, axis), null],
  });
}

interface ScatterOperands {
  readonly tensor: Tensor;
  readonly rows: Tensor;
  readonly added: Tensor;
  readonly at: number;
}

function scatterOperands(
  op: string,
  x: TensorLike,
  indices: Indices,
  updates: TensorLike,
  axis: number,
): ScatterOperands {
  const tensor = asTensor(op, x);
  const at = normalizeAxis(op, axis, tensor.rank);
  const rows = kernelIndices(op, indices, tensor.shape[at], tensor);
  const given = cast(asTensorBeside(op, updates, tensor), tensor.dtype);
  const shape = shapeOfGather(tensor.shape, rows.shape, at);
  if (given.rank > shape.length) {
    throw new ShapeError(
      `${op}: updates of shape ${formatShape(given.shape)} do not fit indices of shape ` +
        `${formatShape(rows.shape)} along axis ${at} of ${formatShape(tensor.shape)}: expected ` +
        formatShape(shape),
    );
  }
  return { tensor, rows, added: broadcastTo(given, shape), at };
}

/**
 * A copy of x with the updates added at the indices along an axis; an index may occur several
 * times.
 */
export function scatterAdd(
  x: TensorLike,
  indices: Indices,
  updates: TensorLike,
  { axis = 0 }: AxisOption = {},
): Tensor {
  const { tensor, rows, added, at } = scatterOperands('scatterAdd', x, indices, updates, axis);
  const forward = (): Tensor => {
    const result = identityKernel(tensor, tensor.dtype);
    run('scatter', [added, rows], [result], { axis: at, mode: 'add' });
    return result;
  };
  return unaryResult('scatterAdd', [tensor, rows, added], forward, {
    attributes: { axis: at },
    backward: isDifferentiable(tensor.dtype)
      ? (gradient, [, , needUpdates]) => [
          gradient,
          null,
          needUpdates ? gatherChecked(gradient, rows, at) : null,
        ]
      : undefined,
  });
}

/**
 * A copy of x with the elements at the indices along an axis replaced by the updates. Where an
 * index occurs several times the last update stays, and the gradient of the others is not defined.
 */
export function scatterSet(
  x: TensorLike,
  indices: Indices,
  updates: TensorLike,
  { axis = 0 }: AxisOption = {},
): Tensor {
  const { tensor, rows, added, at } = scatterOperands('scatterSet', x, indices, updates, axis);
  const replace = (from: Tensor, by: Tensor): Tensor => {
    const result = identityKernel(from, from.dtype);
    run('scatter', [by, rows], [result], { axis: at, mode: 'set' });
    return result;
  };
  return unaryResult('scatterSet', [tensor, rows, added], () => replace(tensor, added), {
    attributes: { axis: at },
    backward: isDifferentiable(tensor.dtype)
      ? (gradient, [needX, , needUpdates]) => [
          needX ? scatterSet(gradient, rows, 0, { axis: at }) : null,
          null,
          needUpdates ? gatherChecked(gradient, rows, at) : null,
        ]
      : undefined,
  });
}

/**
 * The rows of a table at integer indices: weights [rows, width] and indices of any shape I give
 * [I.., width].
 */
export function embedding(indices: Indices, weights: TensorLike): Tensor {
  const table = asTensor('embedding', weights);
  if (table.rank !== 2) {
    throw new ShapeError(
      `embedding: weights must have shape [rows, width], received ${formatShape(table.shape)}`,
    );
  }
  return gatherChecked(table, kernelIndices('embedding', indices, table.shape[0], table), 0);
}
