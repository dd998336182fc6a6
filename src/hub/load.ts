import {
  type ClassName,
  imagenetClasses,
  openPublished,
  type PublishedFile,
  readClassIndex,
  removePublished,
  type SourceOptions,
  verifyPublished,
} from '../models/index.ts';
import { FormatError, ValueError } from '../tensor/index.ts';
import { loadModel, type Model, modelFromJson } from '../training/index.ts';
import { type CatalogEntry, catalog } from './catalog.ts';
import { ImageClassifier } from './image-classifier.ts';
import { mirrorCatalog } from './mirror-catalog.ts';

/** A model of the hub, ready to use. */
export class HubModel extends ImageClassifier {
  /** What the catalog says of it. */
  readonly entry: CatalogEntry;

  constructor(entry: CatalogEntry, model: Model, classes: readonly ClassName[]) {
    const { name, preprocessing, featuresLayer } = entry;
    super({ name, model, classes, preprocessing, featuresLayer });
    this.entry = entry;
  }
}

/** All models: Gradus' own catalog, then what the mirror has besides. */
export async function list(options: SourceOptions = {}): Promise<CatalogEntry[]> {
  const more = await mirrorCatalog(options);
  const known = new Set(catalog.map(({ name }) => name));
  return [...catalog, ...more.filter(({ name }) => !known.has(name))];
}

/** The entry of a model by its name, another name, or a name of PaddleHub's such as `mobilenet_v2_imagenet`. */
export async function find(name: string, options: SourceOptions = {}): Promise<CatalogEntry> {
  const search = (entries: readonly CatalogEntry[]): CatalogEntry | undefined =>
    [name, name.toLowerCase().replace(/_imagenet(_ssld)?$/, '')]
      .flatMap((wanted) => [
        entries.find((entry) => entry.name === wanted),
        entries.find((entry) => entry.aliases?.includes(wanted)),
      ])
      .find((entry) => entry !== undefined);
  // Most names need no look at the mirror.
  const entry = search(catalog) ?? search(await list(options));
  if (entry) return entry;
  const names = (await list(options)).map((known) => known.name);
  throw new ValueError(`there is no model '${name}' in the hub; there are ${names.join(', ')}`);
}

/**
 * A model by its name, with its weights: from the package, the cache, the mirror (`GRADUS_HUB_MIRROR`, a folder or address) or its public
 * address. Every file is checked before it is parsed, and what was fetched once is there without a network.
 * @example
 * const model = await load('mobilenet_v2');
 * console.log(await model.classify('cat.jpg', { topK: 3 }));
 */
export async function load(name: string, options: SourceOptions = {}): Promise<HubModel> {
  const entry = await find(name, options);
  const model = entry.bundled
    ? await loadModel(bundledFile(entry.bundled), { compile: false })
    : await fetchModel(entry, options);
  return new HubModel(entry, model, await classesOf(entry, options));
}

/** Models in the package. The way to them is right from the bundled command line, too. */
const bundledFile = (name: string): URL =>
  name === 'digits'
    ? new URL('../hub/weights/digits.safetensors', import.meta.url)
    : new URL('../hub/weights/fashion.safetensors', import.meta.url);

/** The files that a model needs, those of which one is enough in one list. */
function filesOf({ config, network, labels, weights }: CatalogEntry): PublishedFile[][] {
  return [
    ...(config && !network ? [[config]] : []),
    ...(labels && 'key' in labels ? [[labels]] : []),
    ...(weights.length ? [[...weights]] : []),
  ];
}

/** Fetches the files of a model into the cache; gives their keys. */
export async function fetch(name: string, options: SourceOptions = {}): Promise<string[]> {
  const entry = await find(name, options);
  const keys: string[] = [];
  for (const alternatives of filesOf(entry)) {
    const { file, opened } = await openFirst(alternatives, options);
    await opened.close();
    keys.push(file.key);
  }
  if (entry.classes === 1000 && !entry.labels) await imagenetClasses(options);
  return keys;
}

/** State of a model's file in the cache. */
export interface VerifiedFile {
  readonly key: string;
  readonly size: number | null;
  /** Null where it is not in the cache. */
  readonly right: boolean | null;
}

/** Compares the files of a model in the cache with their sums; with `remove`, those that are wrong are removed. */
export async function verify(
  name: string,
  { remove = true, ...options }: SourceOptions & { readonly remove?: boolean } = {},
): Promise<VerifiedFile[]> {
  const results: VerifiedFile[] = [];
  for (const file of filesOf(await find(name, options)).flat()) {
    const right = await verifyPublished(file);
    if (right === false && remove) await removePublished(file);
    results.push({ key: file.key, size: file.size ?? null, right });
  }
  return results;
}

/** The first of some files that a source has. */
async function openFirst(alternatives: readonly PublishedFile[], options: SourceOptions) {
  let failure: unknown;
  for (const file of alternatives) {
    try {
      return { file, opened: await openPublished(file, options) };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

async function readFirst(
  alternatives: readonly PublishedFile[],
  options: SourceOptions,
): Promise<Uint8Array> {
  const { opened } = await openFirst(alternatives, options);
  try {
    return await opened.read(0, opened.size);
  } finally {
    await opened.close();
  }
}

async function fetchModel(entry: CatalogEntry, options: SourceOptions): Promise<Model> {
  const { network, config, weights, name, parameters } = entry;
  const bytes = await readFirst(weights, options);
  const model = network
    ? network()
    : modelFromJson(new TextDecoder().decode(await readFirst([config as PublishedFile], options)));
  if (model.countParams() !== parameters) {
    throw new FormatError(`${name} is not what the catalog says`, {
      expected: `${parameters} parameters`,
      received: String(model.countParams()),
    });
  }
  await model.loadWeights(bytes);
  return model;
}

async function classesOf(
  { labels, classes, name }: CatalogEntry,
  options: SourceOptions,
): Promise<readonly ClassName[]> {
  const found = !labels
    ? await imagenetClasses(options)
    : 'key' in labels
      ? readClassIndex(await readFirst([labels], options), labels.key)
      : (labels as readonly string[]).map((label) => ({ label }));
  if (found.length === classes) return found;
  throw new FormatError(`${name}: the names of the classes do not fit`, {
    expected: String(classes),
    received: String(found.length),
  });
}
