import { exists, joinPath, listFolder, type RandomAccessFile } from '#platform';
import { openBytes, readBytes, Sequences } from '../data/index.ts';
import { csv, gzip, type NpzFile, npz, pickle, toHostArray } from '../formats/index.ts';
import { FormatError } from '../tensor/index.ts';
import type { RankedReviews } from './encode-reviews.ts';
import { splitWords } from './split-words.ts';
import type { WordIndex } from './word-index.ts';

/** Reads one half of the reviews. */
export type ReviewReader = (half: 'train' | 'test') => Promise<RankedReviews>;

/** Lists of ranks, gathered in one array that grows. */
class RankCollector {
  readonly #starts: number[] = [0];
  readonly #labels: number[] = [];
  #ranks: Int32Array;

  /** With room for so many ranks, to begin with. */
  constructor(room = 1 << 20) {
    this.#ranks = new Int32Array(room);
  }

  add(label: number, ranks: ArrayLike<number>): void {
    const from = this.#starts.at(-1) as number;
    const to = from + ranks.length;
    if (to > this.#ranks.length) {
      const larger = new Int32Array(Math.max(to, Math.floor(1.5 * this.#ranks.length)));
      larger.set(this.#ranks.subarray(0, from));
      this.#ranks = larger;
    }
    this.#ranks.set(ranks, from);
    this.#starts.push(to);
    this.#labels.push(label);
  }

  /** Adds a text by the ranks of those of its words that have one. */
  addText(label: number, text: string, index: WordIndex): void {
    const ranks: number[] = [];
    for (const word of splitWords(text)) {
      const rank = index.get(word);
      if (rank !== undefined) ranks.push(rank);
    }
    this.add(label, ranks);
  }

  finish(): RankedReviews {
    const end = this.#starts.at(-1) as number;
    const x = new Sequences(this.#ranks.subarray(0, end), Int32Array.from(this.#starts));
    return { x, y: Uint8Array.from(this.#labels) };
  }
}

/** Reviews of Keras' `imdb.npz`: lists of ranks as pickled objects, labels as numbers. */
export async function readNpz(file: RandomAccessFile): Promise<ReviewReader> {
  const archive = await npz.open(file);
  return (half) => readHalf(archive, half, file.name);
}

async function readHalf(
  archive: NpzFile,
  half: 'train' | 'test',
  file: string,
): Promise<RankedReviews> {
  const labels = toHostArray(await archive.read(`y_${half}`)).data;
  const { objects, shape } = await archive.readObjects(`x_${half}`);
  if (!objects || shape.length !== 1 || shape[0] !== labels.length) {
    const received = `${shape[0]} reviews, ${labels.length} labels`;
    throw new FormatError('one label is needed for each review', { file, received });
  }
  const reviews = Array.from(objects, (review, i) => ranksOf(review, file, i));
  const collector = new RankCollector(reviews.reduce((sum, ranks) => sum + ranks.length, 0));
  reviews.forEach((ranks, i) => {
    collector.add(labels[i], ranks);
  });
  return collector.finish();
}

function ranksOf(review: pickle.PickleValue, file: string, number: number): ArrayLike<number> {
  const ranks = review instanceof pickle.PickleList ? review.asIntegers() : null;
  if (ranks) return ranks;
  throw new FormatError(`review ${number} is no list of integers`, { file });
}

const csvNames = (half: string): string[] => [`imdb_${half}.csv.gz`, `imdb_${half}.csv`];

/** Reviews as text in a folder: CSV files with text and label, or the folders of the original data set; null where there are none. */
export async function findTexts(
  folder: string | URL,
  openIndex: () => Promise<WordIndex>,
): Promise<ReviewReader | null> {
  const table = await firstThere(csvNames('train').map((name) => joinPath(folder, name)));
  if (table) {
    const index = await openIndex();
    return (half) => readTable(folder, half, index);
  }
  for (const place of [joinPath(folder), joinPath(folder, 'aclImdb')]) {
    if (!(await exists(joinPath(place, 'train', 'pos')))) continue;
    const index = await openIndex();
    return (half) => readFolders(joinPath(place, half), index);
  }
  return null;
}

async function firstThere(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if (await exists(path)) return path;
  return null;
}

async function readTable(
  folder: string | URL,
  half: 'train' | 'test',
  index: WordIndex,
): Promise<RankedReviews> {
  const path = await firstThere(csvNames(half).map((name) => joinPath(folder, name)));
  if (!path)
    throw new FormatError(`there is no ${csvNames(half).join(' or ')}`, { file: String(folder) });
  const file = await openBytes(path);
  try {
    const packed = file.chunks();
    const chunks = path.endsWith('.gz') ? gzip.decodeChunks(packed, { file: path }) : packed;
    const collector = new RankCollector();
    let columns: { text: number; label: number } | null = null;
    for await (const record of csv.decodeRecords(chunks, { file: path })) {
      if (!columns) {
        columns = { text: record.indexOf('text'), label: record.indexOf('label') };
        if (columns.text < 0 || columns.label < 0) {
          const received = record.join().slice(0, 60);
          throw new FormatError('bad header', { file: path, expected: 'text,label', received });
        }
        continue;
      }
      const label = record[columns.label];
      if (label !== '0' && label !== '1') {
        throw new FormatError('bad label', { file: path, expected: '0 or 1', received: label });
      }
      collector.addText(Number(label), record[columns.text], index);
    }
    return collector.finish();
  } finally {
    await file.close();
  }
}

async function readFolders(folder: string, index: WordIndex): Promise<RankedReviews> {
  const collector = new RankCollector();
  const decoder = new TextDecoder();
  for (const [label, name] of ['neg', 'pos'].entries()) {
    for (const entry of await listFolder(joinPath(folder, name))) {
      if (!entry.name.endsWith('.txt')) continue;
      const bytes = await readBytes(joinPath(folder, name, entry.name), { maxBytes: 1 << 24 });
      collector.addText(label, decoder.decode(bytes), index);
    }
  }
  return collector.finish();
}
