import * as ops from '../../../ops/index.ts';
import { type Tensor as CoreTensor, formatShape, ShapeError } from '../../../tensor/index.ts';
import { define } from '../../signature.ts';
import { type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { reduceLoss } from './loss-reduction.ts';

/** Stands for the logarithm of 0, of which nothing at all has no sum. */
const impossible = -1e30;

/** Labels with blanks before, between and behind them, and which places may follow the one but last. */
function spelling(labels: CoreTensor, blank: number): { spelled: CoreTensor; maySkip: CoreTensor } {
  const [batch, length] = labels.shape;
  const blanks = ops.full([batch, length], blank, { dtype: 'int32' });
  const end = ops.full([batch, 1], blank, { dtype: 'int32' });
  const pairs = ops.reshape(ops.stack([blanks, labels], 2), [batch, 2 * length]);
  const spelled = ops.concat([pairs, end], 1);
  const places = 2 * length + 1;
  const none = ops.full([batch, Math.min(2, places)], blank, { dtype: 'int32' });
  const earlier = ops.concat([none, ops.narrow(spelled, 1, 0, Math.max(0, places - 2))], 1);
  // A label may follow another without a blank between them, unless they are equal.
  const maySkip = ops.logicalAnd(ops.notEqual(spelled, blank), ops.notEqual(spelled, earlier));
  return { spelled, maySkip };
}

/**
 * Connectionist temporal classification: minus the logarithm of the probability that the steps spell
 * the labels. Scores [steps, N, classes] before the softmax, labels [N, length], lengths [N]. Graves
 * et al., "Connectionist temporal classification", 2006.
 */
export const ctcLoss = define(
  'ctcLoss',
  ['logProbs', 'labels', 'inputLengths', 'labelLengths'],
  ['blank', 'reduction', 'normByTimes', 'zeroInfinity'],
  (
    logProbs: TensorLike,
    labels: TensorLike,
    inputLengths: TensorLike,
    labelLengths: TensorLike,
    blank: number = 0,
    reduction: string = 'mean',
    normByTimes: boolean = false,
    zeroInfinity: boolean = false,
  ) => {
    const scores = unwrap('ctcLoss', logProbs);
    const classes = ops.cast(unwrap('ctcLoss', labels), 'int32');
    if (scores.rank !== 3 || classes.rank !== 2 || classes.shape[0] !== scores.shape[1]) {
      throw new ShapeError(
        `ctcLoss: expected scores [steps, N, classes] and labels [N, length], received ` +
          `${formatShape(scores.shape)} and ${formatShape(classes.shape)}`,
      );
    }
    const [steps, batch, count] = scores.shape;
    const { dtype } = scores;
    const stepsOf = ops.reshape(ops.cast(unwrap('ctcLoss', inputLengths), 'int32'), [batch, 1]);
    const lengths = ops.reshape(ops.cast(unwrap('ctcLoss', labelLengths), 'int32'), [batch, 1]);
    const { spelled, maySkip } = spelling(classes, blank);
    const places = spelled.shape[1];
    const emitted = ops.matmul(
      ops.transpose(ops.logSoftmax(scores, -1), [1, 0, 2]),
      ops.oneHot(spelled, count, { dtype }),
      { transposeB: true },
    );
    const column = (t: number): CoreTensor => ops.squeeze(ops.narrow(emitted, 1, t, 1), 1);
    const never = (n: number): CoreTensor => ops.full([batch, n], impossible, { dtype });
    const moved = (x: CoreTensor, by: number): CoreTensor =>
      by >= places ? never(places) : ops.concat([never(by), ops.narrow(x, 1, 0, places - by)], 1);
    const numbers = ops.reshape(ops.arange(places), [1, places]);
    let path = ops.where(ops.less(numbers, 2), column(0), impossible);
    for (let t = 1; t < steps; t++) {
      const stayOrNext = ops.logAddExp(path, moved(path, 1));
      const skipping = ops.where(maySkip, moved(path, 2), impossible);
      const next = ops.add(ops.logAddExp(stayOrNext, skipping), column(t));
      path = ops.where(ops.greater(stepsOf, t), next, path);
    }
    const last = ops.mul(lengths, 2);
    const ends = ops.logicalOr(ops.equal(numbers, last), ops.equal(numbers, ops.sub(last, 1)));
    const total = ops.logSumExp(ops.where(ends, path, impossible), 1);
    const spelt = ops.greater(total, impossible / 2);
    const loss = ops.where(spelt, ops.neg(total), zeroInfinity ? 0 : Number.POSITIVE_INFINITY);
    const perStep = normByTimes
      ? ops.div(loss, ops.cast(ops.reshape(stepsOf, [batch]), dtype))
      : loss;
    if (reduction !== 'mean') return reduceLoss('ctcLoss', perStep, reduction);
    // Paddle's mean is over the losses per label.
    const perLabel = ops.div(
      perStep,
      ops.cast(ops.maximum(ops.reshape(lengths, [batch]), 1), dtype),
    );
    return wrap(ops.mean(perLabel));
  },
);
