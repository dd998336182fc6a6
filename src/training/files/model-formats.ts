import { FormatError, ValueError } from '../../tensor/index.ts';
import { ownFormat } from '../saved-training.ts';
import { type FileKind, fileKinds } from './identify.ts';
import { kerasArchive } from './keras-archive.ts';
import { kerasH5, kerasWeightsH5 } from './keras-h5.ts';
import { kerasJson } from './keras-json.ts';
import type { ModelFormat } from './model-file.ts';
import { tfjsFormat } from './tfjs.ts';

/** How models in files of each kind are read. A new format is a line here, and one below if it is written, too. */
const readers: Partial<Record<FileKind, ModelFormat>> = {
  keras: kerasArchive,
  hdf5: kerasH5,
  'keras-json': kerasJson,
  safetensors: ownFormat,
  tfjs: tfjsFormat,
};

/** What a name's end says of the format to write; the first that fits counts. */
const writers: readonly (readonly [extension: string, ModelFormat])[] = [
  ['.safetensors', ownFormat],
  ['.keras', kerasArchive],
  ['.weights.h5', kerasWeightsH5],
  ['.h5', kerasH5],
  ['.hdf5', kerasH5],
  // TensorFlow.js gives its models this name.
  ['/model.json', tfjsFormat],
  ['.json', kerasJson],
];

/** Ends of names under which a whole training can be saved. */
export const modelExtensions: readonly string[] = ['.safetensors', '.keras', '.h5', '.hdf5'];

/** The reader of a kind of file. */
export function readerOf(
  kind: FileKind,
  what: 'loadModel' | 'loadWeights',
  file: string,
): ModelFormat {
  const reader = readers[kind];
  if (reader?.[what]) return reader;
  const thing = what === 'loadModel' ? 'model' : 'weights of a model';
  throw new FormatError(`a ${fileKinds[kind]} holds no ${thing}`, { file });
}

/** The writer for a path. */
export function writerOf(
  path: string | URL,
  what: 'encodeModel' | 'encodeWeights',
  where: string,
): ModelFormat {
  const name = `/${String(path).replaceAll('\\', '/').toLowerCase()}`;
  const isWritten = (format: ModelFormat) =>
    format[what] || (what === 'encodeModel' && format.encodeFiles);
  const found = writers.find(([extension]) => name.endsWith(extension))?.[1];
  if (found && isWritten(found)) return found;
  const known = writers
    .filter(([, format]) => isWritten(format))
    .map(([extension]) => extension.replace('/', ''));
  throw new ValueError(
    `${where}: cannot write '${String(path)}': the name must end in ${known.join(', ')}`,
  );
}
