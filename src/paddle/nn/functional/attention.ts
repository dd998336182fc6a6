// Attention, and masks of sequences.
import * as ops from '../../../ops/index.ts';
import { formatShape, ShapeError } from '../../../tensor/index.ts';
import { toDType } from '../../dtype.ts';
import { define } from '../../signature.ts';
import { numberOf } from '../../sizes.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { dropout } from './dropout.ts';

/**
 * `softmax(query keyᵀ / √d) value` of each head; all [N, steps, heads, d]. A mask is added to the
 * scores, or (bool) says what may be seen; `isCausal` hides later steps.
 */
export const scaledDotProductAttention = define(
  'scaledDotProductAttention',
  ['query', 'key', 'value'],
  ['attnMask', 'dropoutP', 'isCausal', 'training'],
  (
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    attnMask?: TensorLike,
    dropoutP: number = 0,
    isCausal: boolean = false,
    training: boolean = true,
  ): Tensor => {
    const op = 'scaledDotProductAttention';
    const [q, k, v] = [query, key, value].map((x) => unwrap(op, x));
    if ([q, k, v].some((x) => x.rank !== 4)) {
      throw new ShapeError(
        `${op}: expected [N, steps, heads, d], received ${formatShape(q.shape)}`,
      );
    }
    const heads = [q, k, v].map((x) => ops.transpose(x, [0, 2, 1, 3]));
    const width = q.shape[3];
    let scores = ops.matmul(ops.mul(heads[0], 1 / Math.sqrt(width)), heads[1], {
      transposeB: true,
    });
    if (isCausal) {
      const [rows, columns] = scores.shape.slice(-2);
      const seen = ops.tril(ops.ones([rows, columns], { dtype: 'bool' }));
      scores = ops.where(seen, scores, Number.NEGATIVE_INFINITY);
    }
    if (attnMask !== undefined) {
      const mask = unwrap(op, attnMask);
      scores =
        mask.dtype === 'bool'
          ? ops.where(mask, scores, Number.NEGATIVE_INFINITY)
          : ops.add(scores, mask);
    }
    const weights = dropout(ops.softmax(scores, -1), dropoutP, null, training).tensor;
    return wrap(ops.transpose(ops.matmul(weights, heads[2]), [0, 2, 1, 3]));
  },
);

/** 1 for the steps of each sequence up to its length `x`, else 0; the longest sets the width unless `maxlen` does. */
export const sequenceMask = define(
  'sequenceMask',
  ['x'],
  ['maxlen', 'dtype'],
  (x: TensorLike, maxlen?: number | Tensor, dtype: string = 'int64') => {
    const lengths = unwrap('sequenceMask', x);
    const longest =
      maxlen === undefined || maxlen === -1 ? Number(ops.max(lengths).item()) : numberOf(maxlen);
    const steps = ops.cast(ops.arange(longest), lengths.dtype);
    return wrap(ops.cast(ops.less(steps, ops.expandDims(lengths, -1)), toDType(dtype)));
  },
);
