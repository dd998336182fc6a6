import { integer, nullable } from '../config/index.ts';
import { sameRank } from '../losses/same-rank.ts';
import {
  arange,
  asTensor,
  broadcastTo,
  cast,
  cumsum,
  elementwise,
  expandDims,
  fromData,
  narrow,
  oneHot,
  reshape,
  scatterAdd,
  squeeze,
  stack,
  type TensorLike,
  topK,
  zeros,
} from '../ops/index.ts';
import { type DType, formatShape, ShapeError, sameShape, type Tensor } from '../tensor/index.ts';

/** Stands for a score that no threshold lets through. */
const none = -1e10;

/** How predictions are counted against thresholds. */
export interface CountOptions {
  readonly thresholds: readonly number[];
  /** Whether the thresholds lie evenly from 0 to 1, so that predictions can be told by their bucket. */
  readonly even?: boolean;
  /** Count only the `topK` largest predictions of each sample as positive. */
  readonly topK?: number | null;
  /** Look at one class alone. */
  readonly classId?: number | null;
  /** Whether each label has counts of its own: [thresholds, labels] instead of [thresholds]. */
  readonly multiLabel?: boolean;
  /** Weights of the labels. */
  readonly labelWeights?: readonly number[] | null;
}

/** Weighted counts of right and wrong decisions at each threshold. */
export interface ConfusionCounts {
  readonly truePositives: Tensor;
  readonly falsePositives: Tensor;
  readonly trueNegatives: Tensor;
  readonly falseNegatives: Tensor;
}

/** The options that choose what is counted. */
export const countOptions = {
  topK: nullable(integer(1, { min: 1 })),
  classId: nullable(integer(0, { min: 0 })),
};

/** Counts a batch. */
export function countConfusions(
  name: string,
  yTrue: TensorLike,
  yPred: TensorLike,
  sampleWeight: TensorLike | null,
  dtype: DType,
  options: CountOptions,
): ConfusionCounts {
  const { thresholds, even = false, multiLabel = false } = options;
  let [labels, scores] = sameRank(
    cast(asTensor(name, yTrue), dtype),
    cast(asTensor(name, yPred), dtype),
  );
  if (!sameShape(labels.shape, scores.shape)) {
    throw new ShapeError(
      `${name}: labels of shape ${formatShape(labels.shape)} do not fit predictions of shape ` +
        formatShape(scores.shape),
    );
  }
  if (options.topK) scores = onlyTop(scores, options.topK);
  if (options.classId !== null && options.classId !== undefined) {
    const pick = (x: Tensor): Tensor => narrow(x, -1, options.classId as number, 1);
    [labels, scores] = [pick(labels), pick(scores)];
  }
  const weights = weightsOf(name, scores, sampleWeight, options.labelWeights ?? null);
  const columns = multiLabel ? (scores.shape.at(-1) as number) : 1;
  const flat = (x: Tensor): Tensor => reshape(x, [-1, columns]);
  const [set, unset] = [1, 0].map((wanted) =>
    flat(
      elementwise('labelWeight', (label, w) => label.ne(0).eq(wanted).mul(w), [labels, weights]),
    ),
  );
  const count = even ? countInBuckets : countByComparing;
  const [above, below] = count(flat(scores), stack([set, unset], 2), thresholds);
  const shape = multiLabel ? [thresholds.length, columns] : [thresholds.length];
  const pick = (x: Tensor, which: number): Tensor => reshape(narrow(x, 2, which, 1), shape);
  return {
    truePositives: pick(above, 0),
    falsePositives: pick(above, 1),
    trueNegatives: pick(below, 1),
    falseNegatives: pick(below, 0),
  };
}

/** Weights of set and of unset labels, [thresholds, columns, 2], whose scores are above each threshold, and of the others. */
type Counted = readonly [above: Tensor, below: Tensor];

/** Compares all scores [samples, columns] with all thresholds; the weights are [samples, columns, 2]. */
function countByComparing(scores: Tensor, weights: Tensor, thresholds: readonly number[]): Counted {
  const limits = fromData(
    Float64Array.from(thresholds),
    [thresholds.length, 1, 1, 1],
    scores.dtype,
  );
  const operands = [expandDims(scores, -1), limits, weights];
  return [1, 0].map((wanted) =>
    elementwise(
      'onSideOfThreshold',
      (score, limit, w) => score.gt(limit).eq(wanted).mul(w),
      operands,
    ).sum(1),
  ) as unknown as Counted;
}

/**
 * The same for thresholds that lie evenly from 0 to 1: each score adds its weight to the bucket below it, and running sums over
 * the buckets are the counts. The work does not grow with thresholds times scores.
 */
function countInBuckets(scores: Tensor, weights: Tensor, thresholds: readonly number[]): Counted {
  const { dtype } = scores;
  const [n, columns] = [thresholds.length, scores.shape[1]];
  // Bucket 0 holds the scores that are above no threshold.
  const lowest = thresholds[0] < 0 ? 1 : 0;
  // Stored before it is rounded up, so that all backends round a product alike.
  const scaled = elementwise(
    'scaledScore',
    (s) =>
      s
        .max(0)
        .min(1)
        .mul(n - 1),
    [scores],
  );
  const buckets = elementwise(
    'bucket',
    (s, column) => s.isNaN().select(0, s.ceil().max(lowest)).mul(columns).add(column),
    [scaled, arange(columns, undefined, 1, { dtype })],
    { dtype: 'int32' },
  );
  const table = reshape(
    scatterAdd(
      zeros([(n + 1) * columns, 2], { dtype }),
      reshape(buckets, [-1]),
      reshape(weights, [-1, 2]),
    ),
    [n + 1, columns, 2],
  );
  return [narrow(cumsum(table, 0, { reverse: true }), 0, 1, n), narrow(cumsum(table, 0), 0, 0, n)];
}

/** The weight of each prediction, of the predictions' shape. */
function weightsOf(
  name: string,
  scores: Tensor,
  sampleWeight: TensorLike | null,
  labelWeights: readonly number[] | null,
): Tensor {
  const { dtype, shape } = scores;
  let weights = fromData(Float64Array.of(1), [], dtype);
  if (sampleWeight !== null) {
    let given = cast(asTensor(name, sampleWeight), dtype);
    while (given.rank > scores.rank && given.shape.at(-1) === 1) given = squeeze(given, -1);
    while (given.rank < scores.rank) given = expandDims(given, -1);
    weights = given;
  }
  if (labelWeights)
    weights = weights.mul(fromData(Float64Array.from(labelWeights), [labelWeights.length], dtype));
  return broadcastTo(weights, shape);
}

/** Scores of which all but the `k` largest of each row are ruled out. */
function onlyTop(scores: Tensor, k: number): Tensor {
  const { indices } = topK(scores, k);
  const isTop = oneHot(indices, scores.shape.at(-1) as number).sum(-2);
  return elementwise('onlyTop', (score, top) => top.gt(0).select(score, none), [scores, isTop]);
}

/** Whether thresholds are 0, 1/(n-1), …, 1, which Keras counts by their buckets. */
export const areEven = (thresholds: readonly number[]): boolean =>
  thresholds.length >= 3 &&
  thresholds.every((threshold, i) => {
    const even = i / (thresholds.length - 1);
    return Math.abs(threshold - even) <= 1e-7 + 1e-5 * even;
  });

/** Thresholds 0, 1/(n-1), …, 1, moved outwards by `margin` at the ends. */
export function evenThresholds(count: number, margin: number): readonly number[] {
  if (count === 1) return [0.5];
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return -margin;
    return i === count - 1 ? 1 + margin : i / (count - 1);
  });
}
