import { type FileSource, joinPath, PlatformError, type RandomAccessFile } from '#platform';
import { openBytes } from '../../data/read-file.ts';
import { FormatError } from '../../tensor/index.ts';

/** Bytes that a program has already. */
export type FileData = Blob | ArrayBuffer | Uint8Array;

/** Several files that belong together, by name, where there are no folders: `{ 'model.json': file, 'group1-shard1of1.bin': … }`. */
export type FileSet =
  | readonly File[]
  | ReadonlyMap<string, FileData>
  | Readonly<Record<string, FileData>>;

/** What the loading functions take: a path or address, bytes, or the files of a model that has several. */
export type ModelSource = FileSource | FileSet;

/** What is read in this process and must not grow beyond a budget. */
export interface BudgetOptions {
  /** The most bytes that the file may have or expand to. Default 2 GiB in Node, 512 MiB in a browser. */
  readonly maxBytes?: number;
}

/** An open file, and the way to those beside it. */
export interface OpenSource extends RandomAccessFile {
  /** Opens a file by a path that leads down from the folder of this one. */
  openBeside(path: string): Promise<RandomAccessFile>;
}

const isSingle = (source: ModelSource): source is FileSource =>
  typeof source === 'string' ||
  source instanceof URL ||
  source instanceof Blob ||
  source instanceof ArrayBuffer ||
  source instanceof Uint8Array;

/** Opens what a user named. `close` closes what was opened beside it, too. */
export async function openSource(
  source: ModelSource,
  options: BudgetOptions = {},
): Promise<OpenSource> {
  const opened: RandomAccessFile[] = [];
  const open = async (named: FileSource): Promise<RandomAccessFile> => {
    const file = await openBytes(named, options);
    opened.push(file);
    return file;
  };
  const withSiblings = (
    file: RandomAccessFile,
    openBeside: OpenSource['openBeside'],
  ): OpenSource => ({
    ...file,
    openBeside,
    close: async () => {
      for (const part of opened) await part.close();
    },
  });
  if (!isSingle(source)) {
    const files = filesByName(source);
    const beside = (path: string): Promise<RandomAccessFile> => {
      const found = files.get(path) ?? files.get(path.replace(/^.*\//, ''));
      if (found) return open(found).then((file) => ({ ...file, name: path }));
      const received = [...files.keys()].slice(0, 10).join(', ');
      throw new FormatError(`the file '${path}' is not among those that were given`, { received });
    };
    return withSiblings(await beside(mainOf(files)), async (path) => beside(path));
  }
  if (typeof source === 'string' || source instanceof URL) {
    const [file, path] = await openPath(source, open);
    return withSiblings(file, (name) => open(joinPath(path, '..', ...name.split('/'))));
  }
  const file = await open(source);
  return withSiblings(file, async (path) => {
    throw new FormatError(
      `the file '${path}' belongs to it; pass all files by name: { '${file.name}': …, '${path}': … }`,
      { file: file.name },
    );
  });
}

/** A folder stands for the model.json in it. */
async function openPath(
  path: string | URL,
  open: (source: FileSource) => Promise<RandomAccessFile>,
): Promise<[RandomAccessFile, string | URL]> {
  try {
    return [await open(path), path];
  } catch (error) {
    const inside = joinPath(path, 'model.json');
    if (!(error instanceof PlatformError) || error.code !== 'unsupported') throw error;
    const file = await open(inside).catch(() => null);
    if (!file) throw error;
    return [file, inside];
  }
}

function filesByName(set: FileSet): Map<string, FileData> {
  if (set instanceof Map) return new Map(set);
  if (Array.isArray(set)) {
    return new Map(
      (set as readonly File[]).map((file) => [file.webkitRelativePath || file.name, file]),
    );
  }
  return new Map(Object.entries(set as Readonly<Record<string, FileData>>));
}

/** The file that a set is about: the only one, or the only JSON. */
function mainOf(files: ReadonlyMap<string, FileData>): string {
  const names = [...files.keys()];
  const main = names.length === 1 ? names : names.filter((name) => /\.json$/i.test(name));
  if (main.length === 1) return main[0];
  throw new FormatError('it is not clear which file to begin with', {
    expected: 'one file, or one .json among others',
    received: names.slice(0, 10).join(', ') || 'no file',
  });
}
