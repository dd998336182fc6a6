import { listRecords } from './btree2.ts';
import type { Cursor } from './cursor.ts';
import type { FileInput } from './file-input.ts';
import { FractalHeap } from './fractal-heap.ts';
import { decodeText, readLocalHeap } from './heaps.ts';
import { type Message, messageTypes } from './object-header.ts';

/** Whether an object's messages are those of a group. */
export const isGroup = (messages: readonly Message[]): boolean =>
  messages.some(
    ({ type }) =>
      type === messageTypes.symbolTable ||
      type === messageTypes.linkInfo ||
      type === messageTypes.link,
  );

/**
 * Names in a group and the addresses of the objects behind them. A link to another file, to a path, or of a kind that a
 * program defined is refused: nobody can say where it leads.
 */
export async function readLinks(
  input: FileInput,
  messages: readonly Message[],
): Promise<Map<string, number>> {
  const links = new Map<string, number>();
  const add = (name: string, address: number | null): void => {
    if (links.has(name)) input.fail(`two links have the name '${name}'`);
    links.set(name, address ?? input.fail(`the link '${name}' leads nowhere`));
  };
  for (const { type, body } of messages) {
    if (type === messageTypes.link) readLink(body, add);
    else if (type === messageTypes.linkInfo) await readManyLinks(input, body, add);
    else if (type === messageTypes.symbolTable) {
      const tree = body.target('a group leads nowhere');
      const heap = body.target('a group leads nowhere');
      const nameAt = await readLocalHeap(input, heap);
      await readTable(input, tree, null, new Set(), (offset, address) =>
        add(nameAt(offset), address),
      );
    }
  }
  return links;
}

type AddLink = (name: string, address: number | null) => void;

const linkKinds: Readonly<Record<number, string>> = {
  1: 'soft links are not followed',
  64: 'links to other files are not followed',
};

function readLink(body: Cursor, add: AddLink): void {
  body.version(1);
  const flags = body.u8();
  const kind = flags & 8 ? body.u8() : 0;
  if (flags & 4) body.skip(8); // order of creation
  if (flags & 16) body.skip(1); // character set
  const name = decodeText(body.take(body.uint(1 << (flags & 3))));
  if (kind !== 0) {
    body.fail(
      `the link '${name}': ${linkKinds[kind] ?? 'links that a program defined are not followed'}`,
    );
  }
  add(name, body.pointer());
}

async function readManyLinks(input: FileInput, body: Cursor, add: AddLink): Promise<void> {
  body.version(0);
  if (body.u8() & 1) body.skip(8);
  const heapAddress = body.pointer();
  const index = body.pointer();
  if (heapAddress === null || index === null) return;
  const heap = await FractalHeap.open(input, heapAddress);
  for await (const record of listRecords(input, index)) {
    record.skip(4); // hash of the name
    readLink(await heap.object(record.part(7)), add);
  }
}

/** The tree of a group in the old form: nodes that lead to tables of names. */
async function readTable(
  input: FileInput,
  address: number,
  parentLevel: number | null,
  seen: Set<number>,
  add: (nameOffset: number, address: number | null) => void,
): Promise<void> {
  if (seen.has(address)) input.fail('the index of a group runs in a circle', address);
  seen.add(address);
  const { offsets, lengths } = input.sizes;
  const head = await input.structure(address, 8 + 2 * offsets);
  head.expect('TREE');
  const [kind, level, count] = [head.u8(), head.u8(), head.u16()];
  if (kind !== 0 || (parentLevel !== null && level !== parentLevel - 1)) {
    head.fail('the index of a group is damaged');
  }
  const body = await input.structure(address + 8 + 2 * offsets, count * (lengths + offsets));
  for (let i = 0; i < count; i++) {
    body.skip(lengths);
    const child = body.target('the index of a group leads nowhere');
    if (level > 0) await readTable(input, child, level, seen, add);
    else await readNames(input, child, seen, add);
  }
}

async function readNames(
  input: FileInput,
  address: number,
  seen: Set<number>,
  add: (nameOffset: number, address: number | null) => void,
): Promise<void> {
  if (seen.has(address)) input.fail('the index of a group runs in a circle', address);
  seen.add(address);
  const head = await input.structure(address, 8);
  head.expect('SNOD');
  head.version(1);
  head.skip(1);
  const count = head.u16();
  const entryBytes = 2 * input.sizes.offsets + 24;
  const body = await input.structure(address + 8, count * entryBytes);
  for (let i = 0; i < count; i++) {
    const name = body.uint(input.sizes.offsets);
    const object = body.pointer();
    const cache = body.u32();
    body.skip(20);
    if (cache === 2) body.fail(linkKinds[1]);
    add(name, object);
  }
}
