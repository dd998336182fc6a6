import { type PbfReader, PbfWriter, PbfReader as Reader } from 'pbf';
import { FormatError } from '../tensor/index.ts';

/** Reads the fields of one kind of message. */
export type ReadField<T> = (field: number, result: T, reader: PbfReader) => void;

/** Decodes a message; bytes that are none are a FormatError. */
export function decodeMessage<T>(what: string, read: ReadField<T>, into: T, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  try {
    reader.readFields(read, into);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${what}: the bytes are no such message`, { offset: reader.pos });
  }
  if (reader.pos !== bytes.length) {
    throw new FormatError(`${what}: a field reaches over the end`, { offset: bytes.length });
  }
  return into;
}

/** Reads a message inside a message, and nothing behind its end. */
export function readInner<T>(reader: PbfReader, read: ReadField<T>, into: T): T {
  const length = reader.readVarint();
  const end = reader.pos + length;
  if (!(end <= reader.length)) {
    throw new FormatError('a field reaches over the end', { offset: reader.pos });
  }
  return reader.readFields(read, into, end);
}

/** Bytes of their own, so that they stay when the buffer that was read is used again. */
export function readBytes(reader: PbfReader): Uint8Array<ArrayBuffer> {
  const length = reader.readVarint();
  if (!(reader.pos + length <= reader.length)) {
    throw new FormatError('a field reaches over the end', { offset: reader.pos });
  }
  const bytes = Uint8Array.from(reader.buf.subarray(reader.pos, reader.pos + length));
  reader.pos += length;
  return bytes;
}

const utf8 = new TextDecoder();
const toUtf8 = new TextEncoder();

/** Reads a text. (pbf's own functions take U+20000 for U+10000.) */
export const readText = (reader: PbfReader): string => utf8.decode(readBytes(reader));

/** Writes a text as a field. */
export const writeText = (writer: PbfWriter, field: number, text: string): void =>
  writer.writeBytesField(field, toUtf8.encode(text));

/** Encodes a message. */
export function encodeMessage(write: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  write(writer);
  return writer.finish();
}

/** Writes a message inside a message. */
export const writeInner = (
  writer: PbfWriter,
  field: number,
  write: (writer: PbfWriter) => void,
): void => writer.writeMessage(field, (_, inner) => write(inner), null);
