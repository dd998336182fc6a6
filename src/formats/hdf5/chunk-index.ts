import { listRecords } from './btree2.ts';
import type { Cursor } from './cursor.ts';
import type { FileInput } from './file-input.ts';
import type { ChunkedLayout } from './layout.ts';

/** A block of elements in the file. */
export interface Chunk {
  /** Of its first element, along each axis. */
  readonly start: readonly number[];
  readonly address: number;
  readonly size: number;
  /** Filters that it did not go through, a bit each. */
  readonly mask: number;
}

/** What an index needs to know of its data set. */
export interface ChunkGrid {
  readonly shape: readonly number[];
  readonly layout: ChunkedLayout;
  /** Of a chunk without filters, in bytes. */
  readonly chunkBytes: number;
  readonly filtered: boolean;
}

/** All chunks that the file has, in the index's order. */
export async function* listChunks(input: FileInput, grid: ChunkGrid): AsyncGenerator<Chunk> {
  const { index } = grid.layout;
  if (index.address === null) return;
  switch (index.kind) {
    case 'tree':
      yield* treeChunks(input, grid, index.address, null, new Set());
      return;
    case 'single': {
      const size = index.size ?? grid.chunkBytes;
      yield { start: grid.shape.map(() => 0), address: index.address, size, mask: index.mask };
      return;
    }
    case 'implicit': {
      const { chunkBytes: size } = grid;
      for (let i = 0; i < countChunks(grid); i++) {
        yield { start: startOf(grid, i), address: index.address + i * size, size, mask: 0 };
      }
      return;
    }
    case 'fixed':
      yield* fixedChunks(input, grid, index.address);
      return;
    case 'tree2':
      for await (const record of listRecords(input, index.address)) {
        yield readRecord(record, grid);
      }
      return;
    default:
      index satisfies never;
  }
}

const alongAxes = ({ shape, layout }: ChunkGrid): number[] =>
  shape.map((n, axis) => Math.ceil(n / layout.shape[axis]));

const countChunks = (grid: ChunkGrid): number => alongAxes(grid).reduce((a, b) => a * b, 1);

/** Where the chunk of that number begins; the last axis runs fastest. */
function startOf(grid: ChunkGrid, index: number): number[] {
  const counts = alongAxes(grid);
  const start = counts.map(() => 0);
  for (let axis = counts.length - 1; axis >= 0; axis--) {
    start[axis] = (index % counts[axis]) * grid.layout.shape[axis];
    index = Math.floor(index / counts[axis]);
  }
  return start;
}

async function* treeChunks(
  input: FileInput,
  grid: ChunkGrid,
  address: number,
  parentLevel: number | null,
  seen: Set<number>,
): AsyncGenerator<Chunk> {
  if (seen.has(address)) input.fail('an index of chunks runs in a circle', address);
  seen.add(address);
  const { offsets } = input.sizes;
  const head = await input.structure(address, 8 + 2 * offsets);
  head.expect('TREE');
  const [kind, level, count] = [head.u8(), head.u8(), head.u16()];
  if (kind !== 1 || (parentLevel !== null && level !== parentLevel - 1)) {
    head.fail('an index of chunks is damaged');
  }
  const keyBytes = 8 + 8 * (grid.shape.length + 1);
  const body = await input.structure(address + 8 + 2 * offsets, count * (keyBytes + offsets));
  for (let i = 0; i < count; i++) {
    const [size, mask] = [body.u32(), body.u32()];
    const start = grid.shape.map(() => body.uint(8));
    body.skip(8);
    const child = body.target('an index of chunks leads nowhere');
    if (level === 0) yield { start, address: child, size, mask };
    else yield* treeChunks(input, grid, child, level, seen);
  }
}

/** A record of the newer tree: places are counted in chunks. */
function readRecord(record: Cursor, { shape, layout, chunkBytes, filtered }: ChunkGrid): Chunk {
  const address = record.target('an index of chunks leads nowhere');
  const sizeBytes = record.left - 4 - 8 * shape.length;
  const size = filtered ? record.uint(Math.max(0, sizeBytes)) : chunkBytes;
  const mask = filtered ? record.u32() : 0;
  const start = shape.map((_, axis) => record.uint(8) * layout.shape[axis]);
  return { start, address, size, mask };
}

async function* fixedChunks(
  input: FileInput,
  grid: ChunkGrid,
  address: number,
): AsyncGenerator<Chunk> {
  const { offsets, lengths } = input.sizes;
  const head = await input.checkedStructure(address, 12 + lengths + offsets);
  head.expect('FAHD');
  head.version(0);
  const [client, entryBytes, pageBits] = [head.u8(), head.u8(), head.u8()];
  const count = head.length();
  const block = head.pointer();
  const sizeBytes = entryBytes - offsets - 4;
  if ((client === 1) !== grid.filtered || (client === 1 && (sizeBytes < 1 || sizeBytes > 8))) {
    head.fail('an index of chunks is damaged');
  }
  if (block === null) return;
  if (count !== countChunks(grid)) head.fail('an index of chunks has another length');
  const prefix = 6 + offsets;
  const pageEntries = 2 ** pageBits;
  const paged = count > pageEntries;
  const bitmap = paged ? Math.ceil(Math.ceil(count / pageEntries) / 8) : 0;
  const bytes = paged ? prefix + bitmap + 4 : prefix + count * entryBytes + 4;
  const data = await input.checkedStructure(block, bytes);
  data.expect('FADB');
  data.skip(2 + offsets);
  const used = data.take(bitmap);
  for (let first = 0, page = 0; first < count; first += pageEntries, page++) {
    const entries = Math.min(pageEntries, count - first);
    // Bits of a byte run from its highest.
    if (paged && !(used[page >> 3] & (0x80 >> (page & 7)))) continue;
    const at = block + bytes + page * (pageEntries * entryBytes + 4);
    const body = paged ? await input.checkedStructure(at, entries * entryBytes + 4) : data;
    for (let i = 0; i < entries; i++) {
      const start = startOf(grid, first + i);
      const chunk = body.pointer();
      const size = client === 1 ? body.uint(sizeBytes) : grid.chunkBytes;
      const mask = client === 1 ? body.u32() : 0;
      if (chunk !== null) yield { start, address: chunk, size, mask };
    }
  }
}
