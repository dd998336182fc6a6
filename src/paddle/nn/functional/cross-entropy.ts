// Cross-entropies of classes.
import * as ops from '../../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  DTypeError,
  formatShape,
  isInteger,
  normalizeAxis,
  ShapeError,
  ValueError,
} from '../../../tensor/index.ts';
import { define, type Keyworded } from '../../signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { checkReduction } from './loss-reduction.ts';

/** Scores with their classes as the last axis, and labels that belong to them. */
interface Labelled {
  readonly scores: CoreTensor;
  /** Class numbers in the shape of the scores without classes, or distributions in theirs. */
  readonly labels: CoreTensor;
  /** Whether the caller's labels have the axis of the classes, of size 1. */
  readonly column: boolean;
  readonly axis: number;
}

function labelled(
  op: string,
  input: TensorLike,
  label: TensorLike,
  soft: boolean,
  axis: number,
): Labelled {
  const [x, y] = [unwrap(op, input), unwrap(op, label)];
  if (x.rank === 0)
    throw new ShapeError(`${op}: expected scores with an axis of classes, received a number`);
  const at = normalizeAxis(op, axis, x.rank);
  const scores = at === x.rank - 1 ? x : ops.moveAxis(x, at, -1);
  if (soft) {
    if (y.rank !== x.rank || y.shape.some((n, i) => n !== x.shape[i]))
      throw mismatch(op, x, y, soft);
    return {
      scores,
      labels: at === x.rank - 1 ? y : ops.moveAxis(y, at, -1),
      column: true,
      axis: at,
    };
  }
  const column = y.rank === x.rank;
  const expected = x.shape.filter((_, i) => i !== at);
  const fits = column ? y.shape[at] === 1 : y.rank === x.rank - 1;
  const labels = column && fits ? ops.squeeze(y, at) : y;
  if (!fits || labels.shape.some((n, i) => n !== expected[i])) throw mismatch(op, x, y, soft);
  if (!isInteger(labels.dtype)) {
    throw new DTypeError(
      `${op}: labels must be whole numbers (or pass softLabel), received ${labels.dtype}`,
    );
  }
  return { scores, labels, column, axis: at };
}

const mismatch = (op: string, x: CoreTensor, y: CoreTensor, soft: boolean): ShapeError =>
  new ShapeError(
    `${op}: labels of shape ${formatShape(y.shape)} do not belong to scores of shape ` +
      `${formatShape(x.shape)}; ${soft ? 'soft labels have the same shape' : 'class numbers have it without the classes, or 1 there'}`,
  );

/** A class that does not exist is an error wherever the labels are at hand. */
function checkClasses(op: string, labels: CoreTensor, classes: number, ignoreIndex: number): void {
  if (!labels.isContiguous) return;
  const { array } = labels.storage;
  for (let i = labels.offset; i < labels.offset + labels.size; i++) {
    const label = array[i];
    if (label === ignoreIndex || (label >= 0 && label < classes)) continue;
    throw new ValueError(
      `${op}: label ${label} is not one of ${classes} classes (nor ignoreIndex ${ignoreIndex})`,
    );
  }
}

/** Losses of class numbers, 0 where the class is the one to ignore. */
function hardLosses(
  op: string,
  { scores, labels }: Labelled,
  ignoreIndex: number,
  useSoftmax: boolean,
): CoreTensor {
  const classes = scores.shape[scores.rank - 1];
  checkClasses(op, labels, classes, ignoreIndex);
  const inside = ignoreIndex >= 0 && ignoreIndex < classes;
  const known = inside ? ops.where(ops.equal(labels, ignoreIndex), -1, labels) : labels;
  if (useSoftmax) return ops.cappedClassCrossEntropy(known, scores);
  const valid = ops.logicalAnd(ops.greaterEqual(known, 0), ops.less(known, classes));
  const places = ops.expandDims(ops.where(valid, known, 0), -1);
  const picked = ops.squeeze(ops.takeAlongAxis(scores, places, -1), -1);
  return ops.where(valid, ops.neg(ops.log(picked)), 0);
}

/** Losses of distributions, which get no gradient, as in Paddle. */
function softLosses({ scores, labels: given }: Labelled, useSoftmax: boolean): CoreTensor {
  const labels = given.detach();
  if (useSoftmax) return ops.cappedDistributionCrossEntropy(labels, scores);
  return ops.neg(ops.sum(ops.mul(ops.cast(labels, scores.dtype), ops.log(scores)), -1));
}

/** The mean with weights; no weight at all gives 0. */
const weightedMean = (losses: CoreTensor, weights: CoreTensor): CoreTensor => {
  const total = ops.sum(weights);
  return ops.div(ops.sum(losses), ops.where(ops.equal(total, 0), 1, total));
};

/**
 * The cross-entropy of scores with classes: of their softmax (or, without `useSoftmax`, of
 * probabilities). Labels are class numbers, or distributions with `softLabel`. `weight` counts
 * classes differently, `ignoreIndex` leaves one out, `labelSmoothing` spreads a part of each label.
 * @example F.crossEntropy(model.call(images), labels);
 */
export const crossEntropy = define(
  'crossEntropy',
  ['input', 'label'],
  [
    ...(['weight', 'ignoreIndex', 'reduction', 'softLabel'] as const),
    ...(['axis', 'useSoftmax', 'labelSmoothing'] as const),
  ],
  (
    input: TensorLike,
    label: TensorLike,
    weight?: TensorLike,
    ignoreIndex: number = -100,
    reduction: string = 'mean',
    softLabel: boolean = false,
    axis: number = -1,
    useSoftmax: boolean = true,
    labelSmoothing: number = 0,
  ): Tensor => {
    const op = 'crossEntropy';
    checkReduction(op, reduction);
    if (ignoreIndex > 0 && softLabel) {
      throw new ValueError(`${op}: ignoreIndex is for class numbers, not for soft labels`);
    }
    const hard = labelSmoothing > 0 || !softLabel;
    let given = labelled(op, input, label, !hard || (softLabel && labelSmoothing > 0), axis);
    if (labelSmoothing > 0) given = smoothed(given, labelSmoothing, softLabel);
    const soft = softLabel || labelSmoothing > 0;
    const losses = soft
      ? softLosses(given, useSoftmax)
      : hardLosses(op, given, ignoreIndex, useSoftmax);
    const weights =
      weight === undefined ? null : weightsOf(op, given, unwrap(op, weight), soft, ignoreIndex);
    const weighted = weights ? ops.mul(losses, weights) : losses;
    if (reduction === 'sum') return wrap(ops.sum(weighted));
    if (reduction === 'none') {
      return wrap(given.column ? ops.expandDims(weighted, given.axis) : weighted);
    }
    if (weights) return wrap(weightedMean(weighted, weights));
    if (ignoreIndex < 0 || soft) return wrap(ops.mean(weighted));
    const counted = ops.cast(ops.notEqual(given.labels, ignoreIndex), losses.dtype);
    return wrap(weightedMean(weighted, counted));
  },
);

/** Labels as distributions of which a part is spread over all classes. */
function smoothed(given: Labelled, amount: number, soft: boolean): Labelled {
  const classes = given.scores.shape[given.scores.rank - 1];
  const sharp = soft
    ? given.labels
    : ops.oneHot(given.labels, classes, { dtype: given.scores.dtype });
  const labels = ops.add(ops.mul(sharp, 1 - amount), amount / classes);
  return { ...given, labels, column: true };
}

/** The weight of each sample: that of its class, or the mean over its distribution. */
function weightsOf(
  op: string,
  { scores, labels }: Labelled,
  weight: CoreTensor,
  soft: boolean,
  ignoreIndex: number,
): CoreTensor {
  const classes = scores.shape[scores.rank - 1];
  if (weight.rank !== 1 || weight.size !== classes) {
    throw new ShapeError(
      `${op}: expected ${classes} weights, one for each class, received ${formatShape(weight.shape)}`,
    );
  }
  if (soft) return ops.sum(ops.mul(ops.cast(labels, weight.dtype), weight), -1);
  const valid = ops.notEqual(labels, ignoreIndex);
  const found = ops.gather(weight, ops.where(valid, labels, 0));
  return ops.where(valid, found, 0);
}

/** The cross-entropy of the softmax of each sample, with an axis of size 1 for the classes; and the softmax. */
export const softmaxWithCrossEntropy = define(
  'softmaxWithCrossEntropy',
  ['logits', 'label'],
  ['softLabel', 'ignoreIndex', 'numericStableMode', 'returnSoftmax', 'axis'],
  (
    logits: TensorLike,
    label: TensorLike,
    softLabel: boolean = false,
    ignoreIndex: number = -100,
    _numericStableMode: boolean = true,
    returnSoftmax: boolean = false,
    axis: number = -1,
  ): Tensor | [Tensor, Tensor] => {
    const op = 'softmaxWithCrossEntropy';
    const given = labelled(op, logits, label, softLabel, axis);
    const losses = softLabel ? softLosses(given, true) : hardLosses(op, given, ignoreIndex, true);
    const loss = wrap(ops.expandDims(losses, given.axis));
    // As in Paddle, no gradient passes through the softmax that is given beside the loss.
    return returnSoftmax ? [loss, wrap(ops.softmax(unwrap(op, logits).detach(), axis))] : loss;
  },
) as unknown as Keyworded<
  readonly [
    'logits',
    'label',
    'softLabel',
    'ignoreIndex',
    'numericStableMode',
    'returnSoftmax',
    'axis',
  ],
  [
    logits: TensorLike,
    label: TensorLike,
    softLabel?: boolean,
    ignoreIndex?: number,
    numericStableMode?: boolean,
    returnSoftmax?: boolean,
    axis?: number,
  ],
  Tensor & [Tensor, Tensor]
>;

/** Minus the log-probability of each label; input [N, C, ..], labels [N, ..]. */
export const nllLoss = define(
  'nllLoss',
  ['input', 'label'],
  ['weight', 'ignoreIndex', 'reduction'],
  (
    input: TensorLike,
    label: TensorLike,
    weight?: TensorLike,
    ignoreIndex: number = -100,
    reduction: string = 'mean',
  ): Tensor => {
    checkReduction('nllLoss', reduction);
    const given = labelled('nllLoss', input, label, false, 1);
    const { scores, labels } = given;
    const classes = scores.shape[scores.rank - 1];
    checkClasses('nllLoss', labels, classes, ignoreIndex);
    const valid = ops.notEqual(labels, ignoreIndex);
    const places = ops.where(valid, labels, 0);
    const picked = ops.squeeze(ops.takeAlongAxis(scores, ops.expandDims(places, -1), -1), -1);
    const weights =
      weight === undefined
        ? ops.cast(valid, scores.dtype)
        : weightsOf('nllLoss', given, unwrap('nllLoss', weight).detach(), false, ignoreIndex);
    const losses = ops.where(valid, ops.neg(ops.mul(picked, weights)), 0);
    if (reduction === 'none') return wrap(losses);
    return wrap(reduction === 'sum' ? ops.sum(losses) : weightedMean(losses, weights));
  },
);
