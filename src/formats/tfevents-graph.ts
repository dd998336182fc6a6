import type { PbfReader, PbfWriter } from 'pbf';
import {
  decodeMessage,
  encodeMessage,
  readInner,
  readText,
  writeInner,
  writeText,
} from './tfevents-protobuf.ts';
import { dataTypes, readShape, writeShape } from './tfevents-tensor.ts';

/** A computation as an event file holds it (GraphDef). */
export interface LogGraph {
  readonly nodes: readonly LogGraphNode[];
}

/** A box of the graph. Slashes in its name are groups: `conv2d/relu`. */
export interface LogGraphNode {
  readonly name: string;
  readonly op: string;
  /** Names of the nodes whose results it takes. */
  readonly inputs: readonly string[];
  /** Shape of the first result, -1 where a size is not known; null where nobody says. */
  readonly shape: readonly number[] | null;
  readonly dtype: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

interface RawNode {
  name: string;
  op: string;
  inputs: string[];
  attributes: Map<string, RawAttribute>;
}

interface RawAttribute {
  text: string | null;
  type: number | null;
  shapes: number[][];
}

const typeNames = new Map<number, string>(
  Object.entries(dataTypes).map(([name, number]) => [number, name]),
);

function readList(field: number, attribute: RawAttribute, reader: PbfReader): void {
  const parts: (string | number | boolean)[] = [];
  if (field === 2) parts.push(readText(reader));
  else if (field === 3) parts.push(...reader.readPackedVarint([], true));
  else if (field === 4) parts.push(...reader.readPackedFloat());
  else if (field === 5) parts.push(...reader.readPackedBoolean());
  else if (field === 6) {
    parts.push(...reader.readPackedVarint().map((type) => typeNames.get(type) ?? type));
  } else if (field === 7) attribute.shapes.push(readInner(reader, readShape, []));
  if (parts.length)
    attribute.text = [attribute.text, ...parts].filter((x) => x !== null).join(', ');
}

function readAttribute(field: number, attribute: RawAttribute, reader: PbfReader): void {
  if (field === 1) readInner(reader, readList, attribute);
  else if (field === 2) attribute.text = readText(reader);
  else if (field === 3) attribute.text = String(reader.readVarint(true));
  else if (field === 4) attribute.text = String(reader.readFloat());
  else if (field === 5) attribute.text = String(reader.readBoolean());
  else if (field === 6) attribute.type = reader.readVarint();
  else if (field === 7) attribute.shapes.push(readInner(reader, readShape, []));
}

function readNode(field: number, node: RawNode, reader: PbfReader): void {
  if (field === 1) node.name = readText(reader);
  else if (field === 2) node.op = readText(reader);
  else if (field === 3) node.inputs.push(readText(reader));
  else if (field === 5) {
    const entry = { name: '', value: { text: null, type: null, shapes: [] } as RawAttribute };
    readInner(
      reader,
      (part, into, inner) => {
        if (part === 1) into.name = readText(inner);
        else if (part === 2) readInner(inner, readAttribute, into.value);
      },
      entry,
    );
    node.attributes.set(entry.name, entry.value);
  }
}

/** `name:1` is the second result of `name`, `^name` only waits for it. */
const inputName = (input: string): string => input.replace(/^\^/, '').replace(/:\d+$/, '');

function finishNode({ name, op, inputs, attributes }: RawNode): LogGraphNode {
  const shapes = attributes.get('_output_shapes')?.shapes ?? attributes.get('shape')?.shapes;
  const type = attributes.get('dtype')?.type ?? attributes.get('T')?.type ?? null;
  const shown: Record<string, string> = Object.create(null);
  for (const [key, { text }] of attributes) if (text !== null) shown[key] = text;
  return {
    name,
    op,
    inputs: inputs.map(inputName),
    shape: shapes?.[0] ?? null,
    dtype: type === null ? null : (typeNames.get(type) ?? null),
    attributes: shown,
  };
}

/** Reads a GraphDef. */
export function decodeGraph(bytes: Uint8Array): LogGraph {
  const nodes: LogGraphNode[] = [];
  const read = (field: number, into: LogGraphNode[], reader: PbfReader): void => {
    if (field !== 1) return;
    const node: RawNode = { name: '', op: '', inputs: [], attributes: new Map() };
    into.push(finishNode(readInner(reader, readNode, node)));
  };
  return { nodes: decodeMessage('GraphDef', read, nodes, bytes) };
}

function writeAttribute(writer: PbfWriter, name: string, write: (writer: PbfWriter) => void): void {
  writeInner(writer, 5, (entry) => {
    writeText(entry, 1, name);
    writeInner(entry, 2, write);
  });
}

function writeNode(writer: PbfWriter, node: LogGraphNode): void {
  writeText(writer, 1, node.name);
  writeText(writer, 2, node.op);
  for (const input of node.inputs) writeText(writer, 3, input);
  const { shape, dtype, attributes } = node;
  if (shape) {
    writeAttribute(writer, '_output_shapes', (value) => {
      writeInner(value, 1, (list) => {
        writeInner(list, 7, (inner) => writeShape(inner, shape));
      });
    });
  }
  if (dtype && dtype in dataTypes) {
    const type = dataTypes[dtype as keyof typeof dataTypes];
    writeAttribute(writer, 'dtype', (value) => value.writeVarintField(6, type));
  }
  for (const [name, text] of Object.entries(attributes)) {
    const bytes = new TextEncoder().encode(text);
    writeAttribute(writer, name, (value) => value.writeBytesField(2, bytes));
  }
}

/** Writes a GraphDef. */
export function encodeGraph({ nodes }: LogGraph): Uint8Array {
  return encodeMessage((writer) => {
    for (const node of nodes) writeInner(writer, 1, (inner) => writeNode(inner, node));
    writeInner(writer, 4, (versions) => versions.writeVarintField(1, 22));
  });
}
