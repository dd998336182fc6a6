import { unaryResult } from '../autograd/index.ts';
import { input } from '../expr/index.ts';
import {
  DTypeError,
  formatShape,
  isInteger,
  ShapeError,
  sameShape,
  type Tensor,
} from '../tensor/index.ts';
import { classNumbers } from './class-numbers.ts';
import { cast } from './elementwise/cast.ts';
import { elementwise } from './elementwise/elementwise.ts';
import { formulaOf } from './elementwise/formulas.ts';
import { reduceFormula } from './reduce/reduce-formula.ts';
import { asFloat, logSumExp } from './reduce/statistics.ts';
import { reshape } from './shape/reshape.ts';
import { asTensorBeside, type TensorLike } from './tensor-like.ts';

const scores = input(0);
const total = input(1);
const target = input(2);
const distributionLoss = target.mul(total.sub(scores));
const classLoss = target.eq(input(3)).select(total.sub(scores), 0);
/** Of scores, log-sum-exp, targets, their sum and the gradient. */
const softmaxSlope = formulaOf((v, log, t, mass, g) => g.mul(v.sub(log).exp().mul(mass).sub(t)));
const classSlope = formulaOf((v, log, t, i, count, g) =>
  g.mul(t.ge(0).mul(t.lt(count)).mul(v.sub(log).exp()).sub(t.eq(i))),
);
const labelSlope = formulaOf((v, log, g) => g.mul(log.sub(v)));
const sigmoidLoss = formulaOf((v, z) => v.max(0).sub(v.mul(z)).add(v.abs().neg().exp().log1p()));

/**
 * The cross-entropy of the softmax of logits with target distributions over the last axis: labels
 * and logits [.., classes] give [..]. Computed from log-sum-exp, so that a saturated softmax does
 * no harm.
 */
export function softmaxCrossEntropyWithLogits(labels: TensorLike, logits: TensorLike): Tensor {
  const x = asFloat('softmaxCrossEntropyWithLogits', logits);
  const targets = cast(asTensorBeside('softmaxCrossEntropyWithLogits', labels, x), x.dtype);
  if (x.rank === 0 || !sameShape(targets.shape, x.shape)) {
    throw new ShapeError(
      `softmaxCrossEntropyWithLogits: labels ${formatShape(targets.shape)} and logits ` +
        `${formatShape(x.shape)} must have one shape [.., classes]; for class numbers use ` +
        'sparseSoftmaxCrossEntropyWithLogits',
    );
  }
  const options = { axes: [x.rank - 1], dtype: x.dtype };
  const all = logSumExp(x, -1, { keepDims: true });
  const forward = (): Tensor =>
    reduceFormula('softmaxCrossEntropy', 'sum', distributionLoss, [x, all, targets], options);
  // The part that goes through log-sum-exp is in the slope of the logits: softmax times the
  // targets' mass.
  const loss = unaryResult('softmaxCrossEntropyWithLogits', [x, targets], forward, {
    backward: (gradient, [needLogits, needLabels]) => {
      const mass = reduceFormula('mass', 'sum', input(0), [targets], options);
      return [
        needLogits
          ? elementwise('softmaxCrossEntropyGradient', softmaxSlope, [
              x,
              all,
              targets,
              mass,
              gradient,
            ])
          : null,
        needLabels ? elementwise('labelsGradient', labelSlope, [x, all, gradient]) : null,
      ];
    },
  });
  return reshape(loss, x.shape.slice(0, -1));
}

/**
 * The cross-entropy of the softmax of logits [.., classes] with class numbers [..]. A class outside
 * [0, classes) counts as no class: its loss is 0 (losses check labels before a training begins).
 */
export function sparseSoftmaxCrossEntropyWithLogits(
  labels: TensorLike,
  logits: TensorLike,
): Tensor {
  const x = asFloat('sparseSoftmaxCrossEntropyWithLogits', logits);
  const classes = asTensorBeside('sparseSoftmaxCrossEntropyWithLogits', labels, x, 'int32');
  if (!isInteger(classes.dtype)) {
    throw new DTypeError(
      `sparseSoftmaxCrossEntropyWithLogits: labels must be integers, received ${classes.dtype}`,
    );
  }
  if (x.rank === 0 || !sameShape(classes.shape, x.shape.slice(0, -1))) {
    throw new ShapeError(
      `sparseSoftmaxCrossEntropyWithLogits: labels ${formatShape(classes.shape)} must have the shape ` +
        `of the logits ${formatShape(x.shape)} without the last axis`,
    );
  }
  const all = logSumExp(x, -1, { keepDims: true });
  const count = x.shape[x.rank - 1];
  let column: Tensor;
  let numbers: Tensor;
  const forward = (): Tensor => {
    [column, numbers] = classNumbers(classes, count);
    return reduceFormula('sparseSoftmaxCrossEntropy', 'sum', classLoss, [x, all, column, numbers], {
      axes: [x.rank - 1],
      dtype: x.dtype,
    });
  };
  const loss = unaryResult('sparseSoftmaxCrossEntropyWithLogits', [x, classes], forward, {
    backward: (gradient) => [
      elementwise(
        'sparseSoftmaxCrossEntropyGradient',
        classSlope,
        [x, all, column, numbers, count, gradient],
        { dtype: x.dtype },
      ),
      null,
    ],
  });
  return reshape(loss, x.shape.slice(0, -1));
}

/**
 * The binary cross-entropy of the sigmoid of logits with targets in [0, 1], element by element and
 * stable: `max(x, 0) - x z + log(1 + exp(-|x|))`.
 */
export function sigmoidCrossEntropyWithLogits(labels: TensorLike, logits: TensorLike): Tensor {
  const x = asFloat('sigmoidCrossEntropyWithLogits', logits);
  const targets = cast(asTensorBeside('sigmoidCrossEntropyWithLogits', labels, x), x.dtype);
  if (!sameShape(targets.shape, x.shape)) {
    throw new ShapeError(
      `sigmoidCrossEntropyWithLogits: labels ${formatShape(targets.shape)} and logits ` +
        `${formatShape(x.shape)} must have one shape`,
    );
  }
  return elementwise('sigmoidCrossEntropyWithLogits', sigmoidLoss, [x, targets], {
    slopes: (v, z) => {
      const small = v.abs().neg().exp();
      const sigmoid = v.ge(0).select(1, small).div(small.add(1));
      return [sigmoid.sub(z), v.neg()];
    },
  });
}
