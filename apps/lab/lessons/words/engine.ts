import { layers, loadTensors, noGrad, Sequential, type Tensor } from 'gradus';
import { fromData } from 'gradus/ops';
import { fetchSiteFile } from '../../engine/files.ts';

/** A word of a review as it was written, and what it does to the judgement. */
export interface Said {
  /** As it was written, with what stands around it. */
  readonly before: string;
  readonly word: string;
  readonly known: boolean;
  /** How far the judgement's score moves towards positive because the word is in the review. */
  readonly pull: number;
}

/** What the network makes of a review. */
export interface Judgement {
  /** From 0, surely negative, to 1, surely positive. */
  readonly share: number;
  readonly words: readonly Said[];
  /** What stands behind the last word. */
  readonly after: string;
  readonly knownCount: number;
}

interface Network {
  readonly model: Sequential;
  readonly ranks: ReadonlyMap<string, number>;
  readonly accuracy: number;
}

let loading: Promise<Network> | null = null;

/** The network that judges reviews, with its words, loaded when it is first needed. */
function network(): Promise<Network> {
  loading ??= load().catch((error) => {
    loading = null; // the next one tries again
    throw error;
  });
  return loading;
}

async function load(): Promise<Network> {
  const bytes = await fetchSiteFile('models/words.safetensors');
  const file = await loadTensors(bytes);
  const list = (await file.readArray('words')).data as Uint8Array;
  const words = new TextDecoder().decode(list).split('\n');
  // The last layer without its sigmoid: scores add up where shares are squeezed together at both ends.
  const model = new Sequential([
    layers.input({ shape: [words.length] }),
    layers.dense({ units: 16, activation: 'relu', name: 'dense' }),
    layers.dense({ units: 16, activation: 'relu', name: 'dense_1' }),
    layers.dense({ units: 1, name: 'dense_2' }),
  ]);
  for (const weight of model.weights) {
    weight.assign((await file.read(weight.path.replace(/^.*\/(?=.*\/)/, ''))).cast('float32'));
  }
  return {
    model,
    ranks: new Map(words.map((word, rank) => [word, rank])),
    accuracy: Number(file.metadata.get('accuracy')),
  };
}

/** How many words the network knows, and how many reviews of the test set it judges right. */
export async function facts(): Promise<{ words: number; accuracy: number }> {
  const { ranks, accuracy } = await network();
  return { words: ranks.size, accuracy };
}

/** Words as Keras' data set has them: letters, digits and apostrophes. */
const wordPattern = /[a-z0-9'\u0080-\uffff]+/gi;

/** Judges a review, and tells for each word what would change without it. */
export async function judge(review: string): Promise<Judgement> {
  const { model, ranks } = await network();
  const said: { before: string; word: string; rank: number | undefined }[] = [];
  let end = 0;
  for (const { 0: word, index } of review.matchAll(wordPattern)) {
    said.push({ before: review.slice(end, index), word, rank: ranks.get(word.toLowerCase()) });
    end = index + word.length;
  }
  const distinct = [...new Set(said.map(({ rank }) => rank).filter((rank) => rank !== undefined))];
  const [whole, ...without] = noGrad(() => scores(model, distinct, ranks.size));
  const pulls = new Map(distinct.map((rank, i) => [rank, whole - without[i]]));
  return {
    share: sigmoid(whole),
    words: said.map(({ before, word, rank }) => ({
      before,
      word,
      known: rank !== undefined,
      pull: rank === undefined ? 0 : (pulls.get(rank) ?? 0),
    })),
    after: review.slice(end),
    knownCount: distinct.length,
  };
}

/** Rows at a time: each is as long as the list of words. */
const together = 64;

/** The score of a review, then its score without each of its words. */
function scores(model: Sequential, ranks: readonly number[], width: number): number[] {
  const result: number[] = [];
  for (let at = 0; at <= ranks.length; at += together) {
    const rows = Math.min(together, ranks.length + 1 - at);
    const data = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (const rank of ranks) data[row * width + rank] = 1;
      const left = at + row - 1; // the first row is whole
      if (left >= 0) data[row * width + ranks[left]] = 0;
    }
    const y = model.apply(fromData(data, [rows, width]), { training: false }) as Tensor;
    result.push(...(y.dataSync() as Float32Array));
  }
  return result;
}

const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));
