import {
  asTensor,
  cast,
  concat,
  full,
  logAddExp,
  logSoftmax,
  matmul,
  narrow,
  notEqual,
  oneHot,
  reshape,
  squeeze,
  stack,
  type TensorLike,
  where,
  zeros,
} from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';

/** Stands for the logarithm of 0, of which nothing at all has no sum. */
const impossible = -1e30;

/**
 * Connectionist temporal classification: minus the logarithm of the probability that the steps of `yPred` (logits
 * [batch, steps, classes], class 0 the blank) spell the labels `yTrue` (classes [batch, length], 0 behind the end).
 * Graves et al., "Connectionist temporal classification", 2006.
 */
export function ctc(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const labels = cast(asTensor('ctc', yTrue), 'int32');
  const logits = asTensor('ctc', yPred);
  if (labels.rank !== 2 || logits.rank !== 3 || labels.shape[0] !== logits.shape[0]) {
    throw new ShapeError(
      `ctc: expected labels [batch, length] and logits [batch, steps, classes], received shapes ` +
        `${formatShape(labels.shape)} and ${formatShape(logits.shape)}`,
    );
  }
  const [batch, steps, classes] = logits.shape;
  const length = labels.shape[1];
  const places = 2 * length + 1;
  const { dtype } = logits;
  // Between the labels, before and behind them there may be blanks.
  const blanks = zeros([batch, length], { dtype: 'int32' });
  const spelled = concat(
    [
      reshape(stack([blanks, labels], 2), [batch, 2 * length]),
      zeros([batch, 1], { dtype: 'int32' }),
    ],
    1,
  );
  const emitted = matmul(logSoftmax(logits, -1), oneHot(spelled, classes, { dtype }), {
    transposeB: true,
  });
  const column = (t: number): Tensor => squeeze(narrow(emitted, 1, t, 1), 1);
  const never = (n: number): Tensor => full([batch, n], impossible, { dtype });
  const moved = (x: Tensor, by: number): Tensor =>
    by >= places ? never(places) : concat([never(by), narrow(x, 1, 0, places - by)], 1);
  // A label may follow another without a blank between them, unless they are equal.
  const earlier = concat(
    [
      zeros([batch, Math.min(2, places)], { dtype: 'int32' }),
      narrow(spelled, 1, 0, Math.max(0, places - 2)),
    ],
    1,
  );
  const maySkip = notEqual(spelled, 0).logicalAnd(notEqual(spelled, earlier));
  const first = oneHot(zeros([batch], { dtype: 'int32' }), places, { dtype: 'bool' });
  const second = oneHot(full([batch], 1, { dtype: 'int32' }), places, { dtype: 'bool' });
  let path = where(first.logicalOr(second), column(0), impossible);
  for (let t = 1; t < steps; t++) {
    const stayOrNext = logAddExp(path, moved(path, 1));
    const skipping = where(maySkip, moved(path, 2), impossible);
    path = logAddExp(stayOrNext, skipping).add(column(t));
  }
  const ends = cast(notEqual(labels, 0), 'int32').sum(1).mul(2);
  const last = oneHot(ends, places, { dtype: 'bool' });
  const lastLabel = oneHot(ends.sub(1), places, { dtype: 'bool' });
  const total = where(last.logicalOr(lastLabel), path, impossible).logSumExp(1);
  return where(total.greater(impossible / 2), total.neg(), Number.POSITIVE_INFINITY);
}

/** The loss {@link ctc}. */
export class CTC extends lossOf('ctc', ctc) {
  static override readonly className = 'CTC';
}
