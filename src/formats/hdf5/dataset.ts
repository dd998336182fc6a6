import {
  arrayFromBytes,
  byteLengthOf,
  bytesPerFileElement,
  type FileArray,
  type FileDType,
} from '../file-array.ts';
import { type Chunk, listChunks } from './chunk-index.ts';
import { readDataspace } from './dataspace.ts';
import { type Datatype, readDatatype } from './datatype.ts';
import type { FileInput } from './file-input.ts';
import { type Filter, readFilters, unfilter } from './filters.ts';
import type { GlobalHeap } from './heaps.ts';
import { type Layout, readLayout } from './layout.ts';
import { type Message, messageTypes } from './object-header.ts';
import { type AttributeValue, readAttributes, readTexts } from './values.ts';

/** Elements that follow each other, from the element number `start` on. */
export interface Piece {
  readonly start: number;
  readonly array: FileArray;
}

const defaultPiece = 1 << 22;
const smallChunk = 1 << 24;

/** An array in an HDF5 file; its elements are read when they are asked for. */
export class Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  /** Type of the elements; null for texts and whatever tensors cannot hold. */
  readonly dtype: FileDType | null;
  /** The type in words, for people. */
  readonly typeName: string;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly #input: FileInput;
  readonly #heap: GlobalHeap;
  readonly #type: Datatype;
  readonly #layout: Layout;
  readonly #filters: readonly Filter[];
  readonly #fill: Uint8Array | null;

  private constructor(
    input: FileInput,
    heap: GlobalHeap,
    path: string,
    messages: readonly Message[],
    attributes: ReadonlyMap<string, AttributeValue>,
  ) {
    const find = (type: number) => messages.find((message) => message.type === type)?.body;
    const type = find(messageTypes.datatype);
    const space = find(messageTypes.dataspace);
    const layout = find(messageTypes.layout);
    const filters = find(messageTypes.filters);
    this.#input = input;
    this.#heap = heap;
    this.path = path;
    if (!type || !space || !layout) input.fail(`'${path}' is neither a group nor a data set`);
    if (find(messageTypes.externalFiles)) {
      type.fail(`'${path}' has its data in other files, which are not opened`);
    }
    this.attributes = attributes;
    this.#type = brainFloat(readDatatype(type), attributes);
    this.shape = readDataspace(space) ?? [0];
    this.#layout = readLayout(layout);
    this.#filters = filters ? readFilters(filters) : [];
    this.#fill = readFill(find(messageTypes.fillValue), find(messageTypes.oldFillValue));
    const known = this.#type;
    this.dtype = known.kind === 'number' ? known.dtype : null;
    this.typeName =
      known.kind === 'number'
        ? known.dtype
        : known.kind === 'other'
          ? known.what
          : known.kind === 'opaque'
            ? `${known.size} opaque bytes`
            : 'text';
  }

  static async open(
    input: FileInput,
    heap: GlobalHeap,
    path: string,
    messages: readonly Message[],
  ): Promise<Hdf5Dataset> {
    const attributes = await readAttributes(input, heap, messages);
    return new Hdf5Dataset(input, heap, path, messages, attributes);
  }

  /** Bytes of all elements; a FormatError where that is more than the budget. */
  get byteLength(): number {
    const place = { ...this.#input.place, member: this.path };
    const count = byteLengthOf('uint8', this.shape, place);
    const bytes = count * this.#type.size;
    const { maxBytes } = this.#input;
    if (bytes <= maxBytes) return bytes;
    return this.#fail(
      'a data set is larger than is allowed',
      `at most ${maxBytes} (maxBytes)`,
      `${bytes}`,
    );
  }

  #fail(problem: string, expected?: string, received?: string): never {
    return this.#input.fail(`'${this.path}': ${problem}`, undefined, expected, received);
  }

  /** All elements at once. */
  async read(): Promise<FileArray> {
    const dtype = this.#numberType();
    const bytes = new Uint8Array(this.byteLength);
    await this.#readAll(bytes);
    return this.#array(bytes, dtype, this.shape);
  }

  /** All elements in pieces, so that no more than one is in memory; data in chunks come as one. */
  async *pieces(mostBytes = defaultPiece): AsyncGenerator<Piece> {
    const layout = this.#layout;
    if (layout.kind !== 'contiguous' || layout.address === null) {
      yield { start: 0, array: await this.read() };
      return;
    }
    const dtype = this.#numberType();
    const total = this.byteLength;
    this.#checkContiguous(layout.size, total);
    const { size } = this.#type;
    const step = Math.max(size, mostBytes - (mostBytes % size));
    for (let at = 0; at < total; at += step) {
      const bytes = await this.#input.bytes(layout.address + at, Math.min(step, total - at));
      yield { start: at / size, array: this.#array(bytes, dtype, [bytes.length / size]) };
    }
  }

  /** The elements of a data set of texts. */
  async texts(): Promise<string[]> {
    const { kind, size } = this.#type;
    if (kind !== 'string' && kind !== 'text')
      this.#fail(`expected texts, it holds ${this.typeName}`);
    const bytes = new Uint8Array(this.byteLength);
    await this.#readAll(bytes);
    return readTexts(this.#input, this.#heap, bytes, this.#type, bytes.length / size);
  }

  #numberType(): Datatype & { readonly kind: 'number' } {
    const type = this.#type;
    if (type.kind === 'number') return type;
    return this.#fail(`expected numbers, it holds ${this.typeName}`);
  }

  #array(
    bytes: Uint8Array,
    { dtype, littleEndian }: Datatype & { readonly kind: 'number' },
    shape: readonly number[],
  ): FileArray {
    return arrayFromBytes(bytes, dtype, shape, littleEndian);
  }

  #checkContiguous(stored: number | null, total: number): void {
    if (stored === null || stored === total) return;
    this.#fail('its data have another length than its shape says', `${total} bytes`, `${stored}`);
  }

  async #readAll(bytes: Uint8Array): Promise<void> {
    const layout = this.#layout;
    const input = this.#input;
    switch (layout.kind) {
      case 'compact':
        this.#checkContiguous(layout.bytes.length, bytes.length);
        bytes.set(layout.bytes);
        return;
      case 'contiguous':
        if (layout.address === null) this.#fillUp(bytes);
        else {
          this.#checkContiguous(layout.size, bytes.length);
          bytes.set(await input.bytes(layout.address, bytes.length));
        }
        return;
      case 'chunked':
        await this.#readChunks(bytes, layout);
        return;
      default:
        layout satisfies never;
    }
  }

  #fillUp(bytes: Uint8Array): void {
    const fill = this.#fill;
    if (!fill || fill.every((byte) => byte === 0)) return;
    if (fill.length !== this.#type.size) this.#fail('its fill value has another type');
    for (let at = 0; at < bytes.length; at += fill.length) bytes.set(fill, at);
  }

  async #readChunks(
    bytes: Uint8Array,
    layout: Layout & { readonly kind: 'chunked' },
  ): Promise<void> {
    const { shape } = this;
    const { size } = this.#type;
    const input = this.#input;
    if (layout.shape.length !== shape.length || layout.shape.some((n) => n < 1)) {
      this.#fail('its chunks have another number of axes');
    }
    const place = { ...input.place, member: this.path };
    const chunkBytes = byteLengthOf('uint8', layout.shape, place) * size;
    // Only data sets that may grow have chunks larger than themselves, and those are small.
    const most = Math.max(bytes.length, smallChunk);
    if (chunkBytes > most)
      this.#fail('its chunks are larger than it is', `at most ${most}`, `${chunkBytes}`);
    this.#fillUp(bytes);
    const seen = new Set<string>();
    const filtered = this.#filters.length > 0;
    for await (const chunk of listChunks(input, { shape, layout, chunkBytes, filtered })) {
      this.#checkChunk(chunk, layout.shape, seen);
      const raw = await input.bytes(chunk.address, chunk.size);
      const data = await unfilter(raw, this.#filters, chunk.mask, chunkBytes, place);
      copyChunk(data, bytes, chunk.start, layout.shape, shape, size);
    }
  }

  #checkChunk({ start }: Chunk, chunkShape: readonly number[], seen: Set<string>): void {
    const key = start.join();
    const fits = start.every((n, axis) => n < this.shape[axis] && n % chunkShape[axis] === 0);
    if (!fits || seen.has(key)) this.#fail(`a chunk at [${key}] does not belong there`);
    seen.add(key);
  }
}

/** Keras marks bfloat16, which HDF5 knows only as two bytes. */
function brainFloat(type: Datatype, attributes: ReadonlyMap<string, AttributeValue>): Datatype {
  const isMarked = attributes.get('dtype') === 'bfloat16';
  if (!isMarked || type.kind !== 'opaque' || type.size !== bytesPerFileElement('bfloat16'))
    return type;
  return { kind: 'number', dtype: 'bfloat16', size: 2, littleEndian: true };
}

/** What elements are that were never written; null for zeros. */
function readFill(
  fill: Message['body'] | undefined,
  old: Message['body'] | undefined,
): Uint8Array | null {
  if (fill) {
    const version = fill.version(1, 2, 3);
    if (version === 3) return fill.u8() & 0x20 ? fill.take(fill.u32()) : null;
    fill.skip(2);
    const defined = fill.u8();
    return version === 1 || defined ? fill.take(fill.u32()) : null;
  }
  return old ? old.take(old.u32()) : null;
}

/** Copies the part of a chunk that lies inside the array; `size` is that of an element. */
function copyChunk(
  chunk: Uint8Array,
  array: Uint8Array,
  start: readonly number[],
  chunkShape: readonly number[],
  shape: readonly number[],
  size: number,
): void {
  const rank = shape.length;
  if (rank === 0) {
    array.set(chunk.subarray(0, size));
    return;
  }
  const last = rank - 1;
  const run = Math.min(chunkShape[last], shape[last] - start[last]) * size;
  const counts = shape.map((n, axis) => Math.min(chunkShape[axis], n - start[axis]));
  const index = new Array<number>(last).fill(0);
  for (;;) {
    let from = 0;
    let to = 0;
    for (let axis = 0; axis < last; axis++) {
      from = (from + index[axis]) * chunkShape[axis + 1];
      to = (to + start[axis] + index[axis]) * shape[axis + 1];
    }
    to += start[last];
    array.set(chunk.subarray(from * size, from * size + run), to * size);
    let axis = last - 1;
    while (axis >= 0 && ++index[axis] === counts[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}
