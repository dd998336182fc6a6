import {
  type ByteSource,
  decodeUtf8,
  gzip,
  hdf5,
  idx,
  isJsonObject,
  npy,
  parseJson,
  pickle,
  safetensors,
  tfevents,
  tfjs,
  torch,
  vdlrecords,
  zip,
} from '../../formats/index.ts';
import type { Json } from '../../formats/json.ts';
import { FormatError } from '../../tensor/index.ts';

/** What a file is, by its contents. */
export const fileKinds = {
  keras: 'Keras model (.keras)',
  hdf5: 'HDF5 file',
  safetensors: 'safetensors file',
  npz: 'NumPy archive (.npz)',
  npy: 'NumPy array (.npy)',
  tfjs: 'TensorFlow.js model',
  'keras-json': 'Keras model without weights (JSON)',
  torch: 'PyTorch file',
  'torch-old': 'PyTorch file in the format of before 1.6',
  pickle: 'Python pickle',
  idx: 'idx array',
  zip: 'zip archive',
  gzip: 'gzip file',
  tar: 'tar archive',
  tfevents: 'TensorBoard event file',
  vdlrecords: 'VisualDL log',
  png: 'PNG image',
  jpeg: 'JPEG image',
  json: 'JSON',
} as const;

/** The name of a kind of file. */
export type FileKind = keyof typeof fileKinds;

/** A file with what was found out about it. */
export interface Identified {
  readonly kind: FileKind;
  /** The contents, where they are JSON. */
  readonly json?: Json;
}

const begins = (head: Uint8Array, ...bytes: readonly number[]): boolean =>
  bytes.every((byte, i) => head[i] === byte);

/** HDF5 allows something else in front: the signature stands at 0, 512, 1024, 2048, … */
async function isHdf5(source: ByteSource): Promise<boolean> {
  for (let at = 0; at + 8 <= source.size; at = at === 0 ? 512 : 2 * at) {
    if (hdf5.sniff(await source.read(at, 8))) return true;
  }
  return false;
}

const isTar = (head: Uint8Array): boolean =>
  begins(head.subarray(257), 0x75, 0x73, 0x74, 0x61, 0x72);

/** What the first bytes tell of kinds that have such. */
const byHead: readonly (readonly [FileKind, (head: Uint8Array) => boolean])[] = [
  ['safetensors', safetensors.sniff],
  ['npy', npy.sniff],
  ['torch-old', torch.sniffOld],
  ['pickle', pickle.sniff],
  ['gzip', gzip.sniff],
  ['png', (head) => begins(head, 0x89, 0x50, 0x4e, 0x47)],
  ['jpeg', (head) => begins(head, 0xff, 0xd8, 0xff)],
  ['tar', isTar],
  ['idx', idx.sniff],
  ['tfevents', tfevents.sniff],
  ['vdlrecords', vdlrecords.sniff],
];

/** JSON of more than this is no model's. */
const maxJsonBytes = 256 * 2 ** 20;

/**
 * Tells what a file is by its contents; its name counts for nothing. A FormatError where it is nothing that is known.
 */
export async function identify(
  source: ByteSource,
  { maxBytes }: { readonly maxBytes?: number } = {},
): Promise<Identified> {
  const file = source.name;
  const head = await source.read(0, Math.min(512, source.size));
  if (head.length === 0) throw new FormatError('the file is empty', { file });
  if (zip.sniff(head)) return { kind: await kindOfArchive(source, maxBytes) };
  const found = byHead.find(([, matches]) => matches(head));
  if (found) return { kind: found[0] };
  if (await isHdf5(source)) return { kind: 'hdf5' };
  if (/^\s*[{[]/.test(String.fromCharCode(...head.subarray(0, 64)))) {
    if (source.size > maxJsonBytes) throw new FormatError('too much JSON for a model', { file });
    const text = decodeUtf8(await source.read(0, source.size), { file });
    const json = parseJson(text, { file });
    return { kind: kindOfJson(json), json };
  }
  const received = [...head.subarray(0, 8)].map((b) => b.toString(16).padStart(2, '0')).join(' ');
  throw new FormatError('no file of a known kind', {
    file,
    expected: Object.values(fileKinds).join(', '),
    received: `the bytes ${received}`,
  });
}

async function kindOfArchive(source: ByteSource, maxBytes?: number): Promise<FileKind> {
  const archive = await zip.open(source, { maxBytes });
  const names = [...archive.members.keys()];
  if (names.includes('config.json') || names.includes('model.weights.h5')) return 'keras';
  if (torch.isTorch(archive)) return 'torch';
  return names.length && names.every((name) => name.endsWith('.npy')) ? 'npz' : 'zip';
}

function kindOfJson(json: Json): FileKind {
  if (tfjs.isTfjs(json)) return 'tfjs';
  return isJsonObject(json) && 'class_name' in json ? 'keras-json' : 'json';
}
