// How far vectors are from each other.
import * as ops from '../../../ops/index.ts';
import { define } from '../../signature.ts';
import { type TensorLike, unwrap, wrap } from '../../tensor.ts';

/** The p-norm of the difference of vectors along the last axis; `epsilon` keeps it from 0. */
export const pairwiseDistance = define(
  'pairwiseDistance',
  ['x', 'y'],
  ['p', 'epsilon', 'keepdim'],
  (
    x: TensorLike,
    y: TensorLike,
    p: number = 2,
    epsilon: number = 1e-6,
    keepdim: boolean = false,
  ) => {
    const difference = ops.sub(unwrap('pairwiseDistance', x), unwrap('pairwiseDistance', y));
    return wrap(ops.norm(ops.add(difference, epsilon), -1, { order: p, keepDims: keepdim }));
  },
);

/** The cosine of the angle between vectors along an axis. */
export const cosineSimilarity = define(
  'cosineSimilarity',
  ['x1', 'x2'],
  ['axis', 'eps'],
  (x1: TensorLike, x2: TensorLike, axis: number = 1, eps: number = 1e-8) => {
    const [a, b] = ops.broadcastTensors([
      unwrap('cosineSimilarity', x1),
      unwrap('cosineSimilarity', x2),
    ]);
    const product = ops.sum(ops.mul(a, b), axis);
    const squares = ops.mul(ops.sum(ops.square(a), axis), ops.sum(ops.square(b), axis));
    return wrap(ops.div(product, ops.sqrt(ops.clip(squares, eps * eps, null))));
  },
);
