import type { LogCurve } from '../formats/log-value.ts';
import { ShapeError, ValueError } from '../tensor/index.ts';

/**
 * Counts right and wrong at thresholds evenly spread from 0 to 1: a sample is taken for positive where its prediction
 * reaches the threshold. `labels` are 0 or 1, `predictions` probabilities, both of shape [samples].
 */
export function makeCurve(
  what: string,
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  thresholds: number,
  weights: ArrayLike<number> | null = null,
): LogCurve {
  if (labels.length !== predictions.length || (weights && weights.length !== labels.length)) {
    throw new ShapeError(
      `${what}: needs one prediction a label, received ${labels.length} labels and ${predictions.length} predictions`,
    );
  }
  if (!Number.isInteger(thresholds) || thresholds < 2) {
    throw new ValueError(`${what}: needs 2 thresholds or more, received ${thresholds}`);
  }
  const positives = new Array<number>(thresholds).fill(0);
  const negatives = new Array<number>(thresholds).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const prediction = predictions[i];
    if (!(prediction >= 0 && prediction <= 1)) {
      throw new ValueError(`${what}: predictions are from 0 to 1, received ${prediction}`);
    }
    const bucket = Math.floor(prediction * (thresholds - 1));
    (labels[i] ? positives : negatives)[bucket] += weights?.[i] ?? 1;
  }
  // From the last threshold down: what reaches a threshold has reached those below.
  for (let i = thresholds - 2; i >= 0; i--) {
    positives[i] += positives[i + 1];
    negatives[i] += negatives[i + 1];
  }
  return {
    kind: 'curve',
    truePositives: positives,
    falsePositives: negatives,
    trueNegatives: negatives.map((count) => negatives[0] - count),
    falseNegatives: positives.map((count) => positives[0] - count),
  };
}
