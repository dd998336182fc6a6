import { Sequences } from '../data/index.ts';
import { NumpyRandomState } from '../data/numpy-random.ts';
import { ValueError } from '../tensor/index.ts';

/** How words become numbers; the defaults are Keras'. */
export interface ReviewEncoding {
  /** Words of this rank and beyond become `oovChar`; null, the default, keeps all but the rarest. */
  readonly numWords?: number | null;
  /** Numbers below this one become `oovChar` too. */
  readonly skipTop?: number;
  /** Reviews of so many numbers or more are left out. */
  readonly maxlen?: number | null;
  /** Seed of NumPy's that the reviews are shuffled by; 113, as in Keras. */
  readonly seed?: number;
  /** Stands before each review; null for nothing. */
  readonly startChar?: number | null;
  /** Stands for words that are left out; null leaves them out without a trace. */
  readonly oovChar?: number | null;
  /** Is added to the ranks of words. */
  readonly indexFrom?: number;
}

/** Reviews as ranks of words, and whether each is positive. */
export interface RankedReviews {
  readonly x: Sequences;
  readonly y: Uint8Array;
}

/** What `load_data` of Keras does with the reviews, in its order; each half is read when it is needed. */
export async function encodeReviews(
  read: (half: 'train' | 'test') => Promise<RankedReviews>,
  encoding: ReviewEncoding,
): Promise<[train: RankedReviews, test: RankedReviews]> {
  const { seed = 113, maxlen = null, skipTop = 0, oovChar = 2 } = encoding;
  checkEncoding(encoding);
  const random = new NumpyRandomState(seed);
  const next = async (half: 'train' | 'test'): Promise<RankedReviews> => {
    const reviews = await read(half);
    return arrange(reviews, random.permutation(reviews.y.length), encoding);
  };
  const parts = [await next('train'), await next('test')];
  if (maxlen && parts.some(({ y }) => y.length === 0)) {
    throw new ValueError(
      `imdb: no review has less than maxlen = ${maxlen} words in one of the halves; give a larger maxlen`,
    );
  }
  const numWords = encoding.numWords || Math.max(...parts.map(({ x }) => largest(x.values)));
  const keep = (value: number): boolean => value >= skipTop && value < numWords;
  for (const { x } of parts) {
    if (oovChar !== null) replaceOthers(x.values, keep, oovChar);
  }
  const [train, test] = parts.map(({ x, y }) => ({
    x: oovChar === null ? filtered(x, keep) : x,
    y,
  }));
  return [train, test];
}

/** One review as `encodeReviews` would have it, from its ranks. */
export function encodeRanks(ranks: Int32Array, encoding: ReviewEncoding): Int32Array {
  const { skipTop = 0, oovChar = 2, numWords } = encoding;
  checkEncoding(encoding);
  const reviews = { x: new Sequences(ranks, Int32Array.of(0, ranks.length)), y: new Uint8Array(1) };
  const all = arrange(reviews, Int32Array.of(0), { ...encoding, maxlen: null }).x.values;
  const keep = (value: number): boolean => value >= skipTop && (!numWords || value < numWords);
  if (oovChar === null) return all.filter(keep);
  replaceOthers(all, keep, oovChar);
  return all;
}

/** Reviews in an order, with the start in front and the ranks moved; those that are too long are left out. */
function arrange(
  { x, y }: RankedReviews,
  order: Int32Array,
  { startChar = 1, indexFrom = 3, maxlen = null }: ReviewEncoding,
): RankedReviews {
  const { values, starts } = x;
  const extra = startChar === null ? 0 : 1;
  const kept = order.filter((i) => !maxlen || starts[i + 1] - starts[i] + extra < maxlen);
  const ends = new Int32Array(kept.length + 1);
  kept.forEach((i, row) => {
    ends[row + 1] = ends[row] + starts[i + 1] - starts[i] + extra;
  });
  const arranged = new Int32Array(ends[kept.length]);
  let at = 0;
  for (const i of kept) {
    if (startChar !== null) arranged[at++] = startChar;
    for (let j = starts[i]; j < starts[i + 1]; j++) arranged[at++] = values[j] + indexFrom;
  }
  return { x: new Sequences(arranged, ends), y: Uint8Array.from(kept, (i) => y[i]) };
}

function replaceOthers(values: Int32Array, keep: (value: number) => boolean, by: number): void {
  for (let i = 0; i < values.length; i++) if (!keep(values[i])) values[i] = by;
}

function filtered(x: Sequences, keep: (value: number) => boolean): Sequences {
  const starts = new Int32Array(x.length + 1);
  const kept = new Int32Array(x.values.length);
  let at = 0;
  for (let row = 0; row < x.length; row++) {
    for (const value of x.at(row)) if (keep(value)) kept[at++] = value;
    starts[row + 1] = at;
  }
  return new Sequences(kept.slice(0, at), starts);
}

function largest(values: Int32Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

function checkEncoding({
  numWords,
  skipTop,
  maxlen,
  startChar,
  oovChar,
  indexFrom,
}: ReviewEncoding): void {
  for (const [name, value] of Object.entries({
    numWords,
    skipTop,
    maxlen,
    startChar,
    oovChar,
    indexFrom,
  })) {
    if (value === undefined || value === null || (Number.isInteger(value) && value >= 0)) continue;
    throw new ValueError(`imdb: ${name} must be a whole number >= 0, received ${value}`);
  }
}
