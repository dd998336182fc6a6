// Products with learned weights, and labels made softer.
import * as ops from '../../../ops/index.ts';
import { formatShape, ShapeError, ValueError } from '../../../tensor/index.ts';
import { checkTypes } from '../../operands.ts';
import { define } from '../../signature.ts';
import { type TensorLike, unwrap, wrap } from '../../tensor.ts';

/** `x @ weight + bias` with a weight [in, out]. */
export const linear = define(
  'linear',
  ['x', 'weight'],
  ['bias'],
  (x: TensorLike, weight: TensorLike, bias?: TensorLike) => {
    const [tensor, matrix] = [unwrap('linear', x), unwrap('linear', weight)];
    checkTypes('linear', tensor, matrix);
    if (matrix.rank !== 2 || tensor.shape[tensor.rank - 1] !== matrix.shape[0]) {
      throw new ShapeError(
        `linear: expected a weight [${tensor.shape[tensor.rank - 1]}, out] for an input ` +
          `${formatShape(tensor.shape)}, received ${formatShape(matrix.shape)}`,
      );
    }
    return wrap(ops.dense(tensor, matrix, bias === undefined ? null : unwrap('linear', bias)));
  },
);

/** `x1 W x2 + bias` for each output: x1 [N, I], x2 [N, J], weight [O, I, J]. */
export const bilinear = define(
  'bilinear',
  ['x1', 'x2', 'weight'],
  ['bias'],
  (x1: TensorLike, x2: TensorLike, weight: TensorLike, bias?: TensorLike) => {
    const [a, b, w] = [unwrap('bilinear', x1), unwrap('bilinear', x2), unwrap('bilinear', weight)];
    const product = ops.einsum('ni,oij,nj->no', a, w, b);
    return wrap(
      bias === undefined ? product : ops.add(product, ops.reshape(unwrap('bilinear', bias), [-1])),
    );
  },
);

/** Labels of which a part goes to all classes alike, or to `priorDist`. */
export const labelSmooth = define(
  'labelSmooth',
  ['label'],
  ['priorDist', 'epsilon'],
  (label: TensorLike, priorDist?: TensorLike, epsilon: number = 0.1) => {
    if (!(epsilon >= 0 && epsilon <= 1)) {
      throw new ValueError(`labelSmooth: epsilon must lie in [0, 1], received ${epsilon}`);
    }
    const sharp = ops.mul(unwrap('labelSmooth', label), 1 - epsilon);
    if (priorDist === undefined) return wrap(ops.add(sharp, epsilon / sharp.shape[sharp.rank - 1]));
    const prior = ops.reshape(unwrap('labelSmooth', priorDist), [-1]);
    return wrap(ops.add(sharp, ops.mul(prior, epsilon)));
  },
);
