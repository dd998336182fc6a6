import { integer, nullable } from '../config/index.ts';
import { sameRank } from '../losses/same-rank.ts';
import {
  arange,
  asTensor,
  broadcastTo,
  cast,
  elementwise,
  expandDims,
  fromData,
  narrow,
  reshape,
  squeeze,
  type TensorLike,
  topK,
  where,
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
    const pick = (x: Tensor): Tensor => squeeze(narrow(x, -1, options.classId as number, 1), -1);
    [labels, scores] = [pick(labels), pick(scores)];
  }
  const weights = weightsOf(name, scores, sampleWeight, options.labelWeights ?? null);
  const rows = multiLabel ? scores.shape[0] : scores.size;
  const flat = (x: Tensor): Tensor => reshape(x, multiLabel ? [1, rows, -1] : [1, rows]);
  const shape = multiLabel ? [thresholds.length, 1, 1] : [thresholds.length, 1];
  const positive = even
    ? elementwise(
        'inBucket',
        (score, i) =>
          score
            .mul(thresholds.length - 1)
            .ceil()
            .sub(1)
            .max(0)
            .ge(i),
        [flat(scores), reshape(arange(thresholds.length, undefined, 1, { dtype }), shape)],
      )
    : elementwise('aboveThreshold', (score, limit) => score.gt(limit), [
        flat(scores),
        reshape(fromData(Float64Array.from(thresholds), [thresholds.length], dtype), shape),
      ]);
  const [truth, weight] = [flat(labels), flat(weights)];
  const count = (predicted: 0 | 1, actual: 0 | 1): Tensor =>
    elementwise('countDecisions', (p, t, w) => p.eq(predicted).mul(t.ne(0).eq(actual)).mul(w), [
      positive,
      truth,
      weight,
    ]).sum(1);
  return {
    truePositives: count(1, 1),
    falsePositives: count(1, 0),
    trueNegatives: count(0, 0),
    falseNegatives: count(0, 1),
  };
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
  const { values } = topK(scores, k);
  const last = narrow(values, -1, k - 1, 1);
  return where(scores.greaterEqual(last), scores, none);
}

/** Thresholds 0, 1/(n-1), …, 1, moved outwards by `margin` at the ends. */
export function evenThresholds(count: number, margin: number): readonly number[] {
  if (count === 1) return [0.5];
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return -margin;
    return i === count - 1 ? 1 + margin : i / (count - 1);
  });
}
