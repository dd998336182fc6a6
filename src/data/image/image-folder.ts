import { joinPath, listFolder } from '#platform';
import { ValueError } from '../../tensor/index.ts';

/** Images of a folder, with their classes. */
export interface ImageFolder {
  /** In Keras' order: by class, then by folder and name. */
  readonly filePaths: readonly string[];
  /** The number of each file's class; null where there are no classes. */
  readonly labels: readonly number[] | null;
  readonly classNames: readonly string[];
}

/** How a folder is read. */
export interface ImageFolderOptions {
  /**
   * `'inferred'`, the default: a subfolder is a class; without subfolders, names such as `cat.0.jpg` tell it. A list: the class of each
   * file in the order of their names. Null: there are no classes.
   */
  readonly labels?: 'inferred' | readonly number[] | null;
  /** The classes to take, in the order of their numbers; all, by name, if left out. */
  readonly classNames?: readonly string[] | null;
}

const isImage = (name: string): boolean =>
  /\.(bmp|gif|jpe?g|png|webp|tiff?|avif)$/i.test(name) && !name.startsWith('.');

/** The order of Python's `sorted`, which is that of characters' numbers. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The images under a folder and their classes. Throws a ValueError where a class has no images, two classes' names differ in case
 * alone, or there are no images at all. Node only.
 */
export async function readImageFolder(
  folder: string,
  { labels = 'inferred', classNames = null }: ImageFolderOptions = {},
): Promise<ImageFolder> {
  if (labels !== 'inferred') return readUnsorted(folder, labels, classNames);
  const entries = await listFolder(folder);
  const names = entries
    .filter(({ kind, name }) => kind === 'folder' && !name.startsWith('.'))
    .map(({ name }) => name)
    .sort(byName);
  if (names.length === 0) return readByFileName(folder, classNames);
  const chosen = choose(folder, names, classNames);
  const lists = await Promise.all(
    chosen.map(async (name) => ({ name, files: await imagesUnder(joinPath(folder, name)) })),
  );
  const empty = lists.filter(({ files }) => files.length === 0).map(({ name }) => name);
  if (empty.length) {
    throw new ValueError(
      `${folder}: there are no images in ${quoted(empty)}; put some there, remove the folder, or name the ` +
        'classes to take with classNames',
    );
  }
  return {
    filePaths: lists.flatMap(({ files }) => files),
    labels: lists.flatMap(({ files }, i) => files.map(() => i)),
    classNames: chosen,
  };
}

async function readUnsorted(
  folder: string,
  labels: readonly number[] | null,
  classNames: readonly string[] | null,
): Promise<ImageFolder> {
  if (classNames) {
    throw new ValueError(`${folder}: classNames are for labels 'inferred' alone`);
  }
  const filePaths = await imagesUnder(folder);
  if (filePaths.length === 0) throw new ValueError(`${folder}: there are no images`);
  if (labels === null) return { filePaths, labels, classNames: [] };
  if (labels.length !== filePaths.length) {
    throw new ValueError(
      `${folder}: ${labels.length} labels were given for ${filePaths.length} images`,
    );
  }
  const numbers = [...new Set(labels)].sort((a, b) => a - b);
  return { filePaths, labels, classNames: numbers.map(String) };
}

/** Kaggle's layout: `cat.0.jpg`, `dog_12.png` side by side. */
async function readByFileName(
  folder: string,
  classNames: readonly string[] | null,
): Promise<ImageFolder> {
  const files = (await listFolder(folder)).filter(({ name }) => isImage(name));
  const classOf = (name: string): string | null =>
    /^(.+?)[ ._-]*\(?\d+\)?\.\w+$/.exec(name)?.[1] ?? null;
  const named = files.map(({ name }) => ({ name, label: classOf(name) }));
  const found = [...new Set(named.map(({ label }) => label))];
  if (files.length === 0) {
    throw new ValueError(`${folder}: there are neither subfolders nor images`);
  }
  if (found.includes(null) || found.length < 2) {
    throw new ValueError(
      `${folder}: the classes cannot be told: it has no subfolders, and its ${files.length} images are not called ` +
        'cat.0.jpg, dog.0.jpg and so on; make one subfolder for each class, or pass labels: null',
    );
  }
  const chosen = choose(folder, (found as string[]).sort(byName), classNames);
  const lists = chosen.map((wanted) =>
    named
      .filter(({ label }) => label === wanted)
      .map(({ name }) => name)
      .sort(byName),
  );
  return {
    filePaths: lists.flat().map((name) => joinPath(folder, name)),
    labels: lists.flatMap((list, i) => list.map(() => i)),
    classNames: chosen,
  };
}

/** The classes to take, after their names were checked. */
function choose(
  folder: string,
  names: readonly string[],
  wanted: readonly string[] | null,
): readonly string[] {
  const chosen = wanted ?? names;
  const missing = chosen.filter((name) => !names.includes(name));
  if (missing.length) {
    throw new ValueError(
      `${folder}: classNames has ${quoted(missing)}, but the classes there are ${quoted(names)}`,
    );
  }
  const seen = new Map<string, string>();
  for (const name of chosen) {
    const folded = name.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) {
      throw new ValueError(
        `${folder}: the classes ${quoted([other, name])} ${other === name ? 'are the same' : 'differ in case alone'}; ` +
          'rename one or move its images to the other',
      );
    }
    seen.set(folded, name);
  }
  return chosen;
}

const quoted = (names: readonly string[]): string =>
  names
    .slice(0, 8)
    .map((name) => `'${name}'`)
    .join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');

/** All images in a folder and those inside it. */
async function imagesUnder(folder: string): Promise<string[]> {
  const entries = await listFolder(folder);
  const own = entries
    .filter(({ kind, name }) => kind === 'file' && isImage(name))
    .map(({ name }) => name)
    .sort(byName);
  const inner = entries
    .filter(({ kind, name }) => kind === 'folder' && !name.startsWith('.'))
    .map(({ name }) => name)
    .sort(byName);
  const below = await Promise.all(inner.map((name) => imagesUnder(joinPath(folder, name))));
  return [...own.map((name) => joinPath(folder, name)), ...below.flat()];
}
