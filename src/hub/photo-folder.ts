import { joinPath, listFolder } from '#platform';
import { type ImageFolder, readImageFolder } from '../data/image/index.ts';
import { permutedIndices } from '../ops/random/permutation.ts';
import { streamKey } from '../ops/random/state.ts';
import { ValueError } from '../tensor/index.ts';

/** Photos whose classes are known. */
export interface LabelledPhotos {
  readonly paths: readonly string[];
  /** The number of each photo's class. */
  readonly labels: readonly number[];
}

/** Photos to learn from, and others to tell how well that went. */
export interface PhotoSplit {
  readonly classNames: readonly string[];
  readonly training: LabelledPhotos;
  readonly validation: LabelledPhotos;
}

/** How a folder is split. */
export interface PhotoSplitOptions {
  /** Share of each class that is kept for validation, where the folder is not split already. Default 0.2. */
  readonly validationSplit?: number;
  readonly seed?: number;
}

const validationNames = ['test', 'val', 'valid', 'validation'];

/**
 * The photos of a folder in two parts: those of its `train/` and of its `test/`, `val/`, `valid/` or `validation/`; without
 * these, a share of each class. A subfolder is a class, or the beginning of names is, as in `cat.0.jpg`. Throws a ValueError
 * where there are not two classes, or the two parts have others. Node only.
 * @example const { training, validation, classNames } = await readPhotoFolder('pets', { validationSplit: 0.2 });
 */
export async function readPhotoFolder(
  folder: string,
  { validationSplit = 0.2, seed = 0 }: PhotoSplitOptions = {},
): Promise<PhotoSplit> {
  if (!(validationSplit > 0 && validationSplit < 1)) {
    throw new ValueError(`validationSplit must be between 0 and 1, received ${validationSplit}`);
  }
  const { training, validation } = await partsOf(folder);
  const first = await labelled(training ?? folder);
  if (first.classNames.length < 2) {
    throw new ValueError(
      `${training ?? folder}: there is one class, '${first.classNames[0]}'; two or more are needed`,
    );
  }
  if (validation === null) return split(folder, first, validationSplit, seed);
  const second = await labelled(validation);
  const others = second.classNames.filter((name) => !first.classNames.includes(name));
  const missing = first.classNames.filter((name) => !second.classNames.includes(name));
  if (others.length || missing.length) {
    throw new ValueError(
      `${folder}: the classes of ${training} are ${first.classNames.join(', ')}, those of ${validation} ` +
        `${second.classNames.join(', ')}; they must be the same`,
    );
  }
  return {
    classNames: first.classNames,
    training: { paths: first.filePaths, labels: first.labels },
    validation: { paths: second.filePaths, labels: second.labels },
  };
}

/**
 * Photos to measure with: of a folder that is split its `test/`, `val/`, `valid/` or `validation/`, else all. Their classes get the
 * numbers that they have in `classNames`; a ValueError for others. Node only.
 */
export async function readTestPhotos(
  folder: string,
  classNames: readonly string[],
): Promise<LabelledPhotos> {
  const { training, validation } = await partsOf(folder);
  const found = await labelled(validation ?? training ?? folder);
  const others = found.classNames.filter((name) => !classNames.includes(name));
  if (others.length) {
    const some = classNames.slice(0, 8).join(', ');
    throw new ValueError(
      `${folder}: the model does not know ${others.map((name) => `'${name}'`).join(', ')}; its classes are ` +
        (classNames.length > 8 ? `${some} and ${classNames.length - 8} more` : some),
    );
  }
  const numbers = found.classNames.map((name) => classNames.indexOf(name));
  return { paths: found.filePaths, labels: found.labels.map((label) => numbers[label]) };
}

type Labelled = ImageFolder & { readonly labels: readonly number[] };

const labelled = async (folder: string): Promise<Labelled> =>
  (await readImageFolder(folder)) as Labelled;

/** The two parts of a folder that is split; null where there is none. */
async function partsOf(folder: string) {
  const entries = await listFolder(folder);
  const folders = entries.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
  const named = (wanted: string): string | undefined =>
    folders.find((name) => name.toLowerCase() === wanted);
  const training = named('train');
  if (training === undefined) return { training: null, validation: null };
  for (const name of validationNames) {
    const found = named(name);
    if (found === undefined) continue;
    const path = joinPath(folder, found);
    // Contests give photos whose classes one shall find: they are named by numbers alone.
    if (await hasClasses(path)) return { training: joinPath(folder, training), validation: path };
  }
  return { training: joinPath(folder, training), validation: null };
}

const hasClasses = async (folder: string): Promise<boolean> =>
  (await listFolder(folder)).some(({ kind, name }) => kind === 'folder' || !/^\d+\./.test(name));

/** A share of each class, drawn by the seed. */
function split(
  folder: string,
  { filePaths, labels, classNames }: Labelled,
  share: number,
  seed: number,
): PhotoSplit {
  const chosen = new Set<number>();
  classNames.forEach((name, label) => {
    const own = labels.flatMap((of, i) => (of === label ? [i] : []));
    const count = Math.round(own.length * share);
    if (own.length - count < 1 || count < 1) {
      throw new ValueError(
        `${folder}: ${own.length} photos of '${name}' cannot be split by validationSplit ${share}; ` +
          'take more photos, or folders train and test',
      );
    }
    const order = permutedIndices(own.length, streamKey(seed, label));
    for (const at of order.subarray(0, count)) chosen.add(own[at]);
  });
  const part = (wanted: boolean): LabelledPhotos => {
    const kept = filePaths.flatMap((_, i) => (chosen.has(i) === wanted ? [i] : []));
    return { paths: kept.map((i) => filePaths[i]), labels: kept.map((i) => labels[i]) };
  };
  return { classNames, training: part(false), validation: part(true) };
}
