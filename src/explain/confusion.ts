import { ValueError } from '../tensor/index.ts';

/** How often each class (row) was taken for each (column). */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes?: number,
): number[][] {
  if (truth.length !== predicted.length) {
    throw new ValueError(
      `confusionMatrix: there are ${truth.length} true classes but ${predicted.length} predicted ones`,
    );
  }
  const pairs = Array.from(truth, (label, i) => [label, predicted[i]] as const);
  const count = classes ?? pairs.reduce((most, pair) => Math.max(most, ...pair), -1) + 1;
  const matrix = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (const pair of pairs) {
    const bad = pair.find((n) => !Number.isSafeInteger(n) || n < 0 || n >= count);
    if (bad !== undefined) {
      throw new ValueError(
        `confusionMatrix: a class must be a whole number from 0 to ${count - 1}, received ${bad}`,
      );
    }
    matrix[pair[0]][pair[1]]++;
  }
  return matrix;
}

/** Two classes of which one is taken for the other. */
export interface ConfusedPair {
  /** Numbers or names of the two classes. */
  readonly classes: readonly [number | string, number | string];
  /** How often one was taken for the other, either way. */
  readonly count: number;
  /** The same as a share of all samples of the two. */
  readonly share: number;
}

/**
 * The pairs of classes that are confused most often, from a confusion matrix; pairs that are never confused are left out.
 * @example mostConfusedPairs(confusionMatrix(labels, predictions), { classNames: ['cat', 'dog', 'owl'] })
 */
export function mostConfusedPairs(
  confusion: readonly (readonly number[])[],
  { classNames, limit = 5 }: { classNames?: readonly string[]; limit?: number } = {},
): ConfusedPair[] {
  const totals = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  const pairs: ConfusedPair[] = [];
  for (let a = 0; a < confusion.length; a++) {
    for (let b = a + 1; b < confusion.length; b++) {
      const count = confusion[a][b] + confusion[b][a];
      if (count === 0) continue;
      const classes = [classNames?.[a] ?? a, classNames?.[b] ?? b] as const;
      pairs.push({ classes, count, share: count / (totals[a] + totals[b]) });
    }
  }
  return pairs.sort((x, y) => y.count - x.count || y.share - x.share).slice(0, limit);
}
