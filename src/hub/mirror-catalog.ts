import { joinPath, PlatformError, readFile } from '#platform';
import { decodeUtf8, isJsonObject, type Json } from '../formats/index.ts';
import { mirrorOf, type PublishedFile, type SourceOptions } from '../models/index.ts';
import { FormatError } from '../tensor/index.ts';
import type { CatalogEntry } from './catalog.ts';
import { readSteps } from './preprocessing.ts';

/** A catalog larger than this is none. */
const maxBytes = 16 * 2 ** 20;

/** Models that the mirror's `catalog.json` lists; none without a mirror or without such a file. */
export async function mirrorCatalog(options: SourceOptions = {}): Promise<CatalogEntry[]> {
  const mirror = mirrorOf(options);
  if (!mirror || options.offline) return [];
  const file = joinPath(mirror, 'catalog.json');
  let text: string;
  try {
    text = decodeUtf8(await readFile(file, { maxBytes }), { file });
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'missing') return [];
    throw error;
  }
  return readCatalog(text, file);
}

/** Entries of a catalog: those for image classification that have weights. Throws a FormatError for what is not understood. */
export function readCatalog(text: string, file: string): CatalogEntry[] {
  const json = parse(text, file);
  const { models } = json;
  if (!Array.isArray(models)) {
    throw new FormatError('the catalog has no list of models', { file, member: 'models' });
  }
  const classFile = isJsonObject(json.classes_file as Json)
    ? readFileEntry(json.classes_file as Json, file, 'classes_file')
    : null;
  return models
    .filter((entry) => isJsonObject(entry) && entry.task === 'image-classification')
    .map((entry) => readEntry(entry as { [key: string]: Json }, classFile, file));
}

/** Fields are read by their own names alone, so keys such as `constructor` do no harm. */
function parse(text: string, file: string): { [key: string]: Json } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`the catalog is no JSON: ${(error as Error).message}`, { file });
  }
  if (isJsonObject(json as Json)) return json as { [key: string]: Json };
  throw new FormatError('the catalog is no JSON object', { file });
}

function readEntry(
  entry: { [key: string]: Json },
  labels: PublishedFile | null,
  file: string,
): CatalogEntry {
  const { name } = entry;
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
    throw new FormatError('a model has no good name', { file, received: JSON.stringify(name) });
  }
  const bad = (what: string): FormatError =>
    new FormatError(`${what} of a model is missing or bad`, { file, member: name });
  const text = (key: string): string => {
    if (typeof entry[key] === 'string') return entry[key];
    throw bad(key);
  };
  const count = (value: Json | undefined, what: string): number => {
    if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
    throw bad(what);
  };
  const object = (value: Json | undefined, what: string): { [key: string]: Json } => {
    if (value !== undefined && isJsonObject(value)) return value;
    throw bad(what);
  };
  const input = object(entry.input, 'input');
  const preprocessing = object(entry.preprocessing, 'preprocessing');
  if (!Array.isArray(entry.files)) throw bad('files');
  const files = entry.files.map((item) => readFileEntry(item, file, name));
  const weights = files.filter(({ key }) => key.endsWith('.safetensors'));
  const config = files.find(({ key }) => key.endsWith('config.json'));
  if (weights.length === 0 || !config) throw bad('a .safetensors file or config.json');
  const accuracy = isJsonObject(entry.accuracy ?? null) ? object(entry.accuracy, 'accuracy') : null;
  const share = (value: Json | undefined): number => Number(value) / 100;
  return {
    name,
    title: text('architecture'),
    task: 'image-classification',
    input: {
      height: count(input.height, 'input height'),
      width: count(input.width, 'input width'),
      channels: count(input.channels, 'input channels'),
    },
    preprocessing: readSteps(preprocessing.steps, `${file}: ${name}`),
    classes: count(entry.classes, 'classes'),
    ...(labels && { labels }),
    parameters: count(entry.parameters, 'parameters'),
    featuresLayer: text('features_layer'),
    config,
    weights,
    licence: text('licence'),
    origin: isJsonObject(entry.provenance ?? null)
      ? String(object(entry.provenance, 'provenance').source)
      : 'the mirror',
    ...(accuracy && {
      accuracy: {
        top1: share(accuracy.top1_percent),
        top5: share(accuracy.top5_percent),
        on: String(accuracy.photos),
      },
    }),
  };
}

function readFileEntry(value: Json, file: string, member: string): PublishedFile {
  const { path, bytes, sha256 } = isJsonObject(value) ? value : {};
  const good =
    typeof path === 'string' &&
    path.split('/').every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part)) &&
    Number.isSafeInteger(bytes) &&
    typeof sha256 === 'string' &&
    /^[\da-f]{64}$/i.test(sha256);
  if (!good) {
    throw new FormatError('a file needs path, bytes and sha256', {
      file,
      member,
      received: JSON.stringify(value)?.slice(0, 80),
    });
  }
  return { key: path, urls: [], size: bytes as number, sha256 };
}
