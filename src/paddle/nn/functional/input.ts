// From whole numbers to vectors.
import * as ops from '../../../ops/index.ts';
import { ValueError } from '../../../tensor/index.ts';
import { define } from '../../signature.ts';
import { Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';

/** 1 at the place that each number names, else 0, float32; -1 counts the classes. */
export const oneHot = define(
  'oneHot',
  ['x'],
  ['numClasses'],
  (x: TensorLike, numClasses: number = -1) => {
    const tensor = unwrap('oneHot', x);
    const classes = numClasses === -1 ? Number(ops.max(tensor).item()) + 1 : numClasses;
    return wrap(ops.oneHot(tensor, classes));
  },
);

/** Rows of `weight` at the places that `x` names; the row of `paddingIdx` counts as zeros. */
export const embedding = define(
  'embedding',
  ['x', 'weight'],
  ['paddingIdx', 'maxNorm', 'normType', 'sparse', 'scaleGradByFreq'],
  (
    x: TensorLike,
    weight: TensorLike,
    paddingIdx?: number,
    maxNorm?: number,
    normType: number = 2,
    _sparse: boolean = false,
    scaleGradByFreq: boolean = false,
  ) => {
    if (scaleGradByFreq) {
      throw new ValueError(
        'embedding: gradients scaled by frequency are not offered; leave scaleGradByFreq out',
      );
    }
    const table =
      maxNorm === undefined ? unwrap('embedding', weight) : limited(x, weight, maxNorm, normType);
    const places = unwrap('embedding', x);
    const rows = ops.embedding(places, table);
    if (paddingIdx === undefined) return wrap(rows);
    const size = table.shape[0];
    if (paddingIdx < -size || paddingIdx >= size) {
      throw new ValueError(`embedding: paddingIdx ${paddingIdx} is not one of ${size} rows`);
    }
    const padding = paddingIdx < 0 ? paddingIdx + size : paddingIdx;
    return wrap(ops.where(ops.expandDims(ops.equal(places, padding), -1), 0, rows));
  },
);

/** The table after the rows that are looked up were cut, in place, to a norm. */
function limited(x: TensorLike, weight: TensorLike, maxNorm: number, normType: number) {
  const table = unwrap('embedding', weight);
  const plain = table.detach();
  const length = ops.norm(plain, -1, { order: normType, keepDims: true });
  const used = ops.scatterSet(
    ops.zeros([table.shape[0]], { dtype: 'bool' }),
    ops.reshape(unwrap('embedding', x), [-1]),
    true,
  );
  const long = ops.logicalAnd(ops.expandDims(used, -1), ops.greater(length, maxNorm));
  const factor = ops.where(long, ops.div(maxNorm, ops.add(length, 1e-7)), 1);
  ops.assign(weight instanceof Tensor ? weight.tensor : table, ops.mul(plain, factor));
  return table;
}
