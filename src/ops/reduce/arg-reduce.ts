import { unaryResult } from '../../autograd/index.ts';
import { run } from '../../backends/registry.ts';
import { formatShape, normalizeAxis, ShapeError, type Tensor } from '../../tensor/index.ts';
import { emptyTensor } from '../result.ts';
import { reshape } from '../shape/reshape.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { type ReduceOptions, reducedShape } from './reduce.ts';

function argReduce(
  op: 'argmax' | 'argmin',
  x: TensorLike,
  axis: number | null | undefined,
  keepDims: boolean | undefined,
): Tensor {
  const given = asTensor(op, x);
  const whole = axis === undefined || axis === null;
  const tensor = whole ? reshape(given, [-1]) : given;
  const at = normalizeAxis(op, axis ?? 0, tensor.rank);
  if (tensor.shape[at] === 0) {
    throw new ShapeError(`${op}: axis ${at} of ${formatShape(given.shape)} has no elements`);
  }
  const found = unaryResult(
    op,
    [tensor],
    () => {
      const result = emptyTensor(reducedShape(tensor.shape, [at], true), 'int32');
      run('argReduce', [tensor], [result], { op, axis: at });
      return result;
    },
    { attributes: { axis: at } },
  );
  if (whole) return reshape(found, keepDims ? given.shape.map(() => 1) : []);
  return reshape(found, reducedShape(tensor.shape, [at], keepDims));
}

/**
 * The index (int32) of the first maximum along an axis, or among all elements. NaN counts as the
 * largest.
 */
export const argmax = (
  x: TensorLike,
  axis?: number | null,
  { keepDims }: ReduceOptions = {},
): Tensor => argReduce('argmax', x, axis, keepDims);

/**
 * The index (int32) of the first minimum along an axis, or among all elements. NaN counts as the
 * smallest.
 */
export const argmin = (
  x: TensorLike,
  axis?: number | null,
  { keepDims }: ReduceOptions = {},
): Tensor => argReduce('argmin', x, axis, keepDims);
