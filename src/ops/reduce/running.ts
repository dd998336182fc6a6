import { normalizeAxis, type Tensor } from '../../tensor/index.ts';
import { arange, full } from '../create.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { logAddExp } from '../elementwise/exponential.ts';
import { takeAlongAxis } from '../indexing/along-axis.ts';
import { concat } from '../shape/concat.ts';
import { reshape } from '../shape/reshape.ts';
import { narrow } from '../shape/slice.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { cummax, cummin } from './scan.ts';
import { asFloat } from './statistics.ts';

/** Running extremes and where they are. */
export interface RunningExtremes {
  readonly values: Tensor;
  /** int32, of the shape of the values. */
  readonly indices: Tensor;
}

function runningExtremes(
  op: string,
  scan: typeof cummax,
  x: TensorLike,
  axis?: number | null,
): RunningExtremes {
  const given = asTensor(op, x);
  const tensor = axis === undefined || axis === null ? reshape(given, [-1]) : given;
  const at = normalizeAxis(op, axis ?? 0, tensor.rank);
  const along = tensor.shape.map((n, i) => (i === at ? n : 1));
  const places = reshape(arange(tensor.shape[at]), along);
  const plain = tensor.detach();
  const records = elementwise(
    'records',
    (value, best, place) => value.eq(best).max(value.isNaN()).select(place, 0),
    [plain, scan(plain, at), places],
    { dtype: 'int32' },
  );
  const indices = cummax(records, at);
  return { values: takeAlongAxis(tensor, indices, at), indices };
}

/**
 * The largest element so far along an axis (of all elements without one) with its index, the last
 * of equal ones, which gets the gradient.
 */
export const cummaxWithIndices = (x: TensorLike, axis?: number | null): RunningExtremes =>
  runningExtremes('cummax', cummax, x, axis);

/**
 * The smallest element so far along an axis (of all elements without one) with its index, the last
 * of equal ones, which gets the gradient.
 */
export const cumminWithIndices = (x: TensorLike, axis?: number | null): RunningExtremes =>
  runningExtremes('cummin', cummin, x, axis);

/**
 * `log(cumsum(exp(x)))` along an axis, without overflow; without axis, of all elements in row-major
 * order. Solved by doubling the reach, since the largest element so far changes on the way.
 */
export function logCumSumExp(x: TensorLike, axis?: number | null): Tensor {
  const given = asFloat('logCumSumExp', x);
  const tensor = axis === undefined || axis === null ? reshape(given, [-1]) : given;
  const at = normalizeAxis('logCumSumExp', axis ?? 0, tensor.rank);
  const size = tensor.shape[at];
  let sums = tensor;
  for (let reach = 1; reach < size; reach *= 2) {
    const nothing = full(tensor.shape.with(at, reach), Number.NEGATIVE_INFINITY, {
      dtype: tensor.dtype,
    });
    sums = logAddExp(sums, concat([nothing, narrow(sums, at, 0, size - reach)], at));
  }
  return sums;
}
