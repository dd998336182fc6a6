import { confusionMatrix } from '../explain/index.ts';
import { bestOf } from '../models/index.ts';

/** A photo that was taken for something else. */
export interface PhotoMistake {
  readonly path: string;
  readonly truth: string;
  readonly predicted: string;
  /** How sure the model was of what is wrong. */
  readonly score: number;
}

/** How well a model tells photos apart. */
export interface PhotoReport {
  /** How many photos were looked at. */
  readonly photos: number;
  readonly accuracy: number;
  /** The mean cross-entropy. */
  readonly loss: number;
  /** How often each class (row) was taken for each (column). */
  readonly confusion: readonly (readonly number[])[];
  /** All that was wrong, the surest first. */
  readonly mistakes: readonly PhotoMistake[];
}

/** Logarithms of the probabilities of photos, [photos, classes], beside what they are. */
export interface ScoredPhotos {
  readonly logProbabilities: ArrayLike<number>;
  readonly probabilities: ArrayLike<number>;
  readonly labels: readonly number[];
  readonly paths: readonly string[];
}

/** What the scores of photos say of a model. */
export function reportOf(
  { logProbabilities, probabilities, labels, paths }: ScoredPhotos,
  classNames: readonly string[],
): PhotoReport {
  const classes = classNames.length;
  const predicted: number[] = [];
  const mistakes: PhotoMistake[] = [];
  let loss = 0;
  labels.forEach((label, i) => {
    const row = Array.from({ length: classes }, (_, c) => probabilities[i * classes + c]);
    const [[best, score]] = bestOf(row, 1);
    predicted.push(best);
    loss -= logProbabilities[i * classes + label];
    if (best === label) return;
    mistakes.push({
      path: paths[i],
      truth: classNames[label],
      predicted: classNames[best],
      score,
    });
  });
  return {
    photos: labels.length,
    accuracy: 1 - mistakes.length / labels.length,
    loss: loss / labels.length,
    confusion: confusionMatrix(labels, predicted, classes),
    mistakes: mistakes.sort((a, b) => b.score - a.score),
  };
}

/** A confusion matrix as lines of text: a row for each class, a column for what it was taken for. */
export function confusionText(
  confusion: readonly (readonly number[])[],
  classNames: readonly string[],
): string {
  const rows = confusion.map((row, i) => [classNames[i], ...row.map(String)]);
  const table = [['is \\ taken for', ...classNames], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table
    .map((row) =>
      row
        .map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
