import { gzipSync } from 'node:zlib';
import { fashionMnist, mnist } from '../datasets/index.ts';
import { idx } from '../formats/index.ts';

/** Data sets that lessons learn from, under their names in addresses. */
const sets = { mnist, 'fashion-mnist': fashionMnist } as const;
type SetName = keyof typeof sets;

/** Files of a data set by name, without `.gz`. */
type Files = ReadonlyMap<string, Uint8Array>;

const loaded = new Map<SetName, Promise<Files>>();

async function load(name: SetName, download: boolean): Promise<Files> {
  const found = await sets[name].locate();
  if (!found && !download) return new Map();
  const [[x, y], [xTest, yTest]] = await sets[name].loadArrays();
  return new Map(
    Object.entries({
      'train-images-idx3-ubyte': x,
      'train-labels-idx1-ubyte': y,
      't10k-images-idx3-ubyte': xTest,
      't10k-labels-idx1-ubyte': yTest,
    }).map(([file, array]) => [file, idx.encode(array)]),
  );
}

/**
 * A file of a data set, from the package that has it, the cache, or downloaded into it when a lesson first asks; null where
 * there is no such file. Throws where it cannot be had.
 */
export async function labData(set: string, file: string): Promise<Uint8Array | null> {
  if (!Object.hasOwn(sets, set)) return null;
  const name = set as SetName;
  if (!loaded.has(name)) {
    const loading = load(name, true);
    loading.catch(() => loaded.delete(name)); // the next request tries again
    loaded.set(name, loading);
  }
  const files = (await loaded.get(name)) as Files;
  return files.get(file.replace(/\.gz$/, '')) ?? null;
}

/** The data sets that are on this machine, as files to export: path and contents. */
export async function* labDataFiles(): AsyncGenerator<[path: string, data: Uint8Array]> {
  for (const name of Object.keys(sets) as SetName[]) {
    for (const [file, data] of await load(name, false)) {
      yield [`data/${name}/${file}.gz`, gzipSync(data, { level: 6 })];
    }
  }
}
