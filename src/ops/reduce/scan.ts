import { unaryResult } from '../../autograd/index.ts';
import type { ScanAttributes } from '../../backends/kernels.ts';
import { run } from '../../backends/registry.ts';
import { type DType, dtypes, normalizeAxis, type Tensor } from '../../tensor/index.ts';
import { arange, zeros } from '../create.ts';
import { add, mul } from '../elementwise/arithmetic.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { scatterElements } from '../indexing/along-axis.ts';
import { emptyTensor } from '../result.ts';
import { concat } from '../shape/concat.ts';
import { reshape } from '../shape/reshape.ts';
import { flip, narrow } from '../shape/slice.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';

/** Options of running sums and products. */
export interface CumulativeOptions {
  /** Leave out the element itself: the first result is 0 (sums) or 1 (products). */
  readonly exclusive?: boolean;
  /** Run from the end to the start. */
  readonly reverse?: boolean;
}

interface Scanned {
  readonly tensor: Tensor;
  readonly at: number;
  readonly dtype: DType;
}

function prepare(op: string, x: TensorLike, axis: number | null | undefined): Scanned {
  const given = asTensor(op, x);
  const tensor = axis === null || axis === undefined ? reshape(given, [-1]) : given;
  const { kind } = dtypes[tensor.dtype];
  const grows = (op === 'cumsum' || op === 'cumprod') && kind !== 'float';
  const dtype = grows && tensor.dtype !== 'int64' ? 'int32' : tensor.dtype;
  return { tensor, at: normalizeAxis(op, axis ?? 0, tensor.rank), dtype };
}

function scanKernel({ tensor, dtype }: Scanned, attributes: ScanAttributes): Tensor {
  const result = emptyTensor(tensor.shape, dtype, [tensor]);
  run('scan', [tensor], [result], attributes);
  return result;
}

/** The running sum along an axis; without axis, of all elements in row-major order. */
export function cumsum(
  x: TensorLike,
  axis?: number | null,
  { exclusive = false, reverse = false }: CumulativeOptions = {},
): Tensor {
  const scanned = prepare('cumsum', x, axis);
  const { tensor, at } = scanned;
  const attributes = { op: 'sum', axis: at, exclusive, reverse } as const;
  return unaryResult('cumsum', [tensor], () => scanKernel(scanned, attributes), {
    attributes: { axis: at, exclusive, reverse },
    backward: (gradient) => [cumsum(gradient, at, { exclusive, reverse: !reverse })],
  });
}

/** The running product along an axis; without axis, of all elements in row-major order. */
export function cumprod(
  x: TensorLike,
  axis?: number | null,
  { exclusive = false, reverse = false }: CumulativeOptions = {},
): Tensor {
  const scanned = prepare('cumprod', x, axis);
  const { tensor, at } = scanned;
  const attributes = { op: 'prod', axis: at, exclusive, reverse } as const;
  return unaryResult('cumprod', [tensor], () => scanKernel(scanned, attributes), {
    attributes: { axis: at, exclusive, reverse },
    backward: (gradient) => {
      const turn = (t: Tensor): Tensor => (reverse ? flip(t, at) : t);
      const found = cumprodGradient(turn(tensor), turn(gradient), at, exclusive);
      return [turn(found)];
    },
  });
}

/**
 * Without division, so that zeros do no harm: the gradient at k is (product before k) * s_k, where
 * s_k sums gradients times the products between k and them, s_k = g_k + x_(k+1) s_(k+1). The
 * recurrence is solved by doubling its reach.
 */
function cumprodGradient(x: Tensor, gradient: Tensor, axis: number, exclusive: boolean): Tensor {
  const size = x.shape[axis];
  const before = cumprod(x, axis, { exclusive: true });
  let factor = shifted(x, axis, 1);
  let sums = exclusive ? shifted(gradient, axis, 1) : gradient;
  for (let reach = 1; reach < size; reach *= 2) {
    sums = add(sums, mul(factor, shifted(sums, axis, reach)));
    factor = mul(factor, shifted(factor, axis, reach));
  }
  return mul(before, sums);
}

/** Element k becomes element k + by; zeros come in at the end. */
function shifted(x: Tensor, axis: number, by: number): Tensor {
  const size = x.shape[axis];
  const by0 = Math.min(by, size);
  const end = zeros(x.shape.with(axis, by0), { dtype: x.dtype });
  return concat([narrow(x, axis, by0, size - by0), end], axis);
}

function cumulativeExtreme(op: 'cummax' | 'cummin', x: TensorLike, axis?: number | null): Tensor {
  const scanned = prepare(op, x, axis);
  const { tensor, at } = scanned;
  const kind = op === 'cummax' ? 'max' : 'min';
  const scan = { op: kind, axis: at, exclusive: false, reverse: false } as const;
  const result: Tensor = unaryResult(op, [tensor], () => scanKernel(scanned, scan), {
    attributes: { axis: at },
    backward: (gradient) => {
      const origin = recordPositions(op, tensor, result, at);
      const none = zeros(tensor.shape, { dtype: tensor.dtype });
      return [scatterElements('add', none, origin, gradient, at)];
    },
  });
  return result;
}

/** For each place the index of the element that is the extreme so far: the first of equal ones. */
function recordPositions(op: string, x: Tensor, extremes: Tensor, axis: number): Tensor {
  return unaryResult(`${op}Positions`, [x, extremes], () => {
    const size = x.shape[axis];
    const along = new Array<number>(x.rank).fill(1).with(axis, size);
    const positions = reshape(arange(size), along);
    if (size === 0) return zeros(x.shape, { dtype: 'int32' });
    // An element is a record where it is not beaten or equalled by the extreme before it.
    const earlier = concat([narrow(x, axis, 0, 1), narrow(extremes, axis, 0, size - 1)], axis);
    const records = elementwise(
      'records',
      (value, best, at) => {
        const kept = op === 'cummax' ? value.le(best) : value.ge(best);
        return kept.max(best.ne(best)).select(0, at);
      },
      [x, earlier, positions],
      { dtype: 'int32' },
    );
    const attributes = { op: 'max', axis, exclusive: false, reverse: false } as const;
    return scanKernel({ tensor: records, at: axis, dtype: 'int32' }, attributes);
  });
}

/** The largest element so far along an axis; the gradient goes to the first of equal ones. */
export const cummax = (x: TensorLike, axis?: number | null): Tensor =>
  cumulativeExtreme('cummax', x, axis);

/** The smallest element so far along an axis; the gradient goes to the first of equal ones. */
export const cummin = (x: TensorLike, axis?: number | null): Tensor =>
  cumulativeExtreme('cummin', x, axis);
