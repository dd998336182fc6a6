import { withCustomObjects } from '../../config/index.ts';
import {
  type ByteSource,
  decodeUtf8,
  hdf5,
  isJsonObject,
  type Json,
  parseJson,
  sourceOf,
  zip,
} from '../../formats/index.ts';
import { Lookup } from '../../layers/lookup.ts';
import { TextVectorization } from '../../layers/text-vectorization.ts';
import { FormatError, ValueError } from '../../tensor/index.ts';
import { compileConfig, compileFromConfig } from '../compile-config.ts';
import type { Model } from '../model.ts';
import { readTrainingState } from '../training-state.ts';
import { layerToFile } from '../write-architecture.ts';
import { layerStates } from './keras-state.ts';
import { kerasVersion } from './keras-version.ts';
import { encodeWeights, readOptimizer, readWeights } from './keras-weights.ts';
import { blameFile, type ModelFormat, makeModel } from './model-file.ts';
import { isBefore3, withOldMeanings } from './old-config.ts';
import { readRunningMetrics, runningMetrics } from './running-metrics.ts';

const members = {
  config: 'config.json',
  metadata: 'metadata.json',
  weights: 'model.weights.h5',
} as const;

async function readJson(archive: zip.ZipArchive, member: string, file: string): Promise<Json> {
  return parseJson(decodeUtf8(await archive.read(member), { file, member }), { file, member });
}

/** A member to be read in pieces. Its sum is checked first, in one pass that keeps nothing. */
async function openMember(archive: zip.ZipArchive, name: string): Promise<ByteSource> {
  if (archive.members.get(name)?.method !== 'stored')
    return sourceOf(await archive.read(name), name);
  for await (const _ of archive.chunks(name));
  return archive.stored(name);
}

/** The weights' file in the archive. Where it is stored as it is, it is read in place. */
async function openWeights(
  archive: zip.ZipArchive,
  file: string,
  maxBytes: number,
): Promise<hdf5.Hdf5Group> {
  if (!archive.members.has(members.weights)) {
    const received = [...archive.members.keys()].slice(0, 8).join(', ');
    throw new FormatError('the archive has no weights', {
      file,
      expected: members.weights,
      received,
    });
  }
  const source = await openMember(archive, members.weights);
  return hdf5.open(source, { file: `${file}: ${members.weights}`, maxBytes });
}

/** Keras 3's archives (.keras): a config, weights as an HDF5 file, vocabularies. */
export const kerasArchive: ModelFormat = {
  async loadModel(source, { customObjects, compile, maxBytes }) {
    const file = source.name;
    const archive = await zip.open(source, { file, maxBytes });
    const parsed = await readJson(archive, members.config, file);
    const metadata = await readMetadata(archive, file);
    const isOld = typeof metadata.keras_version === 'string' && isBefore3(metadata.keras_version);
    const config = isOld ? withOldMeanings(parsed) : parsed;
    const model = makeModel(config, file, { customObjects, maxBytes, blank: true });
    const root = await openWeights(archive, file, maxBytes);
    await readVocabularies(model, archive, file);
    await readWeights(model, root, { file });
    const compiled = isJsonObject(parsed) ? parsed.compile_config : null;
    if (compile && compiled) {
      blameFile(file, () =>
        withCustomObjects(customObjects, () => compileFromConfig(model, compiled)),
      );
      await readOptimizer(model, root, file);
      await readRunningMetrics(model, root);
    }
    const own = metadata.gradus;
    const state = isJsonObject(own) ? own.training : undefined;
    model.trainingState = readTrainingState(state, file);
    return model;
  },

  async loadWeights(model, source, { maxBytes, skipMismatch, byName }) {
    if (byName) {
      throw new ValueError('loadWeights: byName is for .h5 files; .keras knows no names of layers');
    }
    const archive = await zip.open(source, { file: source.name, maxBytes });
    const root = await openWeights(archive, source.name, maxBytes);
    await readWeights(model, root, { file: source.name, skipMismatch });
    await readOptimizer(model, root, source.name, { whereItFits: true });
  },

  async encodeModel(model) {
    const config = { ...layerToFile(model), compile_config: compileConfig(model) ?? undefined };
    const metadata = { keras_version: kerasVersion, gradus: { training: model.trainingState } };
    const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    return zip.encodePieces([
      { name: members.metadata, data: json(metadata) },
      { name: members.config, data: json(config) },
      { name: members.weights, data: [...(await encodeWeights(model, runningMetrics(model)))] },
    ]);
  },
};

/** What an archive says of itself. */
async function readMetadata(
  archive: zip.ZipArchive,
  file: string,
): Promise<{ [key: string]: Json }> {
  if (!archive.members.has(members.metadata)) return {};
  const metadata = await readJson(archive, members.metadata, file);
  return isJsonObject(metadata) ? metadata : {};
}

/** Words that layers have learned; Keras keeps them in files of their own. */
async function readVocabularies(
  model: Model,
  archive: zip.ZipArchive,
  file: string,
): Promise<void> {
  for (const { layer, path } of layerStates(model)) {
    if (!(layer instanceof Lookup || layer instanceof TextVectorization)) continue;
    const member = `assets/${path}/vocabulary.txt`;
    if (layer.vocabulary || !archive.members.has(member)) continue;
    const lines = decodeUtf8(await archive.read(member), { file, member }).split(/\r?\n/);
    while (lines.at(-1) === '') lines.pop();
    const words = layer.className === 'IntegerLookup' ? lines.map(Number) : lines;
    blameFile(file, () => layer.setVocabulary(words as string[]));
  }
}
