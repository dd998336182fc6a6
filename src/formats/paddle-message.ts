// Paddle's protobuf messages: https://github.com/PaddlePaddle/Paddle/blob/v3.3.1/paddle/fluid/framework/framework.proto
import { PbfReader } from 'pbf';
import { FormatError, type Shape } from '../tensor/index.ts';
import type { FileDType } from './file-array.ts';

/** Where something stands, for messages. */
export interface Place {
  readonly file?: string;
  readonly offset?: number;
}

/** What becomes of the fields of a message, by their numbers; others are passed over. */
export type MessageFields<T> = Readonly<Record<number, (into: T, reader: MessageReader) => void>>;

/** Reads the value of a field that has been met. */
export class MessageReader {
  readonly #pbf: PbfReader;
  readonly #place: Place;

  constructor(pbf: PbfReader, place: Place) {
    this.#pbf = pbf;
    this.#place = place;
  }

  /** A message inside a message. */
  message<T>(into: T, fields: MessageFields<T>): T {
    return readMessage(this.bytes(), into, fields, this.#place);
  }

  bytes(): Uint8Array {
    const bytes = this.#pbf.readBytes();
    if (this.#pbf.pos > this.#pbf.length) throw truncated(this.#place);
    return bytes;
  }

  text = (): string => new TextDecoder().decode(this.bytes());
  integer = (): number => this.#pbf.readVarint(true);
  boolean = (): boolean => this.#pbf.readBoolean();
  float32 = (): number => this.#pbf.readFloat();
  float64 = (): number => this.#pbf.readDouble();

  /** Repeated numbers, packed or one by one. */
  integers = (into: number[]): number[] => this.#pbf.readPackedVarint(into, true);
  booleans = (into: boolean[]): boolean[] => this.#pbf.readPackedBoolean(into);
  floats32 = (into: number[]): number[] => this.#pbf.readPackedFloat(into);
  floats64 = (into: number[]): number[] => this.#pbf.readPackedDouble(into);
}

const truncated = (place: Place): FormatError =>
  new FormatError('a message ends too early, or is none of Paddle', place);

/** Reads a message of protobuf into an object. */
export function readMessage<T>(
  bytes: Uint8Array,
  into: T,
  fields: MessageFields<T>,
  place: Place = {},
): T {
  const pbf = new PbfReader(bytes);
  const reader = new MessageReader(pbf, place);
  try {
    pbf.readFields((tag) => fields[tag]?.(into, reader), into);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`no message of Paddle: ${(error as Error).message}`, place);
  }
  if (pbf.pos > bytes.length) throw truncated(place);
  return into;
}

/** Element types by their numbers in `VarType.Type`. */
const elementTypes: Readonly<Record<number, FileDType>> = {
  0: 'bool',
  1: 'int16',
  2: 'int32',
  3: 'int64',
  4: 'float16',
  5: 'float32',
  6: 'float64',
  20: 'uint8',
  21: 'int8',
  22: 'bfloat16',
  23: 'complex64',
  24: 'complex128',
  32: 'float8e4m3',
  33: 'float8e5m2',
};

/** The number of an element type in Paddle's files. */
export function elementTypeNumber(dtype: FileDType): number {
  const found = Object.entries(elementTypes).find(([, name]) => name === dtype);
  if (!found) throw new FormatError(`Paddle has no ${dtype}`);
  return Number(found[0]);
}

/** The element type with a number; a FormatError where it is none of tensors. */
export function elementTypeOf(number: number, place: Place): FileDType {
  const dtype = elementTypes[number];
  if (dtype) return dtype;
  const expected = Object.keys(elementTypes).join(', ');
  throw new FormatError('unknown element type', { ...place, expected, received: String(number) });
}

/** Type and shape of a tensor. */
export interface TensorDescription {
  readonly dtype: FileDType;
  /** -1 where it is not known beforehand. */
  readonly shape: Shape;
}

/** Reads a `TensorDesc`. */
export function readTensorDescription(bytes: Uint8Array, place: Place): TensorDescription {
  const read = { type: -1, shape: [] as number[] };
  readMessage(
    bytes,
    read,
    {
      1: (into, reader) => {
        into.type = reader.integer();
      },
      2: (into, reader) => void reader.integers(into.shape),
    },
    place,
  );
  return { dtype: elementTypeOf(read.type, place), shape: read.shape };
}
