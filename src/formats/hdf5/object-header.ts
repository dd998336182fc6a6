import type { Cursor } from './cursor.ts';
import type { FileInput } from './file-input.ts';

/** The kinds of messages that are read. */
export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFillValue: 0x04,
  fillValue: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** A part of an object's description. */
export interface Message {
  readonly type: number;
  readonly body: Cursor;
}

/** Blocks of one object; more is a chain that was made to be long. */
const mostBlocks = 10_000;
const shared = 2;

/** All messages of the object at an address; shared ones are looked up. */
export async function readMessages(input: FileInput, address: number): Promise<Message[]> {
  const raw = await readRawMessages(input, address);
  return Promise.all(
    raw.map(async ({ type, flags, body }) =>
      flags & shared ? { type, body: await sharedMessage(input, type, body) } : { type, body },
    ),
  );
}

interface RawMessage extends Message {
  readonly flags: number;
}

async function readRawMessages(input: FileInput, address: number): Promise<RawMessage[]> {
  const start = await input.beginning(address, 16);
  const isNew = start.bytes[0] === 0x4f; // 'O' of OHDR; the old form begins with its version
  const { blocks, messages } = isNew
    ? await newHeader(input, address)
    : await oldHeader(input, address, start);
  const seen = new Set([address]);
  // Further blocks are found while messages are read.
  for (const block of blocks) {
    if (seen.has(block.address) || seen.size > mostBlocks) {
      input.fail('the description of an object runs in a circle', block.address);
    }
    seen.add(block.address);
    const found = isNew
      ? await newBlock(input, block)
      : oldMessages(await input.structure(block.address, block.length));
    messages.push(...found);
    blocks.push(...continuations(found, block.flags));
  }
  return messages.filter(({ type }) => type !== messageTypes.continuation);
}

interface Block {
  readonly address: number;
  readonly length: number;
  readonly flags: number;
}

interface Header {
  readonly blocks: Block[];
  readonly messages: RawMessage[];
}

async function oldHeader(input: FileInput, address: number, start: Cursor): Promise<Header> {
  start.version(1);
  start.skip(7);
  const length = start.u32();
  const messages = oldMessages(await input.structure(address + 16, length));
  return { messages, blocks: continuations(messages) };
}

function oldMessages(block: Cursor): RawMessage[] {
  const messages: RawMessage[] = [];
  while (block.left >= 8) {
    const type = block.u16();
    const size = block.u16();
    const flags = block.u8();
    block.skip(3);
    messages.push({ type, flags, body: block.part(size) });
  }
  return messages;
}

async function newHeader(input: FileInput, address: number): Promise<Header> {
  const start = await input.beginning(address, 64);
  start.expect('OHDR');
  start.version(2);
  const flags = start.u8();
  if (flags & 0x20) start.skip(16); // times
  if (flags & 0x10) start.skip(4); // when attributes move into a heap
  const length = start.uint(1 << (flags & 3));
  const prefix = start.at;
  const whole = await input.checkedStructure(address, prefix + length + 4);
  whole.skip(prefix);
  const messages = newMessages(whole.part(length), flags);
  return { messages, blocks: continuations(messages, flags) };
}

async function newBlock(
  input: FileInput,
  { address, length, flags }: Block,
): Promise<RawMessage[]> {
  const block = await input.checkedStructure(address, length);
  block.expect('OCHK');
  return newMessages(block.part(block.left - 4), flags);
}

function newMessages(block: Cursor, flags: number): RawMessage[] {
  const messages: RawMessage[] = [];
  const ordered = (flags & 4) !== 0;
  // A gap too small for a message may be left at the end.
  while (block.left >= (ordered ? 6 : 4)) {
    const type = block.u8();
    const size = block.u16();
    const messageFlags = block.u8();
    if (ordered) block.skip(2);
    messages.push({ type, flags: messageFlags, body: block.part(size) });
  }
  return messages;
}

function continuations(messages: readonly RawMessage[], flags = 0): Block[] {
  return messages
    .filter(({ type }) => type === messageTypes.continuation)
    .map(({ body }) => {
      const address = body.target('an object goes on nowhere');
      return { address, length: body.length(), flags };
    });
}

/** A message that is kept with another object, such as a named type. */
export async function sharedMessage(
  input: FileInput,
  type: number,
  pointer: Cursor,
): Promise<Cursor> {
  const version = pointer.version(1, 2, 3);
  const kind = pointer.u8();
  if (version === 1) pointer.skip(6);
  if (version === 3 && kind !== 2) pointer.fail('messages in a table of the file are not read');
  const address = pointer.target('a shared message leads nowhere');
  const found = (await readRawMessages(input, address)).find((message) => message.type === type);
  if (!found || found.flags & shared) pointer.fail('a shared message is not where it should be');
  return found.body;
}
