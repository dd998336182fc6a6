import type { Cursor } from './cursor.ts';
import type { FileInput } from './file-input.ts';

/** Numbers of a heap's header (section III.G of the format). */
interface Heap {
  readonly idBytes: number;
  readonly filtered: boolean;
  readonly mostManaged: number;
  readonly width: number;
  readonly startBlock: number;
  readonly mostDirect: number;
  readonly offsetBits: number;
  readonly root: number | null;
  readonly rootRows: number;
  readonly checked: boolean;
}

/** Reads objects of a heap by their ids: where groups with many links and objects with many attributes keep them. */
export class FractalHeap {
  readonly #input: FileInput;
  readonly #address: number;
  readonly #heap: Heap;

  private constructor(input: FileInput, address: number, heap: Heap) {
    this.#input = input;
    this.#address = address;
    this.#heap = heap;
  }

  static async open(input: FileInput, address: number): Promise<FractalHeap> {
    const { offsets, lengths } = input.sizes;
    const head = await input.checkedStructure(address, 26 + 12 * lengths + 3 * offsets);
    head.expect('FRHP');
    head.version(0);
    const [idBytes, filterBytes, flags, mostManaged] = [
      head.u16(),
      head.u16(),
      head.u8(),
      head.u32(),
    ];
    head.skip(lengths + offsets + lengths + offsets + 8 * lengths);
    const width = head.u16();
    const [startBlock, mostDirect] = [head.length(), head.length()];
    const offsetBits = head.u16();
    head.skip(2);
    const root = head.pointer();
    const rootRows = head.u16();
    if (width < 1 || startBlock < 1 || offsetBits > 64) head.fail('a heap is damaged');
    const heap = {
      idBytes,
      filtered: filterBytes > 0,
      mostManaged,
      width,
      startBlock,
      mostDirect,
      offsetBits,
      root,
      rootRows,
      checked: (flags & 2) !== 0,
    };
    if (heap.filtered) head.fail('compressed heaps are not read');
    return new FractalHeap(input, address, heap);
  }

  /** The object of an id; null where it lies outside the heap's blocks. */
  async object(id: Cursor): Promise<Cursor> {
    const { offsetBits, mostDirect, mostManaged } = this.#heap;
    const kind = (id.u8() >> 4) & 3;
    if (kind === 2) {
      id.at--;
      const length = (id.u8() & 15) + 1;
      return id.part(length);
    }
    if (kind !== 0) id.fail('objects larger than a heap’s blocks are not read');
    const offset = id.uint(Math.ceil(offsetBits / 8));
    const lengthBytes = bytesFor(Math.min(mostDirect, mostManaged));
    const length = id.uint(Math.min(lengthBytes, id.left));
    return this.#managed(offset, length);
  }

  async #managed(offset: number, length: number): Promise<Cursor> {
    const { root, rootRows, startBlock } = this.#heap;
    if (root === null) this.#input.fail('an object of an empty heap', this.#address);
    const found =
      rootRows === 0
        ? { address: root, start: 0, size: startBlock }
        : await this.#findBlock(root, rootRows, 0, offset, 0);
    if (offset < found.start || offset + length > found.start + found.size) {
      this.#input.fail('an object lies outside its heap', this.#address);
    }
    return this.#input.structure(found.address + (offset - found.start), length);
  }

  /** Size of the blocks of a row. */
  #rowSize(row: number): number {
    return this.#heap.startBlock * 2 ** Math.max(0, row - 1);
  }

  async #findBlock(
    address: number,
    rows: number,
    start: number,
    offset: number,
    depth: number,
  ): Promise<{ address: number; start: number; size: number }> {
    const { width, mostDirect, startBlock, offsetBits } = this.#heap;
    const input = this.#input;
    if (depth > 16) input.fail('a heap is nested too deep', address);
    const { offsets } = input.sizes;
    const prefix = 5 + offsets + Math.ceil(offsetBits / 8);
    const block = await input.checkedStructure(address, prefix + rows * width * offsets + 4);
    block.expect('FHIB');
    block.version(0);
    block.skip(prefix - 5);
    let at = start;
    for (let row = 0; row < rows; row++) {
      const size = this.#rowSize(row);
      for (let column = 0; column < width; column++, at += size) {
        const child = block.pointer();
        if (offset < at || offset >= at + size) continue;
        if (child === null)
          return input.fail('an object lies in a block that is not there', address);
        if (size <= mostDirect) return { address: child, start: at, size };
        const childRows = Math.log2(size / (startBlock * width)) + 1;
        if (!Number.isInteger(childRows)) input.fail('a heap is damaged', address);
        return this.#findBlock(child, childRows, at, offset, depth + 1);
      }
    }
    return input.fail('an object lies outside its heap', address);
  }
}

/** Bytes that a number up to `most` takes. */
const bytesFor = (most: number): number => Math.max(1, Math.ceil(Math.log2(most + 1) / 8));
