import { operation } from '../../autograd/index.ts';
import { run } from '../../backends/registry.ts';
import {
  formatShape,
  isDifferentiable,
  normalizeAxis,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { zeros } from '../create.ts';
import { scatterElements } from '../indexing/along-axis.ts';
import { emptyTensor } from '../result.ts';
import { reshape } from '../shape/reshape.ts';
import { narrow } from '../shape/slice.ts';
import { swapAxes } from '../shape/transpose.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';

/** Options of sorting. */
export interface SortOptions {
  /** Largest first. */
  readonly descending?: boolean;
}

/** Sorted values and their indices (int32) along the last axis. */
function sortLast(x: Tensor, descending: boolean): readonly [Tensor, Tensor] {
  const last = x.rank - 1;
  const forward = (): Tensor[] => {
    const values = emptyTensor(x.shape, x.dtype);
    const indices = emptyTensor(x.shape, 'int32');
    run('sort', [x], [values, indices], { descending });
    return [values, indices];
  };
  const results = operation('sort', [x], forward, {
    attributes: { descending },
    backward: isDifferentiable(x.dtype)
      ? ([gradient]) => {
          if (!gradient) return [null];
          const none = zeros(x.shape, { dtype: x.dtype });
          return [scatterElements('add', none, results[1], gradient, last)];
        }
      : undefined,
  });
  return [results[0], results[1]];
}

function sorted(
  op: string,
  x: TensorLike,
  axis: number | null,
  descending: boolean,
): readonly [Tensor, Tensor] {
  const given = asTensor(op, x);
  if (axis === null || given.rank === 0) {
    const [values, indices] = sortLast(reshape(given, [-1]), descending);
    return given.rank === 0 ? [reshape(values, []), reshape(indices, [])] : [values, indices];
  }
  const at = normalizeAxis(op, axis, given.rank);
  const [values, indices] = sortLast(swapAxes(given, at, -1), descending);
  return [swapAxes(values, at, -1), swapAxes(indices, at, -1)];
}

/**
 * The elements in ascending order along an axis; null sorts all of them. Stable; NaN comes last
 * (first when descending).
 */
export function sort(
  x: TensorLike,
  axis: number | null = -1,
  { descending = false }: SortOptions = {},
): Tensor {
  return sorted('sort', x, axis, descending)[0];
}

/** The indices (int32) that sort the elements along an axis; equal ones keep their order. */
export function argsort(
  x: TensorLike,
  axis: number | null = -1,
  { descending = false }: SortOptions = {},
): Tensor {
  return sorted('argsort', x, axis, descending)[1].detach();
}

/**
 * The k largest elements along the last axis, largest first, with their indices (int32). Of equal
 * elements the first comes first.
 * @example const { values, indices } = topK(probabilities, 5);
 */
export function topK(x: TensorLike, k = 1): { values: Tensor; indices: Tensor } {
  const tensor = asTensor('topK', x);
  const size = tensor.shape.at(-1) ?? 0;
  if (!Number.isInteger(k) || k < 0 || k > size) {
    throw new ValueError(
      `topK: k must be a whole number up to ${size}, the last size of ${formatShape(tensor.shape)}, ` +
        `received ${k}`,
    );
  }
  const [values, indices] = sortLast(tensor, true);
  return { values: narrow(values, -1, 0, k), indices: narrow(indices.detach(), -1, 0, k) };
}
