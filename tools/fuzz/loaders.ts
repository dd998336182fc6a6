// Everything that reads bytes which a stranger made. A new loader is a line here.
import { readdir, readFile } from 'node:fs/promises';
import { inspectFile, loadModel, loadTensors, modelFromJson } from 'gradus';
import {
  cifar,
  csv,
  decodeUtf8,
  type FileArray,
  gzip,
  hdf5,
  idx,
  mnistJson,
  npy,
  npz,
  paddleTensors,
  parseJson,
  pdmodel,
  pickle,
  pir,
  safetensors,
  sourceOf,
  tar,
  tfevents,
  tfjs,
  torch,
  vdlrecords,
  zip,
} from 'gradus/formats';
import * as paddle from 'gradus/paddle';
import { decodeBmp } from '../../src/data/image/bmp.ts';
import { lookup3 } from '../../src/formats/hdf5/lookup3.ts';
import { pickles } from '../../src/formats/pickle.golden.ts';
import { torchFiles } from '../../src/formats/torch.golden.ts';
import { sampleModels } from './sample-models.ts';

/** A sound file: its bytes, or the parts that it is put together from after one of them was damaged. */
export type Sample =
  | Uint8Array
  | {
      readonly parts: ReadonlyMap<string, Uint8Array>;
      readonly build: (parts: ReadonlyMap<string, Uint8Array>) => Uint8Array | Promise<Uint8Array>;
    };

/** Something that reads bytes. */
export interface Loader {
  readonly name: string;
  samples(): readonly Sample[] | Promise<readonly Sample[]>;
  /** Reads all that is in the bytes. */
  load(bytes: Uint8Array): unknown;
  /** How much of the inputs it gets, compared with others. Default 1. */
  readonly share?: number;
}

/** More than this no file may expand to. */
const maxBytes = 64 * 2 ** 20;
const options = { file: 'fuzzed', maxBytes };

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const base64 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'base64'));
const array = (dtype: FileArray['dtype'], shape: number[], data: FileArray['data']): FileArray => ({
  ...{ dtype, shape, data },
});
const floats = array('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
const longs = array('int64', [2], BigInt64Array.of(1n, -1n));
const bytes8 = array('uint8', [2, 2, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));

/** A zip file whose members are damaged one at a time, sums and sizes right. */
function zipOf(parts: ReadonlyMap<string, Uint8Array>, compress = false): Sample {
  const build = (changed: ReadonlyMap<string, Uint8Array>) =>
    zip.encode(
      Array.from(changed, ([name, data]) => ({ name, data })),
      { compress },
    );
  return { parts, build };
}

/** The members of a zip file. */
async function unzip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const archive = await zip.open(sourceOf(bytes));
  const parts = new Map<string, Uint8Array>();
  for (const name of archive.members.keys()) parts.set(name, await archive.read(name));
  return parts;
}

const npzParts = new Map([
  ['a.npy', npy.encode(floats)],
  ['b.npy', npy.encode(longs)],
]);
const zips = (): Uint8Array[] => [
  zip.encode(Array.from(npzParts, ([name, data]) => ({ name, data }))),
  zip.encode(
    Array.from(npzParts, ([name, data]) => ({ name, data })),
    { compress: true },
  ),
];

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

async function readTorch(bytes: Uint8Array): Promise<void> {
  const file = await torch.open(sourceOf(bytes), options);
  for (const name of file.entries.keys()) await file.read(name);
}

async function readHdf5(bytes: Uint8Array): Promise<void> {
  const root = await hdf5.open(sourceOf(bytes), options);
  for await (const object of root.walk()) {
    if (!(object instanceof hdf5.Hdf5Dataset)) continue;
    if (object.dtype) await drain(object.pieces());
    else if (object.typeName === 'text') await object.texts();
  }
}

const tfjsParts = () =>
  tfjs.encode(
    [
      ['dense/kernel', floats],
      ['dense/seed', array('int32', [2], Int32Array.of(1, 2))],
    ],
    { topology: { class_name: 'Sequential', config: { name: 'm', layers: [] } } },
  );

/** The files of a model in one array, and back: how a loader of several files is fed from one input. */
const packed = (parts: ReadonlyMap<string, Uint8Array>): Sample => ({
  parts,
  build: (changed) => zip.encode(Array.from(changed, ([name, data]) => ({ name, data }))),
});

async function readTfjs(bytes: Uint8Array): Promise<void> {
  const file = await tfjs.decode(await unzip(bytes), { maxBytes });
  for (const name of file.entries.keys()) await file.read(name);
}

async function readTensors(bytes: Uint8Array): Promise<void> {
  const file = await loadTensors(bytes, { maxBytes });
  try {
    for (const name of file.names) await file.readArray(name);
  } finally {
    await file.close();
  }
}

const model = async (bytes: Uint8Array): Promise<void> => {
  const loaded = await loadModel(bytes, { maxBytes });
  for (const weight of loaded.weights) weight.storage.release();
};

/** Files of one of the folders that lie beside the project, where they do. */
async function beside(
  folder: string,
  extension: RegExp,
  mostBytes = 60_000,
): Promise<Uint8Array[]> {
  const place = new URL(`../../../shared/${folder}/`, import.meta.url);
  const names = await readdir(place).catch(() => [] as string[]);
  const files = names.filter((name) => extension.test(name)).map((name) => new URL(name, place));
  const read = await Promise.all(files.map(async (url) => new Uint8Array(await readFile(url))));
  return read.filter(({ length }) => length > 0 && length < mostBytes);
}

/** Compressed files of the tests. */
async function fixtures(folder: string, name: RegExp): Promise<Uint8Array[]> {
  const place = new URL(`../../test/fixtures/${folder}/`, import.meta.url);
  const files = (await readdir(place)).filter((file) => name.test(file));
  return Promise.all(
    files.map(async (file) => gzip.decode(new Uint8Array(await readFile(new URL(file, place))))),
  );
}

/** An HDF5 file of version 2 whose checksums are right again after it was damaged, so that what they guard is reached. */
const summed = (bytes: Uint8Array): Sample => ({
  parts: new Map([['file', bytes]]),
  build: (parts) => withSums(parts.get('file')!),
});

function withSums(damaged: Uint8Array): Uint8Array {
  const bytes = damaged.slice();
  const view = new DataView(bytes.buffer);
  const sum = (start: number, length: number): void => {
    if (start + length + 4 > bytes.length) return;
    view.setUint32(start + length, lookup3(bytes.subarray(start, start + length)), true);
  };
  sum(0, 44);
  for (let at = 0; at + 16 < bytes.length; at++) {
    if (view.getUint32(at) !== 0x4f484452) continue; // OHDR
    const flags = bytes[at + 5];
    const head = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const width = 1 << (flags & 3);
    let size = 0;
    for (let i = width - 1; i >= 0; i--) size = size * 256 + (bytes[at + head + i] ?? 0);
    sum(at, head + width + size);
  }
  return bytes;
}

const hdf5Samples = async (): Promise<Sample[]> => [
  ...(await sampleModels.h5()).map(summed),
  ...(await beside('conformance/keras/files', /\.h5$/)),
];

/** All loaders. */
export const loaders: readonly Loader[] = [
  {
    name: 'zip',
    samples: zips,
    load: async (bytes) => {
      const archive = await zip.open(sourceOf(bytes), options);
      for (const name of archive.members.keys()) await archive.read(name);
    },
  },
  {
    name: 'npz',
    samples: () => [...zips(), zipOf(npzParts)],
    load: (bytes) => npz.decode(sourceOf(bytes), options),
  },
  {
    name: 'npy',
    samples: () => [floats, longs, bytes8].map(npy.encode),
    load: (bytes) => npy.decode(bytes, options),
  },
  {
    name: 'safetensors',
    samples: () => [
      safetensors.encode([
        ['a', floats],
        ['b', longs],
      ]),
      safetensors.encode([['a', bytes8]], [['format', 'pt']]),
    ],
    load: (bytes) => safetensors.decode(bytes, options),
  },
  {
    name: 'idx',
    samples: () => [idx.encode(bytes8), idx.encode({ ...floats })],
    load: (bytes) => idx.decode(bytes, options),
  },
  {
    name: 'tar',
    samples: () => [tarFile('a/b.txt', text('hello')), tarFile('c', new Uint8Array(700))],
    load: (bytes) => drain(tar.decodeChunks(chunksOf(bytes), () => true, options)),
  },
  {
    name: 'csv',
    samples: () => [text('a,b\n1,"x, ""y"""\r\n3,4\n')],
    load: (bytes) => drain(csv.decodeRecords(chunksOf(bytes), options)),
  },
  {
    name: 'gzip',
    samples: () => [gzip.encode(text('hello '.repeat(200))), gzip.encode(new Uint8Array(5000))],
    load: (bytes) => gzip.decode(bytes, options),
  },
  {
    name: 'json',
    samples: () => [text(JSON.stringify({ a: [1, 2.5e-3, null, true], b: { c: 'd\u00e9"' } }))],
    load: (bytes) => parseJson(decodeUtf8(bytes, options), options),
  },
  {
    name: 'pickle',
    samples: () =>
      Object.entries(pickles).flatMap(([k, v]) => (/npy|grid/.test(k) ? [] : base64(v))),
    load: (bytes) => pickle.decode(bytes, options),
    share: 2,
  },
  {
    name: 'npy-objects',
    samples: () => [base64(pickles.npy), base64(pickles.grid)],
    load: (bytes) => pickle.decodeObjects(bytes, options),
  },
  {
    name: 'torch',
    samples: async () => {
      const files = Object.values(torchFiles).map(base64);
      return [...files, zipOf(await unzip(files[0])), zipOf(await unzip(files[2]), true)];
    },
    load: readTorch,
    share: 2,
  },
  {
    name: 'tfjs',
    samples: () => [packed(tfjsParts())],
    load: readTfjs,
  },
  { name: 'hdf5', samples: hdf5Samples, load: readHdf5, share: 4 },
  {
    name: 'cifar',
    samples: () => [new Uint8Array(3073 * 2)],
    load: (bytes) => cifar.decode([bytes], options),
    share: 0.2,
  },
  {
    name: 'pdiparams',
    samples: () => [paddleTensors.encode([floats, bytes8])],
    load: (bytes) => paddleTensors.decode(bytes, options),
  },
  {
    name: 'pdmodel',
    samples: () => fixtures('paddle-programs', /\.pdmodel\.gz$/),
    load: (bytes) => pdmodel.decode(bytes, options),
    share: 0.5,
  },
  {
    name: 'pir',
    samples: () => fixtures('paddle-programs', /\.json\.gz$/),
    load: (bytes) => pir.decode(bytes, options),
    share: 0.5,
  },
  {
    name: 'tfevents',
    samples: () => [
      tfevents.encode(
        [1, 2, 3].map((step) => ({
          ...{ step, wallTime: 1.5e9 },
          values: [{ tag: 'loss', value: { kind: 'scalar', value: step } as const }],
        })),
      ),
    ],
    load: (bytes) => tfevents.decode(bytes),
  },
  {
    name: 'vdlrecords',
    samples: () => beside('data/models/vdlrecords', /\.log$/),
    load: (bytes) => vdlrecords.decode(bytes),
    share: 0.5,
  },
  {
    name: 'paddle-load',
    samples: () => [base64(pickles.state2), base64(pickles.state4), paddleTensors.encode([floats])],
    load: (bytes) => paddle.load(bytes, { maxBytes }),
  },
  {
    name: 'mnist-json',
    samples: () => [text(`[${Array(3).fill(`[[[${Array(784).fill(0.5)}]],[7]]`)}]`)],
    load: (bytes) => mnistJson.decodeChunks([bytes], options),
    share: 0.5,
  },
  {
    name: 'bmp',
    samples: () => [bitmap(24), bitmap(8), bitmap(1)],
    load: (bytes) => decodeBmp(bytes),
    share: 0.5,
  },
  {
    name: 'tensors',
    samples: async () => [
      ...Object.values(torchFiles).map(base64),
      base64(pickles.state4),
      ...zips(),
      npy.encode(floats),
      safetensors.encode([['a', floats]]),
      ...(await sampleModels.h5()),
      ...(await sampleModels.keras()),
    ],
    load: readTensors,
    share: 2,
  },
  {
    name: 'inspect',
    samples: async () => [
      ...Object.values(torchFiles).map(base64),
      tarFile('a', new Uint8Array(3)),
      ...(await sampleModels.h5()),
      ...(await sampleModels.keras()),
      ...(await sampleModels.json()),
      base64(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
      ),
    ],
    load: (bytes) => inspectFile(bytes, { maxBytes }),
  },
  {
    name: 'model-json',
    samples: sampleModels.json,
    load: (bytes) => modelFromJson(decodeUtf8(bytes, options)),
    share: 2,
  },
  {
    name: 'model-safetensors',
    samples: sampleModels.safetensors,
    load: model,
  },
  {
    name: 'model-h5',
    samples: async () => {
      const files = await sampleModels.h5();
      return [
        ...files,
        ...files.map(summed),
        ...(await beside('conformance/keras/files', /\.h5$/)),
      ];
    },
    load: model,
    share: 2,
  },
  {
    name: 'model-keras',
    samples: async () => {
      const keras = await sampleModels.keras();
      return [
        ...keras,
        ...(await Promise.all(keras.map(async (file) => zipOf(await unzip(file))))),
      ];
    },
    load: model,
    share: 2,
  },
  {
    name: 'model-tfjs',
    samples: async () => (await sampleModels.tfjs()).map(packed),
    load: async (bytes) => {
      const loaded = await loadModel((await unzip(bytes)) as never, { maxBytes });
      for (const weight of loaded.weights) weight.storage.release();
    },
  },
];

/** A tar archive of one file. */
function tarFile(name: string, data: Uint8Array): Uint8Array {
  const size = Math.ceil(data.length / 512) * 512;
  const bytes = new Uint8Array(512 + size + 1024);
  const put = (at: number, value: string) => bytes.set(text(value), at);
  put(0, name);
  put(100, '0000644\0');
  put(124, `${data.length.toString(8).padStart(11, '0')}\0`);
  put(156, '0');
  put(257, 'ustar\x0000');
  put(148, '        ');
  const sum = bytes.subarray(0, 512).reduce((a, b) => a + b, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  bytes.set(data, 512);
  return bytes;
}

/** A Windows bitmap of four by two points. */
function bitmap(bits: number): Uint8Array {
  const colours = bits <= 8 ? 4 * 2 ** bits : 0;
  const stride = Math.ceil((4 * bits) / 32) * 4;
  const bytes = new Uint8Array(54 + colours + 2 * stride);
  const view = new DataView(bytes.buffer);
  bytes.set(text('BM'));
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54 + colours, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 4, true);
  view.setInt32(22, 2, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  return bytes;
}
