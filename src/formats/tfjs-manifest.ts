import { FormatError } from '../tensor/index.ts';
import { byteLengthOf, type FileDType } from './file-array.ts';
import { isJsonObject, type Json } from './json.ts';
import { checkMemberName } from './member-name.ts';

/** Numbers that were stored in fewer bits: value = stored * scale + min. */
export interface TfjsQuantization {
  readonly scale: number;
  readonly min: number;
}

/** What the manifest says of one weight. */
export interface TfjsEntry {
  readonly name: string;
  /** Of the numbers once they are read. */
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  /** In bytes, once it is read. */
  readonly byteLength: number;
  /** The type that the file has. */
  readonly stored: FileDType;
  readonly storedBytes: number;
  readonly quantization: TfjsQuantization | null;
  /** First byte in the files of its group, put one behind the other. */
  readonly offset: number;
  /** Whether it belongs to the optimizer rather than to the model. */
  readonly ofOptimizer: boolean;
}

/** Weights that follow one another in some files. */
export interface TfjsGroup {
  readonly paths: readonly string[];
  readonly entries: readonly TfjsEntry[];
  /** Of the files together. */
  readonly byteLength: number;
}

const dtypes = ['float32', 'int32', 'bool', 'complex64', 'uint8', 'uint16', 'float16'] as const;
const quantized = ['uint8', 'uint16', 'float16'] as const;

/** Checks the list of weights and files: plain names, no file and no weight twice, no more than the budget. */
export function readManifest(
  manifest: readonly Json[],
  file: string,
  maxBytes: number,
): TfjsGroup[] {
  const paths = new Set<string>();
  const names = new Set<string>();
  const groups = manifest.map((group) => readGroup(group, file, paths, names));
  const total = groups
    .flatMap(({ entries }) => entries)
    .reduce((sum, { byteLength, storedBytes }) => sum + Math.max(byteLength, storedBytes), 0);
  if (total > maxBytes) {
    const [expected, received] = [`at most ${maxBytes} bytes`, String(total)];
    throw new FormatError('the weights need more memory than is allowed (maxBytes)', {
      ...{ file, expected, received },
    });
  }
  return groups;
}

function readGroup(group: Json, file: string, paths: Set<string>, names: Set<string>): TfjsGroup {
  if (!isJsonObject(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights)) {
    throw new FormatError('bad weightsManifest', { file, expected: 'groups of paths and weights' });
  }
  for (const path of group.paths) {
    if (typeof path !== 'string') throw new FormatError('a path is no text', { file });
    checkMemberName(path, file);
    // Another scheme than a plain name would be an address.
    if (/[:?#%]/.test(path))
      throw new FormatError('a file name with : ? # or %', { file, received: path });
    if (paths.has(path)) throw new FormatError('a file is named twice', { file, received: path });
    paths.add(path);
  }
  let at = 0;
  const entries = group.weights.map((weight) => {
    const entry = readEntry(weight, at, file);
    if (names.has(entry.name)) {
      throw new FormatError('two weights have this name', { file, member: entry.name });
    }
    names.add(entry.name);
    at += entry.storedBytes;
    return entry;
  });
  return { paths: group.paths as string[], entries, byteLength: at };
}

function readEntry(weight: Json, offset: number, file: string): TfjsEntry {
  if (!isJsonObject(weight) || typeof weight.name !== 'string' || !Array.isArray(weight.shape)) {
    const received = JSON.stringify(weight)?.slice(0, 80);
    throw new FormatError('bad weight', { file, expected: 'name, shape and dtype', received });
  }
  const { name, shape, quantization, group } = weight;
  const where = { file, member: name };
  const dtype = readType(weight.dtype, dtypes, where);
  const common = { name, shape: shape as number[], offset, ofOptimizer: group === 'optimizer' };
  if (quantization === undefined || quantization === null) {
    const storedBytes = byteLengthOf(dtype, shape, where);
    return {
      ...common,
      dtype,
      stored: dtype,
      storedBytes,
      byteLength: storedBytes,
      quantization: null,
    };
  }
  if (!isJsonObject(quantization)) throw new FormatError('bad quantization', where);
  const stored = readType(quantization.dtype, quantized, where);
  // float16 is no quantization by steps; TensorFlow.js writes neither scale nor min there.
  const { scale = 1, min = 0 } = quantization;
  if (!Number.isFinite(scale) || !Number.isFinite(min)) {
    throw new FormatError('quantization needs numbers scale and min', where);
  }
  if (dtype !== 'float32' && (dtype !== 'int32' || stored === 'float16')) {
    const expected = stored === 'float16' ? 'float32' : 'float32 or int32';
    throw new FormatError('only such numbers are quantized', {
      ...where,
      expected,
      received: dtype,
    });
  }
  return {
    ...common,
    dtype,
    stored,
    storedBytes: byteLengthOf(stored, shape, where),
    byteLength: byteLengthOf(dtype, shape, where),
    quantization: { scale: scale as number, min: min as number },
  };
}

function readType<T extends string>(
  value: Json | undefined,
  known: readonly T[],
  where: { file: string; member: string },
): T {
  const found = known.find((dtype) => dtype === value);
  if (found) return found;
  const received = JSON.stringify(value)?.slice(0, 40) ?? 'nothing';
  throw new FormatError('unknown dtype', { ...where, expected: known.join(', '), received });
}
