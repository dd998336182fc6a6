import {
  cacheFolder,
  exists,
  joinPath,
  openCached,
  PlatformError,
  type RandomAccessFile,
} from '#platform';
import { openBytes, readBytes, tensorFromArray } from '../data/index.ts';
import { cifar, gzip, tar, toHostArray } from '../formats/index.ts';
import { FormatError } from '../tensor/index.ts';
import { type PublishedFile, readCached, readDownloaded } from './cached-file.ts';
import type { FoundData, LoadOptions, TrainAndTest, TrainAndTestArrays } from './options.ts';

// https://www.cs.toronto.edu/~kriz/cifar.html, MD5 c32a1d4ab5d03f1284b67883e8d87530.
const archiveName = 'cifar-10-binary.tar.gz';
const published: PublishedFile = {
  key: `cifar10/${archiveName}`,
  urls: [`https://www.cs.toronto.edu/~kriz/${archiveName}`],
  size: 170_052_171,
  sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
};

const trainNames = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
const testName = 'test_batch.bin';
const folderName = 'cifar-10-batches-bin';
/** The archive expands to 184 MB. */
const maxBytes = 200_000_000;

/** What the labels stand for. */
export const classNames: readonly string[] = [
  ...['airplane', 'automobile', 'bird', 'cat', 'deer'],
  ...['dog', 'frog', 'horse', 'ship', 'truck'],
];

/**
 * CIFAR-10 (Krizhevsky 2009), the binary version: 50,000 and 10,000 photos of ten classes. Images are uint8 [n, 32, 32, 3], labels
 * uint8 [n, 1] as in Keras. They come from a folder (`path`) that has the archive or its files, or from the cache, or are
 * downloaded into it (162 MiB).
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.cifar10.loadData();
 */
export async function loadData(options: LoadOptions = {}): Promise<TrainAndTest> {
  const [train, test] = await loadArrays(options);
  return [
    [tensorFromArray(train[0]), tensorFromArray(train[1])],
    [tensorFromArray(test[0]), tensorFromArray(test[1])],
  ];
}

/** The same as arrays on the host. */
export async function loadArrays(options: LoadOptions = {}): Promise<TrainAndTestArrays> {
  const files = await readFiles(options);
  return [decode(trainNames, files), decode([testName], files)];
}

/** Where the data would be read from without a download; null where nowhere. */
export async function locate({ path }: Pick<LoadOptions, 'path'> = {}): Promise<FoundData | null> {
  if (path !== undefined) {
    return (await findFolder(path)) && { source: 'folder', place: String(path) };
  }
  const file = await openCached(published.key);
  await file?.close();
  return file && { source: 'cache', place: joinPath(cacheFolder(), 'cifar10') };
}

type Files = ReadonlyMap<string, Uint8Array>;

function decode(names: readonly string[], files: Files): TrainAndTestArrays[0] {
  const parts = names.map((name) => {
    const bytes = files.get(name);
    if (bytes) return bytes;
    throw new FormatError('the archive lacks a file', { file: archiveName, member: name });
  });
  const { images, labels } = cifar.decode(parts, { file: names.join(', ') });
  const [x, y] = [toHostArray(images), toHostArray(labels)];
  return [x, { ...y, shape: [...y.shape, 1] }];
}

async function readFiles(options: LoadOptions): Promise<Files> {
  const { path, source } = options;
  if (path !== undefined) return readFolder(path);
  if (source === 'package') {
    throw new PlatformError('missing', 'cifar10: no npm package has it; leave source out');
  }
  const cached = source === 'download' ? null : await readCached(published, readArchive);
  if (cached) return cached;
  if (source === 'cache') {
    throw new PlatformError('missing', `cifar10: ${published.key} is not in ${cacheFolder()}`);
  }
  return readDownloaded(published, options, readArchive);
}

/** Where in a folder the data are: the archive, or the folder that has its files. */
async function findFolder(
  path: string | URL,
): Promise<{ archive: string } | { folder: string } | null> {
  for (const folder of [joinPath(path), joinPath(path, folderName)]) {
    if (await exists(joinPath(folder, testName))) return { folder };
  }
  const archive = joinPath(path, archiveName);
  return (await exists(archive)) ? { archive } : null;
}

async function readFolder(path: string | URL): Promise<Files> {
  const found = await findFolder(path);
  if (!found) {
    const expected = `${testName}, ${folderName}/${testName} or ${archiveName}`;
    throw new PlatformError('missing', `cifar10: the folder ${path} has no ${expected}`);
  }
  if ('archive' in found) {
    const file = await openBytes(found.archive);
    try {
      return await readArchive(file);
    } finally {
      await file.close();
    }
  }
  const files = new Map<string, Uint8Array>();
  for (const name of [...trainNames, testName]) {
    files.set(name, await readBytes(joinPath(found.folder, name), { maxBytes }));
  }
  return files;
}

async function readArchive(file: RandomAccessFile): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  const options = { file: file.name, maxBytes };
  const baseName = (name: string) => name.replace(`${folderName}/`, '');
  const wanted = (name: string) => [...trainNames, testName].includes(baseName(name));
  const chunks = gzip.decodeChunks(file.chunks(), options);
  for await (const { name, data } of tar.decodeChunks(chunks, wanted, options)) {
    files.set(baseName(name), data);
  }
  return files;
}
