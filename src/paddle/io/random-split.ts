import { dataKey } from '../../data/stages/order.ts';
import { permutedIndices } from '../../ops/random/permutation.ts';
import { ValueError } from '../../tensor/index.ts';
import { type MapDataset, Subset } from './dataset.ts';

/**
 * Parts of a data set with samples drawn by chance: of these lengths, or of these shares, which sum to 1.
 * @example const [train, valid] = paddle.io.randomSplit(dataset, [0.9, 0.1]);
 */
export function randomSplit<Sample>(
  dataset: MapDataset<Sample>,
  lengths: readonly number[],
): Subset<Sample>[] {
  const counts = countsOf(lengths, dataset.length);
  const order = permutedIndices(dataset.length, dataKey(undefined));
  let start = 0;
  return counts.map((count) => {
    const part = order.subarray(start, start + count);
    start += count;
    return new Subset(dataset, Array.from(part));
  });
}

function countsOf(lengths: readonly number[], total: number): number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  const shares = Math.abs(sum - 1) < 1e-9 && lengths.every((share) => share >= 0 && share <= 1);
  if (shares && !(total === 1 && lengths.every(Number.isInteger))) {
    const counts = lengths.map((share) => Math.floor(total * share));
    const left = total - counts.reduce((a, b) => a + b, 0);
    for (let i = 0; i < left; i++) counts[i % counts.length]++;
    return counts;
  }
  if (sum !== total || !lengths.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new ValueError(
      `randomSplit: lengths must sum to the ${total} samples, or be shares that sum to 1; ` +
        `received [${lengths.join(', ')}]`,
    );
  }
  return [...lengths];
}
