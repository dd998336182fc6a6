import { decodeUtf8, isJsonObject, parseJson } from '../formats/index.ts';
import { FormatError } from '../tensor/index.ts';
import { openPublished, type PublishedFile, type SourceOptions } from './published-file.ts';

/** A class as people call it, with its WordNet id where it has one. */
export interface ClassName {
  readonly label: string;
  readonly id?: string;
}

/** Keras' table of the classes; the same on a mirror with line breaks has another sum. */
const published: readonly PublishedFile[] = [
  {
    key: 'imagenet_class_index.json',
    urls: [],
    size: 35366,
    sha256: '941103333903efeb90b0bd8da62395f5e02fa934ced51f2b4a141fd6a7946e67',
  },
  {
    key: 'keras-applications/imagenet_class_index.json',
    urls: ['https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json'],
    // As in keras.applications.
    md5: 'c2c37ea517e94d9795004a39431a14cb',
  },
];

let loaded: Promise<readonly ClassName[]> | null = null;

/** The 1000 classes of ILSVRC 2012 in the usual order, 0 a tench; fetched once. */
export function imagenetClasses(sources: SourceOptions = {}): Promise<readonly ClassName[]> {
  loaded ??= fetchClasses(sources).catch((error) => {
    loaded = null;
    throw error;
  });
  return loaded;
}

async function fetchClasses(sources: SourceOptions): Promise<readonly ClassName[]> {
  let failure: unknown;
  for (const file of published) {
    try {
      const opened = await openPublished(file, sources);
      try {
        return readClassIndex(await opened.read(0, opened.size), file.key);
      } finally {
        await opened.close();
      }
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Classes of a file `{"0": ["n01440764", "tench"], …}`, or `["cat", "dog"]`. */
export function readClassIndex(bytes: Uint8Array, file: string): readonly ClassName[] {
  const json = parseJson(decodeUtf8(bytes, { file }), { file });
  if (Array.isArray(json) && json.every((name) => typeof name === 'string')) {
    return json.map((label) => ({ label }));
  }
  const table = isJsonObject(json) ? json : {};
  return Object.keys(table).map((_, i) => {
    const entry = table[String(i)];
    const [id, label] = Array.isArray(entry) ? entry : [];
    if (typeof id !== 'string' || typeof label !== 'string') {
      throw new FormatError('the table of classes has no good entry', {
        file,
        member: String(i),
        expected: '[id, name]',
        received: JSON.stringify(entry)?.slice(0, 60),
      });
    }
    return { id, label };
  });
}
