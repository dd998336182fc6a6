import type { Cursor } from './cursor.ts';

/** How a data set's elements lie in the file. */
export type Layout =
  | { readonly kind: 'compact'; readonly bytes: Uint8Array }
  | { readonly kind: 'contiguous'; readonly address: number | null; readonly size: number | null }
  | ChunkedLayout;

/** Elements in blocks of one shape, each found through an index. */
export interface ChunkedLayout {
  readonly kind: 'chunked';
  readonly shape: readonly number[];
  readonly index: ChunkIndex;
}

/** Ways to find chunks; see the format's section III.A to D and VII. */
export type ChunkIndex =
  | { readonly kind: 'tree'; readonly address: number | null }
  | {
      readonly kind: 'single';
      readonly address: number | null;
      readonly size: number | null;
      readonly mask: number;
    }
  | { readonly kind: 'implicit'; readonly address: number | null }
  | { readonly kind: 'fixed'; readonly address: number | null }
  | { readonly kind: 'tree2'; readonly address: number | null };

/** Reads where the elements of a data set are. */
export function readLayout(cursor: Cursor): Layout {
  const version = cursor.version(1, 2, 3, 4);
  if (version < 3) return readOldLayout(cursor);
  const kind = cursor.u8();
  if (kind === 0) return { kind: 'compact', bytes: cursor.take(cursor.u16()) };
  if (kind === 1) return { kind: 'contiguous', address: cursor.pointer(), size: cursor.length() };
  if (kind === 3) cursor.fail('virtual data sets, whose data are in other files, are not read');
  if (kind !== 2) cursor.fail('unknown layout', '0 to 2', String(kind));
  return version === 3 ? readTreeLayout(cursor) : readNewChunks(cursor);
}

function readOldLayout(cursor: Cursor): Layout {
  const rank = cursor.u8();
  const kind = cursor.u8();
  cursor.skip(5);
  const address = kind === 0 ? null : cursor.pointer();
  const sizes = Array.from({ length: rank }, () => cursor.u32());
  if (kind === 0) return { kind: 'compact', bytes: cursor.take(cursor.u32()) };
  if (kind === 1) return { kind: 'contiguous', address, size: null };
  if (kind !== 2) cursor.fail('unknown layout', '0 to 2', String(kind));
  return { kind: 'chunked', shape: sizes.slice(0, -1), index: { kind: 'tree', address } };
}

function readTreeLayout(cursor: Cursor): Layout {
  const rank = cursor.u8();
  const address = cursor.pointer();
  const sizes = Array.from({ length: rank }, () => cursor.u32());
  return { kind: 'chunked', shape: sizes.slice(0, -1), index: { kind: 'tree', address } };
}

function readNewChunks(cursor: Cursor): Layout {
  const flags = cursor.u8();
  const rank = cursor.u8();
  const width = cursor.u8();
  if (width < 1 || width > 8) cursor.fail('bad size of a chunk', '1 to 8 bytes', String(width));
  const shape = Array.from({ length: rank }, () => cursor.uint(width)).slice(0, -1);
  return { kind: 'chunked', shape, index: readIndex(cursor, flags) };
}

function readIndex(cursor: Cursor, flags: number): ChunkIndex {
  const kind = cursor.u8();
  switch (kind) {
    case 1: {
      const filtered = (flags & 2) !== 0;
      const size = filtered ? cursor.length() : null;
      const mask = filtered ? cursor.u32() : 0;
      return { kind: 'single', address: cursor.pointer(), size, mask };
    }
    case 2:
      return { kind: 'implicit', address: cursor.pointer() };
    case 3:
      cursor.skip(1);
      return { kind: 'fixed', address: cursor.pointer() };
    case 5:
      cursor.skip(6);
      return { kind: 'tree2', address: cursor.pointer() };
  }
  return cursor.fail(
    kind === 4
      ? 'an index of chunks for one growing axis (extensible array) is not read; write the file in ' +
          'HDF5’s earliest format, or the data set without an unlimited axis'
      : `unknown index of chunks ${kind}`,
  );
}
