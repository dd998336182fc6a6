import { unaryResult } from '../autograd/index.ts';
import { input } from '../expr/index.ts';
import { formatShape, ShapeError, sameShape, type Tensor } from '../tensor/index.ts';
import { classNumbers } from './class-numbers.ts';
import { cast } from './elementwise/cast.ts';
import { elementwise } from './elementwise/elementwise.ts';
import { formulaOf } from './elementwise/formulas.ts';
import { reduceFormula } from './reduce/reduce-formula.ts';
import { asFloat, logSumExp } from './reduce/statistics.ts';
import { reshape } from './shape/reshape.ts';
import { asTensorBeside, type TensorLike } from './tensor-like.ts';

/** Scores this far below the largest count as no farther: PaddlePaddle's bound. */
const farthest = 64;

/** Of scores, their log-sum-exp, their largest and the share of each class. */
const lossOf = formulaOf((v, all, largest, share) =>
  share.mul(all.sub(largest).add(largest.sub(v).min(farthest))),
);
const classLossOf = formulaOf((v, all, largest, label, number) =>
  label.eq(number).select(all.sub(largest).add(largest.sub(v).min(farthest)), 0),
);
const slopeOf = formulaOf((v, all, share, g) => g.mul(v.sub(all).exp().sub(share)));
const classSlopeOf = formulaOf((v, all, label, number, count, g) =>
  g.mul(label.ge(0).mul(label.lt(count)).mul(v.sub(all).exp()).sub(label.eq(number))),
);

/** The largest score of each row, which only bounds the loss. */
const largestOf = (x: Tensor): Tensor =>
  reduceFormula('max', 'max', input(0), [x], { axes: [x.rank - 1], dtype: x.dtype });

/**
 * The cross-entropy of the softmax of scores [.., classes] with distributions of that shape, as
 * PaddlePaddle computes it: a score more than 64 below the largest costs no more, and the gradient
 * is softmax minus distribution, whether or not that adds up to 1.
 */
export function cappedDistributionCrossEntropy(shares: TensorLike, scores: TensorLike): Tensor {
  const op = 'cappedDistributionCrossEntropy';
  const x = asFloat(op, scores);
  const target = cast(asTensorBeside(op, shares, x), x.dtype);
  if (x.rank === 0 || !sameShape(target.shape, x.shape)) {
    throw new ShapeError(
      `${op}: distributions ${formatShape(target.shape)} and scores ${formatShape(x.shape)} must ` +
        'have one shape [.., classes]',
    );
  }
  const all = logSumExp(x, -1, { keepDims: true });
  const forward = (): Tensor =>
    reduceFormula(op, 'sum', lossOf, [x, all, largestOf(x), target], {
      axes: [x.rank - 1],
      dtype: x.dtype,
    });
  const loss = unaryResult(op, [x, target], forward, {
    backward: (gradient, [needScores, needShares]) => [
      needScores ? elementwise(`${op}Gradient`, slopeOf, [x, all, target, gradient]) : null,
      needShares
        ? elementwise('sharesGradient', (v, log, g) => g.mul(log.sub(v)), [x, all, gradient])
        : null,
    ],
  });
  return reshape(loss, x.shape.slice(0, -1));
}

/**
 * The same with class numbers [..]; a class outside [0, classes) counts as none: its loss is 0.
 */
export function cappedClassCrossEntropy(labels: TensorLike, scores: TensorLike): Tensor {
  const op = 'cappedClassCrossEntropy';
  const x = asFloat(op, scores);
  const classes = asTensorBeside(op, labels, x, 'int32');
  if (x.rank === 0 || !sameShape(classes.shape, x.shape.slice(0, -1))) {
    throw new ShapeError(
      `${op}: labels ${formatShape(classes.shape)} must have the shape of the scores ` +
        `${formatShape(x.shape)} without the last axis`,
    );
  }
  const all = logSumExp(x, -1, { keepDims: true });
  const count = x.shape[x.rank - 1];
  let column: Tensor;
  let numbers: Tensor;
  const forward = (): Tensor => {
    [column, numbers] = classNumbers(classes, count);
    return reduceFormula(op, 'sum', classLossOf, [x, all, largestOf(x), column, numbers], {
      axes: [x.rank - 1],
      dtype: x.dtype,
    });
  };
  const loss = unaryResult(op, [x, classes], forward, {
    backward: (gradient) => [
      elementwise(`${op}Gradient`, classSlopeOf, [x, all, column, numbers, count, gradient], {
        dtype: x.dtype,
      }),
      null,
    ],
  });
  return reshape(loss, x.shape.slice(0, -1));
}
