import { arrayFromBytes, byteLengthOf, type FileArray } from '../file-array.ts';
import { listRecords } from './btree2.ts';
import type { Cursor } from './cursor.ts';
import { readDataspace } from './dataspace.ts';
import { type Datatype, readDatatype } from './datatype.ts';
import type { FileInput } from './file-input.ts';
import { FractalHeap } from './fractal-heap.ts';
import { decodeText, type GlobalHeap } from './heaps.ts';
import { type Message, messageTypes, sharedMessage } from './object-header.ts';

/** An attribute: text, a list of texts, or numbers; null where it has no elements or is of another kind. */
export type AttributeValue = string | readonly string[] | FileArray | null;

/** What an object says about itself, by name. */
export async function readAttributes(
  input: FileInput,
  heap: GlobalHeap,
  messages: readonly Message[],
): Promise<Map<string, AttributeValue>> {
  const attributes = new Map<string, AttributeValue>();
  const add = async (body: Cursor): Promise<void> => {
    const [name, value] = await readAttribute(input, heap, body);
    if (attributes.has(name)) body.fail(`two attributes have the name '${name}'`);
    attributes.set(name, value);
  };
  for (const { type, body } of messages) {
    if (type === messageTypes.attribute) await add(body);
    else if (type === messageTypes.attributeInfo) {
      for await (const one of manyAttributes(input, body)) await add(one);
    }
  }
  return attributes;
}

async function* manyAttributes(input: FileInput, body: Cursor): AsyncGenerator<Cursor> {
  body.version(0);
  if (body.u8() & 1) body.skip(2);
  const heapAddress = body.pointer();
  const index = body.pointer();
  if (heapAddress === null || index === null) return;
  const heap = await FractalHeap.open(input, heapAddress);
  for await (const record of listRecords(input, index)) {
    yield await heap.object(record.part(8));
  }
}

async function readAttribute(
  input: FileInput,
  heap: GlobalHeap,
  body: Cursor,
): Promise<[string, AttributeValue]> {
  const version = body.version(1, 2, 3);
  const bits = body.u8();
  const flags = version === 1 ? 0 : bits;
  const [nameBytes, typeBytes, spaceBytes] = [body.u16(), body.u16(), body.u16()];
  if (version === 3) body.skip(1);
  const part = (length: number): Cursor => {
    const cursor = body.part(length);
    if (version === 1) body.skip(-length & 7);
    return cursor;
  };
  const nameWithZero = part(nameBytes).bytes;
  const end = nameWithZero.indexOf(0);
  const name = decodeText(end < 0 ? nameWithZero : nameWithZero.subarray(0, end));
  const typeBody = part(typeBytes);
  const spaceBody = part(spaceBytes);
  const type = readDatatype(
    flags & 1 ? await sharedMessage(input, messageTypes.datatype, typeBody) : typeBody,
  );
  const shape = readDataspace(
    flags & 2 ? await sharedMessage(input, messageTypes.dataspace, spaceBody) : spaceBody,
  );
  if (shape === null) return [name, null];
  const place = { ...input.place, member: `attribute ${name}` };
  const count = byteLengthOf('uint8', shape, place);
  if (count * type.size > body.left) body.fail(`attribute ${name} ends too early`);
  const bytes = body.take(count * type.size);
  if (type.kind === 'number') return [name, numbers(bytes, type, shape)];
  if (type.kind !== 'string' && type.kind !== 'text') return [name, null];
  const texts = await readTexts(input, heap, bytes, type, count);
  return [name, shape.length === 0 ? texts[0] : texts];
}

/** Numbers as files have them. */
export const numbers = (
  bytes: Uint8Array,
  { dtype, littleEndian }: Datatype & { readonly kind: 'number' },
  shape: readonly number[],
): FileArray => arrayFromBytes(bytes, dtype, shape, littleEndian);

/** Texts, from the bytes themselves or from the heap that they lead to. */
export async function readTexts(
  input: FileInput,
  heap: GlobalHeap,
  bytes: Uint8Array,
  type: Datatype,
  count: number,
): Promise<string[]> {
  const texts: string[] = [];
  let total = 0;
  for (let i = 0; i < count; i++) {
    const element = bytes.subarray(i * type.size, (i + 1) * type.size);
    const text =
      type.kind === 'text' ? await heapText(input, heap, element) : fixedText(element, type);
    total += text.length;
    if (total > input.maxBytes) input.fail('texts are longer than is allowed (maxBytes)');
    texts.push(text);
  }
  return texts;
}

function fixedText(bytes: Uint8Array, type: Datatype): string {
  const end = bytes.indexOf(0);
  const text = decodeText(end < 0 ? bytes : bytes.subarray(0, end));
  return type.kind === 'string' && type.spaces ? text.replace(/ +$/, '') : text;
}

async function heapText(input: FileInput, heap: GlobalHeap, element: Uint8Array): Promise<string> {
  const { offsets } = input.sizes;
  const view = new DataView(element.buffer, element.byteOffset, element.byteLength);
  if (element.length < 8 + offsets) input.fail('a text of varying length is damaged');
  const length = view.getUint32(0, true);
  if (length === 0) return '';
  let address = 0;
  for (let i = offsets - 1; i >= 0; i--) address = address * 256 + element[4 + i];
  const bytes = await heap.object(address, view.getUint32(4 + offsets, true));
  if (length > bytes.length) input.fail('a text is longer than its place in the heap');
  const text = decodeText(bytes.subarray(0, length));
  return text.endsWith('\0') ? text.slice(0, -1) : text;
}
