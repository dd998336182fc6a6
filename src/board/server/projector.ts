import { open, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '../../tensor/index.ts';
import { isInside, projectorConfig } from './find-logs.ts';

/** An embedding that a run's `projector_config.pbtxt` names. */
export interface ProjectorEntry {
  readonly tag: string;
  readonly tensorPath: string;
  readonly metadataPath: string | null;
  /** Sizes of a tensor that is in a file of raw float32 numbers. */
  readonly shape: readonly number[];
}

/** Points of an embedding with their labels. */
export interface Embedding {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  /** Names of the labels' columns. */
  readonly header: readonly string[];
  readonly labels: readonly (readonly string[])[];
  /** How many points the file has; more than the board shows are thinned out. */
  readonly total: number;
}

const MOST_CONFIG = 1 << 20;
const MOST_TABLE = 128 << 20;
export const MOST_POINTS = 5000;

/** Reads the entries of a `projector_config.pbtxt` (a protocol buffer as text); what it does not know it passes over. */
export function parseProjectorConfig(text: string): ProjectorEntry[] {
  const tokens = text.match(/"(?:[^"\\\n]|\\.)*"|[{}:]|[^\s{}:"]+|"/g) ?? [];
  const entries: ProjectorEntry[] = [];
  let depth = 0;
  let entry: { name: string; tensor: string; metadata: string; shape: number[] } | null = null;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === '{') {
      depth++;
      if (depth === 1 && tokens[i - 1] === 'embeddings') {
        entry = { name: '', tensor: '', metadata: '', shape: [] };
      }
    } else if (token === '}') {
      depth--;
      if (depth === 0 && entry) {
        if (entry.tensor) {
          entries.push({
            tag: entry.name || entry.tensor,
            tensorPath: entry.tensor,
            metadataPath: entry.metadata || null,
            shape: entry.shape,
          });
        }
        entry = null;
      }
    } else if (entry && depth === 1 && tokens[i + 1] === ':') {
      const value = unquote(tokens[i + 2] ?? '');
      if (token === 'tensor_name') entry.name = value;
      else if (token === 'tensor_path') entry.tensor = value;
      else if (token === 'metadata_path') entry.metadata = value;
      else if (token === 'tensor_shape') entry.shape.push(Number(value));
      i += 2;
    }
  }
  return entries;
}

const unquote = (token: string): string =>
  token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token;

/** Entries of a run's folder; none where there is no such file. */
export async function readProjectorConfig(folder: string): Promise<ProjectorEntry[]> {
  const path = join(folder, projectorConfig);
  const what = await stat(path).catch(() => null);
  if (!what?.isFile() || what.size > MOST_CONFIG) return [];
  return parseProjectorConfig(await readFile(path, 'utf8'));
}

/** A file that a config names, if it is inside LOGDIR. */
async function confined(root: string, folder: string, path: string): Promise<string> {
  const real = await realpath(join(folder, path)).catch(() => null);
  if (real === null) throw new FormatError(`the projector's file ${path} is missing`);
  if (!isInside(root, real)) throw new FormatError(`the projector's file ${path} is outside`);
  return real;
}

/** Reads the points and labels of an embedding. */
export async function readEmbedding(
  root: string,
  folder: string,
  entry: ProjectorEntry,
): Promise<Embedding> {
  const path = await confined(root, folder, entry.tensorPath);
  const table =
    entry.shape.length === 2 && !/\.tsv$/i.test(path)
      ? await readNumbers(path, entry.shape)
      : parseTable(await readTable(path));
  let header: string[] = [];
  let labels: string[][] = [];
  if (entry.metadataPath !== null) {
    const lines = (await readTable(await confined(root, folder, entry.metadataPath)))
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map((line) => line.split('\t'));
    // By TensorBoard's rule a table of more than one column begins with the columns' names.
    if (lines[0].length > 1) header = lines.shift() ?? [];
    labels = lines;
  }
  return thinned(table, header.length ? header : ['label'], labels);
}

async function readTable(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MOST_TABLE) {
    throw new FormatError('the embedding is too large to show', {
      file: path,
      expected: `at most ${MOST_TABLE} bytes`,
      received: String(size),
    });
  }
  return readFile(path, 'utf8');
}

interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

function parseTable(text: string): Table {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const columns = lines.length ? lines[0].split('\t').length : 0;
  const values = new Float64Array(lines.length * columns);
  lines.forEach((line, r) => {
    const cells = line.split('\t');
    if (cells.length !== columns) {
      throw new FormatError(`row ${r + 1} of the embedding has ${cells.length} columns`, {
        expected: String(columns),
      });
    }
    for (let c = 0; c < columns; c++) values[r * columns + c] = Number(cells[c]);
  });
  return { rows: lines.length, columns, values };
}

async function readNumbers(path: string, shape: readonly number[]): Promise<Table> {
  const [rows, columns] = shape;
  const length = 4 * rows * columns;
  const { size } = await stat(path);
  if (!(length > 0) || length > size || length > MOST_TABLE) {
    throw new FormatError('the embedding does not have the bytes of its shape', {
      file: path,
      expected: String(length),
      received: String(size),
    });
  }
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    await file.read(bytes, 0, length, 0);
    const view = new DataView(bytes.buffer);
    const values = Float64Array.from({ length: rows * columns }, (_, i) =>
      view.getFloat32(4 * i, true),
    );
    return { rows, columns, values };
  } finally {
    await file.close();
  }
}

/** At most MOST_POINTS of the points, evenly spread. */
export function thinned(
  { rows, columns, values }: Table,
  header: readonly string[],
  labels: readonly (readonly string[])[],
): Embedding {
  const shown = Math.min(rows, MOST_POINTS);
  const chosen = Array.from({ length: shown }, (_, i) => Math.floor((i * rows) / shown));
  const kept = new Float64Array(shown * columns);
  chosen.forEach((row, i) => {
    kept.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return {
    rows: shown,
    columns,
    values: kept,
    header,
    labels: labels.length ? chosen.map((row) => labels[row] ?? []) : [],
    total: rows,
  };
}
