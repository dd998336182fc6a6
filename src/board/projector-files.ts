import { joinPath, openAppendSync, type SyncAppendStream } from '#platform';
import { GradusError } from '../tensor/index.ts';

/** An embedding as TensorBoard's projector wants it: a table of numbers and one of labels. */
export interface ProjectorData {
  readonly tag: string;
  readonly step: number;
  readonly vectors: readonly (readonly number[])[];
  /** One text a vector, or one row a vector under `header`. */
  readonly metadata: readonly (string | readonly string[])[] | null;
  readonly header: readonly string[] | null;
}

const cell = (value: string): string => value.replaceAll(/[\t\r\n]+/g, ' ');
const quoted = (value: string): string => value.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', ' ');

function create(path: string): SyncAppendStream {
  const file = openAppendSync(path, { mustBeNew: true });
  if (!file) throw new GradusError(`addEmbedding: ${path} is there already`);
  return file;
}

function writeTable(path: string, lines: Iterable<string>): void {
  const encoder = new TextEncoder();
  const file = create(path);
  try {
    for (const line of lines) file.write(encoder.encode(`${line}\n`));
  } finally {
    file.close();
  }
}

/** Writes an embedding's tables into a run's folder; gives the entry for `projector_config.pbtxt`. */
export function writeProjectorFiles(folder: string, data: ProjectorData): string {
  const safe = data.tag.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_');
  const place = `${String(data.step).padStart(5, '0')}-${safe}`;
  const rows = data.metadata?.map((row) => [row].flat().map(cell).join('\t'));
  writeTable(
    joinPath(folder, place, 'tensors.tsv'),
    data.vectors.map((vector) => vector.join('\t')),
  );
  const lines = [
    `tensor_name: "${quoted(`${data.tag}:${String(data.step).padStart(5, '0')}`)}"`,
    `tensor_path: "${quoted(`${place}/tensors.tsv`)}"`,
  ];
  if (rows) {
    const header = data.header ? [data.header.map(cell).join('\t')] : [];
    writeTable(joinPath(folder, place, 'metadata.tsv'), [...header, ...rows]);
    lines.push(`metadata_path: "${quoted(`${place}/metadata.tsv`)}"`);
  }
  return `embeddings {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}
