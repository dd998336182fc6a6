// Paddle's stream of tensors, `.pdiparams`: for each one a version, levels, a description and its elements; all little-endian.
// https://github.com/PaddlePaddle/Paddle/blob/v3.3.1/paddle/fluid/framework/dense_tensor_serialize.cc
import { PbfWriter } from 'pbf';
import { FormatError } from '../tensor/index.ts';
import { joinBytes } from './byte-source.ts';
import {
  arrayFromBytes,
  byteLengthOf,
  bytesOfArray,
  type DecodeOptions,
  defaultBudget,
  type FileArray,
} from './file-array.ts';
import { elementTypeNumber, readTensorDescription } from './paddle-message.ts';

/** Whether bytes look like the beginning of such a stream. */
export const sniff = (head: Uint8Array): boolean =>
  head.length > 20 && head.subarray(0, 4).every((byte) => byte === 0) && head[20] === 8;

/** All tensors of a stream, in order; they have no names. */
export function decode(bytes: Uint8Array, { file, maxBytes = defaultBudget }: DecodeOptions = {}) {
  if (bytes.length > maxBytes) {
    const expected = `at most ${maxBytes} bytes`;
    throw new FormatError('more memory than is allowed (maxBytes)', { file, expected });
  }
  const reader = new TensorReader(bytes, file);
  const tensors: FileArray[] = [];
  while (!reader.atEnd) tensors.push(reader.next());
  return tensors;
}

/** A stream of tensors. */
export const encode = (tensors: Iterable<FileArray>): Uint8Array<ArrayBuffer> =>
  joinBytes([...tensors].flatMap(encodeOne));

function encodeOne(tensor: FileArray): Uint8Array[] {
  const message = new PbfWriter();
  message.writeVarintField(1, elementTypeNumber(tensor.dtype));
  for (const side of tensor.shape) message.writeVarintField(2, side);
  const description = message.finish();
  const head = new Uint8Array(20);
  new DataView(head.buffer).setInt32(16, description.length, true);
  return [head, description, bytesOfArray(tensor)];
}

class TensorReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string | undefined;
  #at = 0;

  constructor(bytes: Uint8Array, file?: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#file = file;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  next(): FileArray {
    this.#version();
    const levels = this.#size();
    for (let level = 0; level < levels; level++) this.#take(this.#size());
    this.#version();
    const place = { file: this.#file, offset: this.#at };
    const description = this.#take(this.#view.getInt32(this.#skip(4), true));
    const { dtype, shape } = readTensorDescription(description, place);
    return arrayFromBytes(this.#take(byteLengthOf(dtype, shape, place)), dtype, shape);
  }

  #version(): void {
    const offset = this.#at;
    const version = this.#view.getUint32(this.#skip(4), true);
    if (version === 0) return;
    const received = String(version);
    throw new FormatError('no stream of tensors', {
      ...{ file: this.#file, offset, received },
      expected: 'version 0',
    });
  }

  #size(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  #take(length: number): Uint8Array {
    const from = this.#skip(length);
    return this.#bytes.subarray(from, from + length);
  }

  #skip(length: number): number {
    const from = this.#at;
    const left = this.#bytes.length - from;
    if (!(length >= 0 && length <= left)) {
      throw new FormatError('the stream of tensors is truncated', {
        ...{ file: this.#file, offset: from },
        expected: `${length} bytes`,
        received: String(left),
      });
    }
    this.#at = from + length;
    return from;
  }
}
