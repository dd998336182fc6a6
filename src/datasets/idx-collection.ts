import {
  cacheFolder,
  exists,
  joinPath,
  openCached,
  PlatformError,
  packageFolder,
  type RandomAccessFile,
  sha256,
} from '#platform';
import { openBytes } from '../data/index.ts';
import { gzip } from '../formats/index.ts';
import { FormatError, type Tensor } from '../tensor/index.ts';
import { type PublishedFile, readCached, readDownloaded } from './cached-file.ts';
import { checkPair, readIdxArray, readIdxTensor } from './idx-file.ts';
import type { FoundData, LoadOptions, TrainAndTest, TrainAndTestArrays } from './options.ts';

/** A file in idx format, as published with gzip, and its contents. */
export interface IdxFile {
  readonly size: number;
  readonly sha256: string;
  readonly contents: { readonly size: number; readonly sha256: string };
}

const names = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const;
type Name = (typeof names)[number];

/** Where MNIST or a set in its form is found. */
export interface IdxCollectionOptions {
  /** Folder in the cache and on a mirror. */
  readonly name: string;
  /** Addresses of the folders that have the files. */
  readonly urls: readonly string[];
  readonly files: Readonly<Record<Name, IdxFile>>;
  /** An npm package that has the files, not compressed, in a folder of it. */
  readonly npm?: { readonly name: string; readonly version: string; readonly folder: string };
}

/** A data set of four idx files: images and labels, for training and for testing. */
export class IdxCollection {
  readonly #options: IdxCollectionOptions;

  constructor(options: IdxCollectionOptions) {
    this.#options = options;
  }

  loadData(options: LoadOptions = {}): Promise<TrainAndTest> {
    return this.#load(options, readIdxTensor);
  }

  loadArrays(options: LoadOptions = {}): Promise<TrainAndTestArrays> {
    return this.#load(options, readIdxArray);
  }

  /** Where the data would be read from without a download; null where nowhere. */
  async locate({ path }: Pick<LoadOptions, 'path'> = {}): Promise<FoundData | null> {
    const folder = path ?? (await this.#packageFolder());
    if (folder !== null) {
      const found = await Promise.all(names.map((name) => findIn(folder, name)));
      const source = path === undefined ? 'package' : 'folder';
      if (!found.includes(null)) return { source, place: String(folder) };
    }
    if (path !== undefined) return null;
    for (const name of names) {
      const file = await openCached(this.#published(name).key);
      await file?.close();
      if (!file) return null;
    }
    return { source: 'cache', place: joinPath(cacheFolder(), this.#options.name) };
  }

  async #load<T extends Tensor | TrainAndTestArrays[0][0]>(
    options: LoadOptions,
    read: (file: RandomAccessFile, maxBytes: number) => Promise<T>,
  ): Promise<TrainAndTest<T>> {
    const [x, y, xTest, yTest] = await this.#readAll(options, async (name, file) => {
      // A file that expands to more than the data set has is none of it.
      return read(file, this.#options.files[name].contents.size);
    });
    checkPair(x, y, `${this.#options.name}: ${names[0]}`);
    checkPair(xTest, yTest, `${this.#options.name}: ${names[2]}`);
    return [
      [x, y],
      [xTest, yTest],
    ];
  }

  async #readAll<T>(
    options: LoadOptions,
    read: (name: Name, file: RandomAccessFile) => Promise<T>,
  ): Promise<T[]> {
    const { path, source } = options;
    const { name: set, npm } = this.#options;
    if (path !== undefined) return readFolder(set, path, read);
    if (source === undefined || source === 'package') {
      const folder = await this.#packageFolder();
      if (folder !== null) return readFolder(set, folder, read);
      if (source === 'package') {
        const wayOut = npm ? `npm install ${npm.name}@${npm.version}` : 'no package has it';
        throw new PlatformError('missing', `${set}: the npm package is not installed; ${wayOut}`);
      }
    }
    const all: T[] = [];
    for (const name of names) {
      const published = this.#published(name);
      const readIt = (file: RandomAccessFile) => read(name, file);
      const cached = source === 'download' ? null : await readCached(published, readIt);
      if (cached === null && source === 'cache') {
        const place = cacheFolder();
        throw new PlatformError('missing', `${set}: ${published.key} is not in the cache ${place}`);
      }
      all.push(cached ?? (await readDownloaded(published, options, readIt)));
    }
    return all;
  }

  async #packageFolder(): Promise<string | null> {
    const { npm } = this.#options;
    const folder = npm && (await packageFolder(npm.name));
    return folder ? joinPath(folder, npm.folder) : null;
  }

  #published(name: Name): PublishedFile {
    const { name: set, urls, files } = this.#options;
    const { size, sha256, contents } = files[name];
    return {
      key: `${set}/${name}.gz`,
      urls: urls.map((url) => `${url}${name}.gz`),
      size,
      sha256,
      acceptOther: {
        maxBytes: contents.size + 1024,
        check: (file) => hasContents(file, contents),
      },
    };
  }
}

/** Whether a file is, or expands to, the contents that are known. */
async function hasContents(
  file: RandomAccessFile,
  contents: { readonly size: number; readonly sha256: string },
): Promise<boolean> {
  const bytes = await file.read(0, file.size);
  try {
    const plain = gzip.sniff(bytes) ? gzip.decode(bytes, { maxBytes: contents.size }) : bytes;
    return plain.length === contents.size && (await sha256(plain)) === contents.sha256;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** The spellings that are about, compressed or not: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`. */
function spellings(name: Name): string[] {
  const dotted = name.replace('-idx', '.idx');
  return [name, dotted].flatMap((spelling) => [spelling, `${spelling}.gz`]);
}

async function findIn(folder: string | URL, name: Name): Promise<string | null> {
  for (const spelling of spellings(name)) {
    const path = joinPath(folder, spelling);
    if (await exists(path)) return path;
  }
  return null;
}

async function readFolder<T>(
  set: string,
  folder: string | URL,
  read: (name: Name, file: RandomAccessFile) => Promise<T>,
): Promise<T[]> {
  const found = new Map<Name, string>();
  for (const name of names) {
    const path = await findIn(folder, name);
    if (path === null) {
      const expected = spellings(name).join(' or ');
      throw new PlatformError('missing', `${set}: the folder ${folder} has no ${expected}`);
    }
    found.set(name, path);
  }
  const all: T[] = [];
  for (const [name, path] of found) {
    const file = await openBytes(path);
    try {
      all.push(await read(name, file));
    } finally {
      await file.close();
    }
  }
  return all;
}
