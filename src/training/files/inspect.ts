import { defaultMaxBytes } from '#platform';
import {
  gzip,
  isJsonObject,
  type Json,
  tar,
  tfevents,
  vdlrecords,
  zip,
} from '../../formats/index.ts';
import { FormatError } from '../../tensor/index.ts';
import {
  describeModel,
  type LayerDescription,
  type TrainingDescription,
} from './describe-model.ts';
import { type FileKind, fileKinds, type Identified, identify } from './identify.ts';
import {
  type BudgetOptions,
  type ModelSource,
  type OpenSource,
  openSource,
} from './open-source.ts';
import type { TensorEntry } from './tensor-file.ts';
import { tensorFormats } from './tensor-formats.ts';

/** One line about a tensor, a member of an archive or a series of a log. */
export interface PartDescription {
  readonly name: string;
  readonly [detail: string]: string | number | readonly number[];
}

/** What `inspectFile` found: only what the file has. */
export interface FileDescription {
  readonly file: string;
  readonly kind: FileKind;
  /** The kind in words. */
  readonly label: string;
  /** Of the file, in bytes. */
  readonly size: number;
  readonly model?: {
    readonly name: string;
    readonly class: string;
    readonly layers: readonly LayerDescription[];
  };
  readonly training?: TrainingDescription;
  readonly tensors?: readonly PartDescription[];
  /** Numbers in the tensors of the model, and in those of its optimizer. */
  readonly parameters?: number;
  readonly optimizerParameters?: number;
  /** Of all tensors in memory. */
  readonly tensorBytes?: number;
  /** Members of an archive. */
  readonly members?: readonly PartDescription[];
  /** Series of a log. */
  readonly series?: readonly PartDescription[];
  readonly metadata: Readonly<Record<string, string>>;
}

type Details = Partial<Omit<FileDescription, 'file' | 'kind' | 'label' | 'size'>>;

/**
 * Tells what a file is and what is in it, whatever its kind: layers, tensors with shapes and types, the optimizer, metadata.
 * Nothing is built and no tensor is read.
 * @example const { label, tensors } = await inspectFile('resnet.pth');
 */
export async function inspectFile(
  source: ModelSource,
  { maxBytes = defaultMaxBytes }: BudgetOptions = {},
): Promise<FileDescription> {
  const opened = await openSource(source, { maxBytes });
  try {
    const found = await identify(opened, { maxBytes });
    const { kind } = found;
    const details = await describe(opened, found, maxBytes);
    return {
      ...{ file: opened.name, kind, label: fileKinds[kind], size: opened.size, metadata: {} },
      ...details,
    };
  } finally {
    await opened.close();
  }
}

async function describe(source: OpenSource, found: Identified, maxBytes: number): Promise<Details> {
  const open = tensorFormats[found.kind];
  if (open) {
    const { entries, metadata, model, training } = await open(source, { maxBytes, found });
    return {
      ...describeModel(model ?? null, training ?? null),
      ...describeTensors(entries),
      metadata: Object.fromEntries(metadata),
    };
  }
  const bytes = () => source.read(0, source.size);
  switch (found.kind) {
    case 'keras-json':
      return describeModel(found.json!, null);
    case 'json':
      return { metadata: { keys: keysOf(found.json!) } };
    case 'zip': {
      const { members } = await zip.open(source, { maxBytes });
      const list = [...members.values()];
      return {
        members: list.map(({ name, size, compressedSize }) => ({ name, size, compressedSize })),
      };
    }
    case 'gzip':
      return { metadata: { contents: `${gzip.decode(await bytes(), { maxBytes }).length} bytes` } };
    case 'tar':
      return { members: await tarMembers(source, maxBytes) };
    case 'png':
    case 'jpeg':
      return { metadata: imageSize(found.kind, await bytes()) };
    case 'tfevents':
      return describeLog(tfevents.decode(await bytes()));
    case 'vdlrecords':
      return describeLog(vdlrecords.decode(await bytes()));
    default:
      throw new FormatError(`nothing is known of a ${fileKinds[found.kind]}`, {
        file: source.name,
      });
  }
}

/** Whether a tensor belongs to the optimizer or the metrics of a file's model. */
export const isOfOptimizer = (name: string, entry?: TensorEntry): boolean =>
  entry?.ofOptimizer ||
  /^(\/\/(optimizer|metrics)\/|optimizer_weights\/|optimizer\/|_optimizer)/.test(name);

function describeTensors(entries: ReadonlyMap<string, TensorEntry>): Details {
  let [parameters, optimizerParameters, tensorBytes] = [0, 0, 0];
  for (const [name, entry] of entries) {
    const { shape, byteLength } = entry;
    const count = shape.reduce((product, n) => product * n, 1);
    if (isOfOptimizer(name, entry)) optimizerParameters += count;
    else parameters += count;
    tensorBytes += byteLength;
  }
  const tensors = [...entries].map(([name, { dtype, shape, byteLength }]) => ({
    ...{ name, dtype, shape, bytes: byteLength },
  }));
  return {
    tensors,
    parameters,
    ...(optimizerParameters && { optimizerParameters }),
    tensorBytes,
  };
}

const keysOf = (json: Json): string =>
  isJsonObject(json)
    ? Object.keys(json).slice(0, 20).join(', ')
    : `a list of ${(json as Json[]).length}`;

async function tarMembers(source: OpenSource, maxBytes: number): Promise<PartDescription[]> {
  const members: PartDescription[] = [];
  const options = { file: source.name, maxBytes };
  for await (const { name, data } of tar.decodeChunks(source.chunks(), () => true, options)) {
    members.push({ name, size: data.length });
  }
  return members;
}

/** Width and height as the header has them. */
function imageSize(kind: 'png' | 'jpeg', bytes: Uint8Array): Record<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (kind === 'png') {
    if (bytes.length < 24) return {};
    return { width: `${view.getUint32(16)}`, height: `${view.getUint32(20)}` };
  }
  // A JPEG is a list of segments; a frame header (SOF) has the size.
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: `${view.getUint16(at + 7)}`, height: `${view.getUint16(at + 5)}` };
  }
  return {};
}

function describeLog({ events, damage }: tfevents.DecodedLog): Details {
  const series = new Map<string, { kind: string; count: number; steps: number[] }>();
  for (const { step, values } of events) {
    for (const { tag, value } of values) {
      const known = series.get(tag) ?? { kind: value.kind, count: 0, steps: [step, step] };
      known.count++;
      known.steps = [Math.min(known.steps[0], step), Math.max(known.steps[1], step)];
      series.set(tag, known);
    }
  }
  const lost = damage.reduce((sum, { length }) => sum + length, 0);
  return {
    series: [...series].map(([name, facts]) => ({ name, ...facts })),
    metadata: {
      events: String(events.length),
      ...(lost > 0 && { damage: `${lost} bytes in ${damage.length} places cannot be read` }),
    },
  };
}
