import { formatShape, ShapeError, type Tensor } from '../tensor/index.ts';
import { type ClassName, imagenetClasses } from './imagenet-classes.ts';
import type { SourceOptions } from './published-file.ts';

/** One class of ImageNet with its score, as in Keras: WordNet id, name, score. */
export type DecodedPrediction = [id: string, name: string, score: number];

/**
 * The best classes of ImageNet for each row of predictions [n, 1000], best first. Names come from the cache, the mirror or their
 * public address.
 * @example const [best] = (await decodePredictions(await model.predict(x), { top: 3 }))[0];
 */
export async function decodePredictions(
  predictions: Tensor,
  { top = 5, ...sources }: { readonly top?: number } & SourceOptions = {},
): Promise<DecodedPrediction[][]> {
  const { shape } = predictions;
  if (shape.length !== 2 || shape[1] !== 1000) {
    throw new ShapeError(
      `decodePredictions: expects scores of 1000 classes, [n, 1000], received ${formatShape(shape)}`,
    );
  }
  const classes = await imagenetClasses(sources);
  const scores = Array.from(await predictions.data(), Number);
  return Array.from({ length: shape[0] }, (_, row) =>
    bestOf(scores.slice(1000 * row, 1000 * (row + 1)), top).map(([index, score]) => {
      const { id, label }: ClassName = classes[index];
      return [id as string, label, score] as DecodedPrediction;
    }),
  );
}

/** The largest of some scores with their places, largest first; of equal ones the first. */
export function bestOf(scores: ArrayLike<number>, count: number): [index: number, score: number][] {
  const entries = Array.from(scores, (score, i): [number, number] => [i, score]);
  return entries.sort(([i, a], [j, b]) => b - a || i - j).slice(0, count);
}
