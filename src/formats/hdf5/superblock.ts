import type { ByteSource } from '../byte-source.ts';
import type { FileInput } from './file-input.ts';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether bytes begin as an HDF5 file does. */
export const sniff = (bytes: Uint8Array): boolean =>
  signature.every((byte, i) => bytes[i] === byte);

/** Where the first block stands: at 0, or behind a block of the user's own at 512, 1024, 2048, … */
async function findSuperblock(source: ByteSource): Promise<number | null> {
  for (let at = 0; at + 8 <= source.size; at = at ? at * 2 : 512) {
    if (sniff(await source.read(at, 8))) return at;
  }
  return null;
}

/** Reads the file's first block, sets the sizes of addresses, and gives the address of the root group. */
export async function readSuperblock(input: FileInput): Promise<number> {
  const { source } = input;
  const at = await findSuperblock(source);
  if (at === null) input.fail('no HDF5 file', 0, 'the signature \\x89HDF');
  const most = Math.min(128, source.size - at);
  const cursor = await input.structure(at, most);
  cursor.skip(8);
  const version = cursor.version(0, 1, 2, 3);
  if (version < 2) cursor.skip(4);
  const [offsets, lengths] = [cursor.u8(), cursor.u8()];
  for (const size of [offsets, lengths]) {
    if (![2, 4, 8].includes(size)) cursor.fail('bad size of addresses', '2, 4 or 8', String(size));
  }
  input.sizes = { offsets, lengths };
  const sized = await input.structure(at, most);
  sized.skip(version < 2 ? 16 : 12);
  if (version < 2) sized.skip(version === 1 ? 12 : 8);
  const base = sized.pointer() ?? 0;
  sized.pointer(); // free space, or an extension that says nothing about the data
  const end = sized.pointer() ?? 0;
  if (version < 2) {
    if (sized.pointer() !== null) sized.fail('files in several parts (drivers) are not read');
    sized.pointer(); // offset of the root's name
  }
  const root = sized.pointer();
  if (version >= 2) {
    const bytes = sized.bytes.subarray(0, sized.at + 4);
    input.check(await input.structure(at, bytes.length));
  }
  if (end > source.size) {
    input.fail('the file is truncated', source.size, `${end} bytes`, String(source.size));
  }
  input.base = base;
  return root ?? input.fail('the file has no root group', at);
}
