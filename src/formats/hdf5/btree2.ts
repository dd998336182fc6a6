import type { Cursor } from './cursor.ts';
import type { FileInput } from './file-input.ts';

/** All records of a B-tree of version 2 (section III.A.2 of the format), each read by its own cursor. */
export async function* listRecords(input: FileInput, address: number): AsyncGenerator<Cursor> {
  const { offsets, lengths } = input.sizes;
  const head = await input.checkedStructure(address, 22 + offsets + lengths);
  head.expect('BTHD');
  head.version(0);
  head.skip(1);
  const nodeBytes = head.u32();
  const [recordBytes, depth] = [head.u16(), head.u16()];
  head.skip(2);
  const root = head.pointer();
  const rootRecords = head.u16();
  if (root === null) return;
  if (recordBytes < 1 || nodeBytes < 16 + recordBytes || depth > 16) {
    head.fail('an index is damaged');
  }
  const tree: Tree = { input, nodeBytes, recordBytes, seen: new Set() };
  yield* nodeRecords(tree, root, depth, rootRecords);
}

interface Tree {
  readonly input: FileInput;
  readonly nodeBytes: number;
  readonly recordBytes: number;
  readonly seen: Set<number>;
}

async function* nodeRecords(
  tree: Tree,
  address: number,
  depth: number,
  count: number,
): AsyncGenerator<Cursor> {
  const { input, nodeBytes, recordBytes, seen } = tree;
  if (seen.has(address)) input.fail('an index runs in a circle', address);
  seen.add(address);
  const node = await input.structure(address, nodeBytes);
  node.expect(depth ? 'BTIN' : 'BTLF');
  node.version(0);
  node.skip(1);
  const records = Array.from({ length: count }, () => node.part(recordBytes));
  if (!depth) {
    yield* records;
    return;
  }
  const countBytes = bytesFor(mostRecords(tree, 0));
  const totalBytes = depth > 1 ? bytesFor(mostBelow(tree, depth - 1)) : 0;
  for (let i = 0; i <= count; i++) {
    const child = node.target('an index leads nowhere');
    const childRecords = node.uint(countBytes);
    node.skip(totalBytes);
    yield* nodeRecords(tree, child, depth - 1, childRecords);
    if (i < count) yield records[i];
  }
}

/** How many records a node of that depth can have. */
function mostRecords(tree: Tree, depth: number): number {
  const { nodeBytes, recordBytes, input } = tree;
  if (depth === 0) return Math.floor((nodeBytes - 10) / recordBytes);
  const pointer =
    input.sizes.offsets +
    bytesFor(mostRecords(tree, 0)) +
    (depth > 1 ? bytesFor(mostBelow(tree, depth - 1)) : 0);
  return Math.floor((nodeBytes - 10 - pointer) / (recordBytes + pointer));
}

/** How many records a node and all below it can have. */
function mostBelow(tree: Tree, depth: number): number {
  if (depth === 0) return mostRecords(tree, 0);
  const own = mostRecords(tree, depth);
  return (own + 1) * mostBelow(tree, depth - 1) + own;
}

const bytesFor = (most: number): number => Math.max(1, Math.ceil(Math.log2(most + 1) / 8));
