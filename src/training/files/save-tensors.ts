import { writeFileAtomic } from '#platform';
import {
  bytesOfArray,
  type FileArray,
  joinBytes,
  npy,
  npz,
  safetensors,
  toFileArray,
} from '../../formats/index.ts';
import { toBfloat16, toFloat16 } from '../../tensor/half.ts';
import { Tensor, ValueError } from '../../tensor/index.ts';

/** Tensors by name; arrays as files have them are written as they are. */
export type NamedTensors =
  | Iterable<readonly [string, Tensor | FileArray]>
  | Readonly<Record<string, Tensor | FileArray>>;

/** What `saveTensors` takes besides the tensors. */
export interface SaveTensorsOptions {
  /** Text beside the tensors; safetensors only. */
  readonly metadata?: Iterable<readonly [string, string]>;
}

type Writer = (
  arrays: readonly (readonly [string, FileArray])[],
  metadata: Iterable<readonly [string, string]>,
) => Iterable<Uint8Array>;

/** Formats that hold named tensors and nothing else, by extension. */
const writers: Readonly<Record<string, Writer>> = {
  '.safetensors': (arrays, metadata) => safetensors.encodePieces(arrays, metadata),
  '.npz': (arrays) => npz.encodePieces(arrays),
  '.npy': (arrays) => {
    if (arrays.length === 1) return [npy.encode(arrays[0][1])];
    throw new ValueError(`an .npy file holds one tensor, not ${arrays.length}; write .npz`);
  },
};

/** Extensions that `saveTensors` writes. */
export const tensorExtensions: readonly string[] = Object.keys(writers);

/**
 * Writes named tensors to a file, first under another name; the extension tells the format: .safetensors, .npz, or .npy for
 * one tensor. The same tensors give the same bytes.
 * @example await saveTensors('weights.npz', { kernel, bias });
 */
export async function saveTensors(
  path: string | URL,
  tensors: NamedTensors,
  options: SaveTensorsOptions = {},
): Promise<void> {
  const extension = /\.[^./\\]*$/.exec(String(path))?.[0].toLowerCase() ?? '';
  await writeFileAtomic(path, await encodePieces(extension, tensors, options));
}

/** The bytes that `saveTensors` writes, for programs without files. */
export async function tensorsToBytes(
  extension: string,
  tensors: NamedTensors,
  options: SaveTensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return joinBytes(await encodePieces(extension, tensors, options));
}

async function encodePieces(
  extension: string,
  tensors: NamedTensors,
  { metadata = [] }: SaveTensorsOptions,
): Promise<Iterable<Uint8Array>> {
  if (!Object.hasOwn(writers, extension)) {
    throw new ValueError(
      `saveTensors: '${extension}' is not written; use ${Object.keys(writers).join(', ')}`,
    );
  }
  const list = Symbol.iterator in tensors ? [...tensors] : Object.entries(tensors);
  const arrays: [string, FileArray][] = [];
  for (const [name, item] of list) {
    const array = item instanceof Tensor ? await arrayOf(item) : item;
    bytesOfArray(array); // data that do not fit their shape are refused before the file is opened
    arrays.push([name, array]);
  }
  return writers[extension](arrays, metadata);
}

async function arrayOf(tensor: Tensor): Promise<FileArray> {
  const { dtype, shape } = tensor;
  const data = await tensor.data();
  // Half floats come as numbers, and files have their bits.
  const toBits = dtype === 'float16' ? toFloat16 : dtype === 'bfloat16' ? toBfloat16 : null;
  return toFileArray({ dtype, shape, data: toBits ? Uint16Array.from(data, toBits) : data });
}
