import { normalizeAxis, type Tensor, ValueError } from '../../tensor/index.ts';
import { threefry2x32 } from '../../tensor/threefry.ts';
import { gather } from '../indexing/gather.ts';
import { asTensor, fromTypedArray, type TensorLike } from '../tensor-like.ts';
import { nextKeyWords, streamKey } from './state.ts';

/** The numbers 0 to length - 1 in random order, from two key words: Fisher and Yates' shuffle. */
export function permutedIndices(length: number, key: Int32Array): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  let counter = 0;
  const pair = new Int32Array(2);
  const nextWord = (): number => {
    if (counter % 2 === 0) threefry2x32(key[0], key[1], counter / 2, 0, pair);
    return pair[counter++ % 2] >>> 0;
  };
  for (let i = length - 1; i > 0; i--) {
    const choices = i + 1;
    // Words beyond the last whole multiple would favour small numbers.
    const fair = Math.floor(2 ** 32 / choices) * choices;
    let word = nextWord();
    while (word >= fair) word = nextWord();
    const j = word % choices;
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Options of random orders. */
export interface PermutationOptions {
  /** A seed of its own: the same order at each call. */
  readonly seed?: number | null;
}

const keyWords = (seed: number | null | undefined): Int32Array =>
  seed === undefined || seed === null ? nextKeyWords() : streamKey(seed, 0);

/** The numbers 0 to n - 1 in random order, int32 [n]. */
export function permutation(n: number, { seed }: PermutationOptions = {}): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new ValueError(`random.permutation: n must be a whole number >= 0, received ${n}`);
  }
  return fromTypedArray('permutation', permutedIndices(n, keyWords(seed)), [n]);
}

/** A copy of the tensor with its slices along an axis in random order. */
export function shuffle(
  x: TensorLike,
  { axis = 0, seed }: PermutationOptions & { readonly axis?: number } = {},
): Tensor {
  const tensor = asTensor('random.shuffle', x);
  const at = normalizeAxis('random.shuffle', axis, tensor.rank);
  return gather(tensor, permutedIndices(tensor.shape[at], keyWords(seed)), { axis: at });
}
