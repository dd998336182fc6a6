// Losses of numbers, pairs and distances. Where Paddle gives labels no gradient, they get none here.
import { math } from '../../../expr/index.ts';
import * as ops from '../../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  ShapeError,
  sameShape,
  ValueError,
} from '../../../tensor/index.ts';
import { define } from '../../signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { softmaxWithCrossEntropy } from './cross-entropy.ts';
import { pairwiseDistance } from './distance.ts';
import { reduceLoss } from './loss-reduction.ts';

const take = (op: string, ...values: TensorLike[]): CoreTensor[] =>
  values.map((x) => unwrap(op, x));

function checkSame(op: string, a: CoreTensor, b: CoreTensor): void {
  if (sameShape(a.shape, b.shape)) return;
  throw new ShapeError(
    `${op}: input and label must have one shape, received ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
  );
}

const like = (x: CoreTensor, y: CoreTensor): CoreTensor => ops.cast(y, x.dtype);

/** `(input - label)²`, element by element. */
export const squareErrorCost = define(
  'squareErrorCost',
  ['input', 'label'],
  [],
  (input: TensorLike, label: TensorLike) => {
    const [x, y] = take('squareErrorCost', input, label);
    return wrap(ops.square(ops.sub(x, y)));
  },
);

/** The mean of squared errors. */
export const mseLoss = define(
  'mseLoss',
  ['input', 'label'],
  ['reduction'],
  (input: TensorLike, label: TensorLike, reduction: string = 'mean') =>
    reduceLoss('mseLoss', squareErrorCost(input, label).tensor, reduction),
);

/** The mean of absolute errors. */
export const l1Loss = define(
  'l1Loss',
  ['input', 'label'],
  ['reduction'],
  (input: TensorLike, label: TensorLike, reduction: string = 'mean') => {
    const [x, y] = take('l1Loss', input, label);
    return reduceLoss('l1Loss', ops.abs(ops.sub(x, y)), reduction);
  },
);

/** Squares for small errors, lines for large ones (Huber's loss; divided by `delta` unless `isHuber`). */
export const smoothL1Loss = define(
  'smoothL1Loss',
  ['input', 'label'],
  ['reduction', 'delta', 'isHuber'],
  (
    input: TensorLike,
    label: TensorLike,
    reduction: string = 'mean',
    delta: number = 1,
    isHuber: boolean = true,
  ) => {
    const [x, y] = take('smoothL1Loss', input, label);
    const cost = ops.huberCost(x, y, delta);
    return reduceLoss('smoothL1Loss', isHuber ? cost : ops.div(cost, delta), reduction);
  },
);

/** The binary cross-entropy of probabilities. */
export const binaryCrossEntropy = define(
  'binaryCrossEntropy',
  ['input', 'label'],
  ['weight', 'reduction'],
  (input: TensorLike, label: TensorLike, weight?: TensorLike, reduction: string = 'mean') => {
    const [x, y] = take('binaryCrossEntropy', input, label);
    checkSame('binaryCrossEntropy', x, y);
    const cost = ops.binaryCrossEntropy(x, y.detach());
    const weighted =
      weight === undefined ? cost : ops.mul(cost, unwrap('binaryCrossEntropy', weight));
    return reduceLoss('binaryCrossEntropy', weighted, reduction);
  },
);

/** The binary cross-entropy of the sigmoid of logits; `posWeight` counts the target 1 differently. */
export const binaryCrossEntropyWithLogits = define(
  'binaryCrossEntropyWithLogits',
  ['logit', 'label'],
  ['weight', 'reduction', 'posWeight'],
  (
    logit: TensorLike,
    label: TensorLike,
    weight?: TensorLike,
    reduction: string = 'mean',
    posWeight?: TensorLike,
  ) => {
    const op = 'binaryCrossEntropyWithLogits';
    const [x, y] = take(op, logit, label);
    checkSame(op, x, y);
    const z = y.detach();
    const cost =
      posWeight === undefined
        ? ops.sigmoidCrossEntropyWithLogits(z, x)
        : ops.weightedSigmoidCrossEntropy(
            x,
            z,
            ops.add(ops.mul(z, ops.sub(unwrap(op, posWeight).detach(), 1)), 1),
          );
    const weighted = weight === undefined ? cost : ops.mul(cost, unwrap(op, weight));
    return reduceLoss(op, weighted, reduction);
  },
);

/** The binary cross-entropy of logits in which what is already right counts less (RetinaNet's focal loss). */
export const sigmoidFocalLoss = define(
  'sigmoidFocalLoss',
  ['logit', 'label'],
  ['normalizer', 'alpha', 'gamma', 'reduction'],
  (
    logit: TensorLike,
    label: TensorLike,
    normalizer?: TensorLike,
    alpha: number = 0.25,
    gamma: number = 2,
    reduction: string = 'sum',
  ) => {
    const op = 'sigmoidFocalLoss';
    const [x, y] = take(op, logit, label);
    const cost = ops.sigmoidCrossEntropyWithLogits(y.detach(), x);
    const p = ops.sigmoid(x);
    const mix = (a: CoreTensor | number, b: CoreTensor | number) =>
      ops.add(ops.mul(a, y), ops.mul(b, ops.sub(1, y)));
    const right = mix(p, ops.sub(1, p));
    const focal = ops.mul(ops.mul(mix(alpha, 1 - alpha), cost), ops.pow(ops.sub(1, right), gamma));
    return reduceLoss(
      op,
      normalizer === undefined ? focal : ops.div(focal, unwrap(op, normalizer)),
      reduction,
    );
  },
);

/** The divergence of a distribution from log-probabilities. */
export const klDiv = define(
  'klDiv',
  ['input', 'label'],
  ['reduction', 'logTarget'],
  (
    input: TensorLike,
    label: TensorLike,
    reduction: string = 'mean',
    logTarget: boolean = false,
  ) => {
    const x = unwrap('klDiv', input);
    const y = unwrap('klDiv', label).detach();
    const cost = logTarget ? ops.mul(ops.exp(y), ops.sub(y, x)) : ops.divergenceCost(x, y);
    if (reduction !== 'batchmean') return reduceLoss('klDiv', cost, reduction);
    return wrap(ops.div(ops.sum(cost), x.rank ? x.shape[0] : 1));
  },
);

/** `max(0, -label * (input - other) + margin)`. */
export const marginRankingLoss = define(
  'marginRankingLoss',
  ['input', 'other', 'label'],
  ['margin', 'reduction'],
  (
    input: TensorLike,
    other: TensorLike,
    label: TensorLike,
    margin: number = 0,
    reduction: string = 'mean',
  ) => {
    const [a, b, y] = take('marginRankingLoss', input, other, label);
    const cost = ops.relu(ops.add(ops.mul(ops.sub(b, a), y), margin));
    return reduceLoss('marginRankingLoss', cost, reduction);
  },
);

/** The input where the label is 1, `max(0, margin - input)` where it is -1. */
export const hingeEmbeddingLoss = define(
  'hingeEmbeddingLoss',
  ['input', 'label'],
  ['margin', 'reduction'],
  (input: TensorLike, label: TensorLike, margin: number = 1, reduction: string = 'mean') => {
    const [x, y] = take('hingeEmbeddingLoss', input, label);
    const near = ops.where(ops.equal(y, 1), x, 0);
    const far = ops.where(ops.equal(y, -1), ops.relu(ops.sub(margin, x)), 0);
    return reduceLoss('hingeEmbeddingLoss', ops.add(near, far), reduction);
  },
);

/** `1 - cos` of pairs with the label 1, `max(0, cos - margin)` of those with -1. */
export const cosineEmbeddingLoss = define(
  'cosineEmbeddingLoss',
  ['input1', 'input2', 'label'],
  ['margin', 'reduction'],
  (
    input1: TensorLike,
    input2: TensorLike,
    label: TensorLike,
    margin: number = 0,
    reduction: string = 'mean',
  ) => {
    const op = 'cosineEmbeddingLoss';
    const [a, b, y] = take(op, input1, input2, label);
    if (y.rank !== 1)
      throw new ShapeError(`${op}: labels must have one axis, received ${formatShape(y.shape)}`);
    checkSame(op, a, b);
    const length = (x: CoreTensor) => ops.add(ops.sum(ops.square(x), -1), 1e-11);
    const cosine = ops.div(ops.sum(ops.mul(a, b), -1), ops.sqrt(ops.mul(length(a), length(b))));
    const near = ops.where(ops.equal(y, 1), ops.sub(1, cosine), 0);
    const far = ops.where(ops.equal(y, -1), ops.clip(ops.sub(cosine, margin), 0, null), 0);
    return reduceLoss(op, ops.add(near, far), reduction);
  },
);

/** `log(1 + exp(-label * input))`. */
export const softMarginLoss = define(
  'softMarginLoss',
  ['input', 'label'],
  ['reduction'],
  (input: TensorLike, label: TensorLike, reduction: string = 'mean') => {
    const [x, y] = take('softMarginLoss', input, label);
    checkSame('softMarginLoss', x, y);
    return reduceLoss('softMarginLoss', ops.softplus(ops.neg(ops.mul(like(x, y), x))), reduction);
  },
);

/** The binary cross-entropy of logits over several labels, their mean for each sample. */
export const multiLabelSoftMarginLoss = define(
  'multiLabelSoftMarginLoss',
  ['input', 'label'],
  ['weight', 'reduction'],
  (input: TensorLike, label: TensorLike, weight?: TensorLike, reduction: string = 'mean') => {
    const op = 'multiLabelSoftMarginLoss';
    const [x, y] = take(op, input, label);
    checkSame(op, x, y);
    const target = like(x, y);
    const right = ops.mul(target, ops.logSigmoid(x));
    const cost = ops.neg(ops.add(right, ops.mul(ops.sub(1, target), ops.logSigmoid(ops.neg(x)))));
    const weighted = weight === undefined ? cost : ops.mul(cost, unwrap(op, weight));
    return reduceLoss(op, ops.mean(weighted, -1), reduction);
  },
);

/** Scores that come nearer than `margin` to that of the label, to the power p, their mean over the classes. */
export const multiMarginLoss = define(
  'multiMarginLoss',
  ['input', 'label'],
  ['p', 'margin', 'weight', 'reduction'],
  (
    input: TensorLike,
    label: TensorLike,
    p: number = 1,
    margin: number = 1,
    weight?: TensorLike,
    reduction: string = 'mean',
  ) => {
    const op = 'multiMarginLoss';
    const [x, y] = take(op, input, label);
    const places = ops.reshape(y, [-1, 1]);
    const own = ops.takeAlongAxis(x, places, 1);
    const classes = x.shape[1];
    const near = ops.pow(ops.clip(ops.add(ops.sub(margin, own), x), 0, null), p);
    // The label's own score comes nearer than the margin to itself: that share is taken off.
    const itself = math.pow(margin, p) / classes;
    if (weight === undefined) return reduceLoss(op, ops.sub(ops.mean(near, 1), itself), reduction);
    const by = ops.gather(unwrap(op, weight), places);
    const cost = ops.sub(ops.mean(ops.mul(by, near), 1), ops.squeeze(ops.mul(by, itself), 1));
    return reduceLoss(op, cost, reduction);
  },
);

/** For each label of a sample (a row ends at -1) how far other classes come nearer than 1 to it. */
export const multiLabelMarginLoss = define(
  'multiLabelMarginLoss',
  ['input', 'label'],
  ['reduction'],
  (input: TensorLike, label: TensorLike, reduction: string = 'mean') => {
    const op = 'multiLabelMarginLoss';
    const [x, y] = take(op, input, label);
    if (x.rank !== 2 || y.rank !== 2) {
      throw new ShapeError(
        `${op}: expected input and labels [N, C], received ${formatShape(x.shape)} and ${formatShape(y.shape)}`,
      );
    }
    const classes = x.shape[1];
    const listed = ops.cumprod(ops.cast(ops.notEqual(y, -1), 'int32'), 1);
    const places = ops.where(ops.cast(listed, 'bool'), y, 0);
    const hits = ops.mul(
      ops.oneHot(places, classes, { dtype: x.dtype }),
      ops.expandDims(ops.cast(listed, x.dtype), -1),
    );
    const others = ops.equal(ops.sum(hits, 1), 0);
    const own = ops.expandDims(ops.takeAlongAxis(x, places, 1), -1);
    const near = ops.relu(ops.add(ops.sub(1, own), ops.expandDims(x, 1)));
    const counted = ops.logicalAnd(
      ops.expandDims(ops.cast(listed, 'bool'), -1),
      ops.expandDims(others, 1),
    );
    const cost = ops.div(ops.sum(ops.where(counted, near, 0), [1, 2]), classes);
    return reduceLoss(op, cost, reduction);
  },
);

/** How much nearer than `margin` the negative comes than the positive, by a distance of one's own. */
export const tripletMarginWithDistanceLoss = define(
  'tripletMarginWithDistanceLoss',
  ['input', 'positive', 'negative'],
  ['distanceFunction', 'margin', 'swap', 'reduction'],
  (
    input: Tensor,
    positive: Tensor,
    negative: Tensor,
    distanceFunction: (a: Tensor, b: Tensor) => Tensor = (a, b) => pairwiseDistance(a, b),
    margin: number = 1,
    swap: boolean = false,
    reduction: string = 'mean',
  ) => {
    const op = 'tripletMarginWithDistanceLoss';
    if (margin < 0) throw new ValueError(`${op}: margin must not be negative, received ${margin}`);
    const near = distanceFunction(input, positive).tensor;
    const far = distanceFunction(input, negative).tensor;
    const other = swap ? ops.sharedMinimum(far, distanceFunction(positive, negative).tensor) : far;
    return reduceLoss(op, ops.clip(ops.add(ops.sub(near, other), margin), 0, null), reduction);
  },
);

/** How much nearer than `margin` the negative comes than the positive, in the p-norm. */
export const tripletMarginLoss = define(
  'tripletMarginLoss',
  ['input', 'positive', 'negative'],
  ['margin', 'p', 'epsilon', 'swap', 'reduction'],
  (
    input: TensorLike,
    positive: TensorLike,
    negative: TensorLike,
    margin: number = 1,
    p: number = 2,
    epsilon: number = 1e-6,
    swap: boolean = false,
    reduction: string = 'mean',
  ) => {
    const [a, b, c] = take('tripletMarginLoss', input, positive, negative).map(wrap);
    const distance = (x: Tensor, y: Tensor) => pairwiseDistance(x, y, p, epsilon);
    return tripletMarginWithDistanceLoss(a, b, c, distance, margin, swap, reduction);
  },
);

/** `-label * log(input + ε) - (1 - label) * log(1 - input + ε)`. */
export const logLoss = define(
  'logLoss',
  ['input', 'label'],
  ['epsilon'],
  (input: TensorLike, label: TensorLike, epsilon: number = 1e-4) => {
    const x = unwrap('logLoss', input);
    const y = unwrap('logLoss', label).detach();
    const yes = ops.mul(y, ops.log(ops.add(x, epsilon)));
    const no = ops.mul(ops.sub(1, y), ops.log(ops.add(ops.sub(1, x), epsilon)));
    return wrap(ops.neg(ops.add(yes, no)));
  },
);

/** One minus the overlap of probabilities [N, .., C] and classes [N, .., 1]. */
export const diceLoss = define(
  'diceLoss',
  ['input', 'label'],
  ['epsilon'],
  (input: TensorLike, label: TensorLike, epsilon: number = 1e-5) => {
    const [x, y] = take('diceLoss', input, label);
    if (y.rank !== x.rank || y.shape[y.rank - 1] !== 1) {
      throw new ShapeError(
        `diceLoss: expected labels [.., 1] for an input ${formatShape(x.shape)}, received ${formatShape(y.shape)}`,
      );
    }
    const target = ops.oneHot(ops.squeeze(y, -1), x.shape[x.rank - 1], { dtype: x.dtype });
    const axes = x.shape.map((_, axis) => axis).slice(1);
    const total = ops.add(ops.sum(x, axes), ops.sum(target, axes));
    const overlap = ops.mul(ops.sum(ops.mul(x, target), axes), 2);
    return wrap(ops.mean(ops.sub(1, ops.div(overlap, ops.add(total, epsilon)))));
  },
);

/** Minus the log-probability of counts under Poisson's distribution, the input being its (log-)rate. */
export const poissonNllLoss = define(
  'poissonNllLoss',
  ['input', 'label'],
  ['logInput', 'full', 'epsilon', 'reduction'],
  (
    input: TensorLike,
    label: TensorLike,
    logInput: boolean = true,
    full: boolean = false,
    epsilon: number = 1e-8,
    reduction: string = 'mean',
  ) => {
    const op = 'poissonNllLoss';
    const [x, y] = take(op, input, label);
    checkSame(op, x, y);
    const cost = logInput
      ? ops.sub(ops.exp(x), ops.mul(y, x))
      : ops.sub(x, ops.mul(y, ops.log(ops.add(x, epsilon))));
    if (!full) return reduceLoss(op, cost, reduction);
    // Stirling's formula for the logarithm of a factorial.
    const many = ops.greater(y, 1);
    const n = ops.where(many, y, 1);
    const factorial = ops.add(
      ops.sub(ops.mul(n, ops.log(n)), n),
      ops.mul(ops.log(ops.mul(n, 2 * Math.PI)), 0.5),
    );
    return reduceLoss(op, ops.add(cost, ops.where(many, factorial, 0)), reduction);
  },
);

/** Minus the log-probability of labels under normal distributions of given means and variances. */
export const gaussianNllLoss = define(
  'gaussianNllLoss',
  ['input', 'label', 'variance'],
  ['full', 'epsilon', 'reduction'],
  (
    input: TensorLike,
    label: TensorLike,
    variance: TensorLike,
    full: boolean = false,
    epsilon: number = 1e-6,
    reduction: string = 'mean',
  ) => {
    const op = 'gaussianNllLoss';
    const [x, y, given] = take(op, input, label, variance);
    const spread = given.rank === x.rank - 1 ? ops.expandDims(given, -1) : given;
    const width = ops.clip(spread.detach(), epsilon, null);
    const cost = ops.mul(ops.add(ops.log(width), ops.div(ops.square(ops.sub(x, y)), width)), 0.5);
    return reduceLoss(op, full ? ops.add(cost, 0.9189385332046727) : cost, reduction);
  },
);

/** The cross-entropy of the similarities of anchors and positives, and a penalty on both. */
export const npairLoss = define(
  'npairLoss',
  ['anchor', 'positive', 'labels'],
  ['l2Reg'],
  (anchor: TensorLike, positive: TensorLike, labels: TensorLike, l2Reg: number = 0.002) => {
    const [a, b, y] = take('npairLoss', anchor, positive, labels);
    const column = ops.reshape(y, [-1, 1]);
    const same = ops.cast(ops.equal(column, ops.transpose(column)), a.dtype);
    const target = ops.div(same, ops.sum(same, 1, { keepDims: true }));
    const size = (x: CoreTensor) => ops.mean(ops.sum(ops.square(x), 1));
    const penalty = ops.mul(ops.add(size(a), size(b)), 0.25 * l2Reg);
    const similarity = wrap(ops.matmul(a, b, { transposeB: true }));
    const cost = softmaxWithCrossEntropy(similarity, wrap(target), true).tensor;
    return wrap(ops.add(penalty, ops.mean(ops.sum(ops.mul(target, cost), 0))));
  },
);
