// A writer of plain HDF5: groups with compact links, attributes, data in one run. The same contents give the same bytes,
// which the HDF5 library does not promise. https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
import { FormatError } from '../../tensor/index.ts';
import { joinBytes } from '../byte-source.ts';
import { bytesOfArray, type FileArray } from '../file-array.ts';
import {
  ascii,
  encodeDataspace,
  encodeDatatype,
  encodeFixedText,
  encodeText,
  littleEndian,
} from './encode-datatype.ts';
import { lookup3 } from './lookup3.ts';
import { messageTypes } from './object-header.ts';

/** Text of any length, or a list of texts (64 KiB in all). */
export type AttributeInput = string | readonly string[];

/** A data set to write. */
export interface DatasetInput {
  readonly array: FileArray;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
}

/** A group to write, with what is in it by name. */
export interface GroupInput {
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly children: ReadonlyMap<string, GroupInput | DatasetInput>;
}

const undefinedAddress = new Array<number>(8).fill(0xff);
const superblockBytes = 48;
/** The library refuses smaller collections. */
const smallestCollection = 4096;
const mostMessageBytes = 0xffff;
const mostCollectionTexts = 0xfffe;

/** An object of the file with its place, once that is known. */
interface Item {
  readonly name: string;
  readonly object: GroupInput | DatasetInput;
  readonly children: readonly Item[];
  address: number;
  dataAddress: number;
}

const isDataset = (object: GroupInput | DatasetInput): object is DatasetInput => 'array' in object;
const align = (n: number): number => Math.ceil(n / 8) * 8;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The file in pieces: descriptions first, then the data of one set after the other. */
export function* encodePieces(root: GroupInput): Generator<Uint8Array> {
  const items: Item[] = [];
  const collect = (name: string, object: GroupInput | DatasetInput): Item => {
    const item: Item = { name, object, children: [], address: 0, dataAddress: 0 };
    items.push(item);
    if (isDataset(object)) return item;
    const children = [...object.children].map(([key, child]) => collect(checkName(key), child));
    Object.assign(item, { children });
    return item;
  };
  collect('/', root);
  const heap = new HeapWriter(items);
  let end = superblockBytes;
  for (const item of items) {
    item.address = end;
    end += align(encodeHeader(item, heap).length);
  }
  heap.address = end;
  end += heap.size;
  const datasets = items.filter(({ object }) => isDataset(object));
  for (const item of datasets) {
    item.dataAddress = end;
    end += align((item.object as DatasetInput).array.data.byteLength);
  }
  yield encodeSuperblock(items[0].address, end);
  for (const item of items) yield padded(encodeHeader(item, heap));
  if (heap.size) yield heap.encode();
  for (const { object } of datasets) {
    const bytes = bytesOfArray((object as DatasetInput).array);
    yield bytes;
    if (bytes.length % 8) yield new Uint8Array(-bytes.length & 7);
  }
}

/** The same in one piece. */
export const encode = (root: GroupInput): Uint8Array<ArrayBuffer> => joinBytes(encodePieces(root));

/** A tree of groups out of data sets by their paths (`dense/kernel`) and attributes of groups by theirs. */
export function groupsOf(
  datasets: Iterable<readonly [string, DatasetInput]>,
  attributes: Iterable<readonly [string, Readonly<Record<string, AttributeInput>>]> = [],
): GroupInput {
  interface Branch {
    attributes: Record<string, AttributeInput>;
    children: Map<string, Branch | DatasetInput>;
  }
  const branch = (): Branch => ({ attributes: {}, children: new Map() });
  const root = branch();
  const find = (path: readonly string[]): Branch => {
    let at = root;
    for (const name of path) {
      const next = at.children.get(name) ?? branch();
      if ('array' in next) throw new FormatError(`'${path.join('/')}' is a group and a data set`);
      at.children.set(name, next);
      at = next;
    }
    return at;
  };
  for (const [path, given] of attributes) {
    Object.assign(find(path.split('/').filter(Boolean)).attributes, given);
  }
  for (const [path, dataset] of datasets) {
    const steps = path.split('/').filter(Boolean);
    const name = steps.pop() as string;
    const { children } = find(steps);
    if (children.has(name)) throw new FormatError(`two things have the name '${path}'`);
    children.set(name, dataset);
  }
  return root;
}

function checkName(name: string): string {
  if (name !== '' && name !== '.' && !/[/\0]/.test(name)) return name;
  throw new FormatError('a name is not possible in HDF5', { received: JSON.stringify(name) });
}

function encodeSuperblock(root: number, end: number): Uint8Array {
  const bytes = [
    ...[0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
    ...[2, 8, 8, 0],
    ...littleEndian(0, 8),
    ...undefinedAddress,
    ...littleEndian(end, 8),
    ...littleEndian(root, 8),
  ];
  return withSum(Uint8Array.from(bytes));
}

/** Bytes with their checksum behind them. */
function withSum(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length + 4);
  result.set(bytes);
  result.set(littleEndian(lookup3(bytes), 4), bytes.length);
  return result;
}

function padded(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(align(bytes.length));
  result.set(bytes);
  return result;
}

/** An object's description. Its length does not depend on addresses. */
function encodeHeader(item: Item, heap: HeapWriter): Uint8Array {
  const { object, children } = item;
  const messages = isDataset(object)
    ? datasetMessages(object, item.dataAddress)
    : groupMessages(children);
  for (const [name, value] of Object.entries(object.attributes ?? {})) {
    messages.push([messageTypes.attribute, encodeAttribute(name, value, heap)]);
  }
  const body = messages.flatMap(([type, bytes]) => {
    if (bytes.length <= mostMessageBytes)
      return [type, ...littleEndian(bytes.length, 2), 0, ...bytes];
    throw new FormatError(`a description of '${item.name}' is too long for HDF5`, {
      expected: `at most ${mostMessageBytes} bytes`,
      received: String(bytes.length),
    });
  });
  // Flags: a length of four bytes; no times, which would differ from run to run.
  return withSum(
    Uint8Array.from([...ascii('OHDR'), 2, 2, ...littleEndian(body.length, 4), ...body]),
  );
}

type Message = [type: number, bytes: number[]];

const groupInfo = 0x0a;

function groupMessages(children: readonly Item[]): Message[] {
  const links = children.map(({ name, address }): Message => {
    const bytes = [...utf8(name)];
    const wide = bytes.length > 255;
    const head = [1, 0x10 | (wide ? 1 : 0), 1, ...littleEndian(bytes.length, wide ? 2 : 1)];
    return [messageTypes.link, [...head, ...bytes, ...littleEndian(address, 8)]];
  });
  const info: Message = [messageTypes.linkInfo, [0, 0, ...undefinedAddress, ...undefinedAddress]];
  return [info, [groupInfo, [0, 0]], ...links];
}

function datasetMessages({ array }: DatasetInput, address: number): Message[] {
  const type = encodeDatatype(array.dtype);
  if (!type) throw new FormatError(`HDF5 has no type for ${array.dtype}; cast to float32`);
  const { byteLength } = array.data;
  const place = byteLength ? littleEndian(address, 8) : undefinedAddress;
  return [
    [messageTypes.dataspace, encodeDataspace(array.shape)],
    [messageTypes.datatype, type],
    [messageTypes.fillValue, [3, 0x0a]],
    [messageTypes.layout, [3, 1, ...place, ...littleEndian(byteLength, 8)]],
  ];
}

function encodeAttribute(name: string, value: AttributeInput, heap: HeapWriter): number[] {
  const texts = typeof value === 'string' ? [] : value.map(utf8);
  const width = Math.max(1, ...texts.map(({ length }) => length));
  const isAscii = texts.every((text) => text.every((byte) => byte < 128));
  const type = typeof value === 'string' ? encodeText() : encodeFixedText(width, isAscii);
  const space = encodeDataspace(typeof value === 'string' ? [] : [texts.length]);
  const data =
    typeof value === 'string'
      ? heap.reference(value)
      : texts.flatMap((text) => [...text, ...new Array<number>(width - text.length).fill(0)]);
  const nameBytes = [...utf8(name), 0];
  const sizes = [nameBytes, type, space].flatMap(({ length }) => littleEndian(length, 2));
  return [3, 0, ...sizes, 1, ...nameBytes, ...type, ...space, ...data];
}

/** Texts of any length, in one collection. */
class HeapWriter {
  address = 0;
  readonly size: number;
  readonly #texts: readonly Uint8Array[];
  readonly #numbers = new Map<string, number>();

  constructor(items: readonly Item[]) {
    const texts: Uint8Array[] = [];
    for (const { object } of items) {
      for (const value of Object.values(object.attributes ?? {})) {
        if (typeof value !== 'string' || value === '' || this.#numbers.has(value)) continue;
        texts.push(utf8(value));
        this.#numbers.set(value, texts.length);
      }
    }
    if (texts.length > mostCollectionTexts)
      throw new FormatError('too many texts for an HDF5 file');
    this.#texts = texts;
    const used = texts.reduce((sum, text) => sum + 16 + align(text.length), 16);
    this.size = texts.length ? Math.max(smallestCollection, used) : 0;
  }

  /** Length, collection and number of a text. */
  reference(text: string): number[] {
    const number = this.#numbers.get(text) ?? 0;
    const length = number ? this.#texts[number - 1].length : 0;
    return [
      ...littleEndian(length, 4),
      ...littleEndian(number ? this.address : 0, 8),
      ...littleEndian(number, 4),
    ];
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    bytes.set([...ascii('GCOL'), 1, 0, 0, 0, ...littleEndian(this.size, 8)]);
    let at = 16;
    for (const [i, text] of this.#texts.entries()) {
      bytes.set([...littleEndian(i + 1, 2), 1, 0, 0, 0, 0, 0, ...littleEndian(text.length, 8)], at);
      bytes.set(text, at + 16);
      at += 16 + align(text.length);
    }
    // What is left is one free object, number 0, if there is room to say so.
    if (this.size - at >= 16) bytes.set(littleEndian(this.size - at, 8), at + 8);
    return bytes;
  }
}
