import type { PbfReader, PbfWriter } from 'pbf';
import { FormatError } from '../tensor/index.ts';
import { readBytes, readInner, writeInner } from './tfevents-protobuf.ts';

/** TensorFlow's numbers of its types (tensorflow/core/framework/types.proto). */
export const dataTypes = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  uint16: 17,
  float16: 19,
  uint32: 22,
  uint64: 23,
} as const;

/** A tensor of an event file: numbers, or byte strings. */
export interface EventTensor {
  readonly shape: readonly number[];
  readonly numbers: readonly number[] | null;
  readonly strings: readonly Uint8Array[] | null;
}

interface RawTensor {
  dtype: number;
  shape: number[];
  content: Uint8Array;
  numbers: number[];
  strings: Uint8Array[];
}

const readDimension = (field: number, size: number[], reader: PbfReader): void => {
  if (field === 1) size[size.length - 1] = reader.readVarint(true);
};

/** Sizes of a TensorShapeProto. */
export function readShape(field: number, shape: number[], reader: PbfReader): void {
  if (field !== 2) return;
  shape.push(0);
  readInner(reader, readDimension, shape);
}

/** Sizes as a TensorShapeProto. */
export function writeShape(writer: PbfWriter, shape: readonly number[]): void {
  for (const size of shape) writeInner(writer, 2, (inner) => inner.writeVarintField(1, size));
}

function readTensorField(field: number, tensor: RawTensor, reader: PbfReader): void {
  if (field === 1) tensor.dtype = reader.readVarint();
  else if (field === 2) readInner(reader, readShape, tensor.shape);
  else if (field === 4) tensor.content = readBytes(reader);
  else if (field === 5) reader.readPackedFloat(tensor.numbers);
  else if (field === 6) reader.readPackedDouble(tensor.numbers);
  else if (field === 7 || field === 10) reader.readPackedVarint(tensor.numbers, true);
  else if (field === 8) tensor.strings.push(readBytes(reader));
  else if (field === 11) reader.readPackedVarint(tensor.numbers);
}

type Element = readonly [bytes: number, read: (view: DataView, at: number) => number];
const elements: Readonly<Record<number, Element>> = {
  [dataTypes.float32]: [4, (view, at) => view.getFloat32(at, true)],
  [dataTypes.float64]: [8, (view, at) => view.getFloat64(at, true)],
  [dataTypes.int32]: [4, (view, at) => view.getInt32(at, true)],
  [dataTypes.uint32]: [4, (view, at) => view.getUint32(at, true)],
  [dataTypes.int16]: [2, (view, at) => view.getInt16(at, true)],
  [dataTypes.uint16]: [2, (view, at) => view.getUint16(at, true)],
  [dataTypes.int8]: [1, (view, at) => view.getInt8(at)],
  [dataTypes.uint8]: [1, (view, at) => view.getUint8(at)],
  [dataTypes.bool]: [1, (view, at) => view.getUint8(at)],
  [dataTypes.int64]: [8, (view, at) => Number(view.getBigInt64(at, true))],
  [dataTypes.uint64]: [8, (view, at) => Number(view.getBigUint64(at, true))],
};

function numbersOf({ dtype, content, numbers }: RawTensor): number[] {
  if (content.length === 0) return numbers;
  const element = elements[dtype];
  if (!element) throw new FormatError(`a tensor of type number ${dtype} is not supported`);
  const [bytes, read] = element;
  if (content.length % bytes !== 0) throw new FormatError('a tensor has half an element');
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  return Array.from({ length: content.length / bytes }, (_, i) => read(view, i * bytes));
}

/** Reads a TensorProto. Where it gives fewer elements than its shape holds, the last one stands for the rest. */
export function readTensor(reader: PbfReader): EventTensor {
  const raw: RawTensor = {
    dtype: 0,
    shape: [],
    content: new Uint8Array(0),
    numbers: [],
    strings: [],
  };
  readInner(reader, readTensorField, raw);
  const size = raw.shape.reduce((product, n) => product * n, 1);
  if (raw.dtype === dataTypes.string) {
    return { shape: raw.shape, numbers: null, strings: raw.strings };
  }
  const numbers = numbersOf(raw);
  if (numbers.length > size || (numbers.length < size && numbers.length !== 1)) {
    throw new FormatError('a tensor does not have the elements of its shape', {
      expected: String(size),
      received: String(numbers.length),
    });
  }
  // A shape may claim any size: one number for all is left as one.
  return { shape: raw.shape, numbers, strings: null };
}

/** Writes float32 numbers as a TensorProto. */
export function writeNumbers(
  writer: PbfWriter,
  shape: readonly number[],
  numbers: readonly number[],
): void {
  writer.writeVarintField(1, dataTypes.float32);
  writeInner(writer, 2, (inner) => writeShape(inner, shape));
  writer.writeBytesField(4, new Uint8Array(Float32Array.from(numbers).buffer));
}

/** Writes byte strings as a TensorProto. */
export function writeStrings(
  writer: PbfWriter,
  shape: readonly number[],
  strings: readonly Uint8Array[],
): void {
  writer.writeVarintField(1, dataTypes.string);
  writeInner(writer, 2, (inner) => writeShape(inner, shape));
  for (const string of strings) writer.writeBytesField(8, string);
}
