import { FormatError, formatShape } from '../tensor/index.ts';
import { joinBytes } from './byte-source.ts';
import { bytesOfArray, type FileArray, fileDTypes } from './file-array.ts';
import { codeOf } from './npy.ts';
import { NumpyArray, PickleList, type PickleValue } from './pickle-values.ts';

/** Options of `encode`. */
export interface PickleEncodeOptions {
  /** 2 to 4. Default 4. */
  readonly protocol?: number;
}

/** Nesting beyond this is refused, as `decode` refuses it. */
const maxDepth = 100;

/** An array of NumPy, to be written. */
export function numpyArray(numbers: FileArray): NumpyArray {
  const array = new NumpyArray();
  array.shape = numbers.shape;
  array.numbers = numbers;
  return array;
}

/**
 * A pickle of plain data that Python opens (protocols 2 to 4), the reverse of `decode`: numbers, text, bytes, lists, tuples
 * (arrays), dictionaries (maps), sets and arrays of NumPy. A whole number is written as Python's `int`, others as `float`. The
 * only names in it are those of NumPy's arrays.
 */
export const encode = (
  value: PickleValue,
  options: PickleEncodeOptions = {},
): Uint8Array<ArrayBuffer> => joinBytes(encodeChunks(value, options));

/** The same in pieces; the elements of large arrays are not copied. */
export function* encodeChunks(
  value: PickleValue,
  { protocol = 4 }: PickleEncodeOptions = {},
): Generator<Uint8Array> {
  if (!(protocol === 2 || protocol === 3 || protocol === 4)) {
    throw new FormatError('unknown pickle protocol', {
      expected: '2, 3 or 4',
      received: String(protocol),
    });
  }
  const writer = new Writer(protocol);
  yield* writer.write(value, 0);
  yield* writer.take(STOP);
}

const code = (letter: string): number => letter.charCodeAt(0);
const STOP = code('.');
const MARK = code('(');
const REDUCE = code('R');
const BUILD = code('b');
/** TUPLE1 to TUPLE3. */
const shortTuples = [0x85, 0x86, 0x87];
/** What is shorter is gathered before it is handed on. */
const pieceBytes = 1 << 16;

class Writer {
  readonly #protocol: number;
  #piece = new Uint8Array(2 * pieceBytes);
  #view = new DataView(this.#piece.buffer);
  #used = 0;
  /** Names that can be referred to, in the order of their first use. */
  readonly #names: string[] = [];

  constructor(protocol: number) {
    this.#protocol = protocol;
    this.#put(0x80, protocol);
  }

  /** Ends the pickle with an operation. */
  *take(operation: number): Generator<Uint8Array> {
    this.#put(operation);
    yield* this.#flush();
  }

  *write(value: PickleValue, depth: number): Generator<Uint8Array> {
    if (depth > maxDepth) {
      const expected = `at most ${maxDepth} levels`;
      throw new FormatError('the data are nested too deeply, or hold themselves', { expected });
    }
    if (this.#used > pieceBytes) yield* this.#flush();
    if (value === null) this.#put(code('N'));
    else if (typeof value === 'boolean') this.#put(value ? 0x88 : 0x89);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#long(value);
    else if (typeof value === 'string') yield* this.#text(new TextEncoder().encode(value));
    else if (value instanceof Uint8Array) yield* this.#bytes(value);
    else if (value instanceof PickleList) yield* this.#list([...value], depth);
    else if (Array.isArray(value)) yield* this.#tuple(value, depth);
    else if (value instanceof Map) yield* this.#dictionary(value, depth);
    else if (value instanceof Set) yield* this.#set(value, depth);
    else if (value instanceof NumpyArray) yield* this.#array(value, depth);
    else throw new FormatError('only plain data can be pickled');
  }

  *#flush(): Generator<Uint8Array> {
    if (this.#used === 0) return;
    yield this.#piece.subarray(0, this.#used);
    this.#piece = new Uint8Array(2 * pieceBytes);
    this.#view = new DataView(this.#piece.buffer);
    this.#used = 0;
  }

  #put(...bytes: number[]): void {
    for (const byte of bytes) this.#piece[this.#used++] = byte;
  }

  #uint32(value: number): void {
    this.#view.setUint32(this.#used, value, true);
    this.#used += 4;
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value !== (value | 0)) {
        this.#long(BigInt(value));
        return;
      }
      this.#put(code('J'));
      this.#view.setInt32(this.#used, value, true);
      this.#used += 4;
      return;
    }
    this.#put(code('G'));
    this.#view.setFloat64(this.#used, value, false);
    this.#used += 8;
  }

  /** LONG1: two's complement, the least byte first. */
  #long(value: bigint): void {
    let length = 1;
    while (BigInt.asIntN(8 * length, value) !== value) length++;
    if (length > 255) throw new FormatError('an integer of too many bytes to be pickled');
    this.#put(0x8a, length);
    for (let i = 0; i < length; i++) this.#put(Number((value >> BigInt(8 * i)) & 255n));
  }

  *#text(bytes: Uint8Array): Generator<Uint8Array> {
    this.#put(code('X'));
    this.#uint32(bytes.length);
    yield* this.#raw(bytes);
  }

  *#raw(bytes: Uint8Array): Generator<Uint8Array> {
    if (this.#used + bytes.length <= this.#piece.length) {
      this.#piece.set(bytes, this.#used);
      this.#used += bytes.length;
      return;
    }
    yield* this.#flush();
    yield bytes;
  }

  *#bytes(bytes: Uint8Array): Generator<Uint8Array> {
    if (this.#protocol === 2) {
      // Protocol 2 knows no bytes: they are text of which each character is a byte.
      this.#name('_codecs', 'encode');
      yield* this.#text(latin1AsUtf8(bytes));
      yield* this.#text(new TextEncoder().encode('latin1'));
      this.#put(shortTuples[1], REDUCE);
      return;
    }
    if (bytes.length < 2 ** 32) {
      this.#put(code('B'));
      this.#uint32(bytes.length);
    } else if (this.#protocol === 4) {
      this.#put(0x8e);
      this.#uint32(bytes.length % 2 ** 32);
      this.#uint32(Math.floor(bytes.length / 2 ** 32));
    } else throw new FormatError('protocol 3 has no bytes beyond 4 GiB; use protocol 4');
    yield* this.#raw(bytes);
  }

  *#items(values: Iterable<PickleValue>, depth: number): Generator<Uint8Array> {
    for (const value of values) yield* this.write(value, depth + 1);
  }

  *#list(values: readonly PickleValue[], depth: number): Generator<Uint8Array> {
    this.#put(code(']'));
    if (values.length === 0) return;
    this.#put(MARK);
    yield* this.#items(values, depth);
    this.#put(code('e'));
  }

  *#tuple(values: readonly PickleValue[], depth: number): Generator<Uint8Array> {
    const { length } = values;
    if (length === 0) {
      this.#put(code(')'));
      return;
    }
    if (length > 3) this.#put(MARK);
    yield* this.#items(values, depth);
    this.#put(length > 3 ? code('t') : shortTuples[length - 1]);
  }

  *#dictionary(map: ReadonlyMap<PickleValue, PickleValue>, depth: number): Generator<Uint8Array> {
    this.#put(code('}'));
    if (map.size === 0) return;
    this.#put(MARK);
    for (const entry of map) yield* this.#items(entry, depth);
    this.#put(code('u'));
  }

  *#set(values: ReadonlySet<PickleValue>, depth: number): Generator<Uint8Array> {
    this.#name(this.#protocol === 2 ? '__builtin__' : 'builtins', 'set');
    yield* this.#list([...values], depth);
    this.#put(shortTuples[0], REDUCE);
  }

  /** An array as NumPy pickles it: `_reconstruct(ndarray, (0,), b'b')`, then its state. */
  *#array({ numbers, shape }: NumpyArray, depth: number): Generator<Uint8Array> {
    if (!numbers) throw new FormatError('only arrays of numbers can be pickled');
    if (formatShape(numbers.shape) !== formatShape(shape)) {
      throw new FormatError('an array has two shapes', { expected: formatShape(numbers.shape) });
    }
    // NumPy 2 still opens what NumPy 1 called its modules; the reverse is not so.
    this.#name('numpy.core.multiarray', '_reconstruct');
    this.#name('numpy', 'ndarray');
    yield* this.#tuple([0], depth);
    yield* this.#bytes(Uint8Array.of(code('b')));
    this.#put(shortTuples[2], REDUCE, MARK);
    this.#number(1);
    yield* this.#tuple(shape, depth);
    yield* this.#dtype(numbers, depth);
    this.#put(0x89);
    yield* this.#bytes(bytesOfArray(numbers));
    this.#put(code('t'), BUILD);
  }

  /** `dtype('f4', False, True)` with the byte order as its state. */
  *#dtype({ dtype }: FileArray, depth: number): Generator<Uint8Array> {
    this.#name('numpy', 'dtype');
    yield* this.#tuple([codeOf(dtype), false, true], depth);
    this.#put(REDUCE);
    const order = fileDTypes[dtype].array.BYTES_PER_ELEMENT === 1 ? '|' : '<';
    yield* this.#tuple([3, order, null, null, null, -1, -1, 0], depth);
    this.#put(BUILD);
  }

  /** Puts a name on the stack: written out the first time, referred to afterwards. */
  #name(module: string, name: string): void {
    const line = `${module}\n${name}\n`;
    const known = this.#names.indexOf(line);
    if (known >= 0) {
      this.#put(code('h'), known);
      return;
    }
    this.#put(code('c'), ...new TextEncoder().encode(line), code('q'), this.#names.length);
    this.#names.push(line);
  }
}

/** UTF-8 of the text of which each character is a byte. */
function latin1AsUtf8(bytes: Uint8Array): Uint8Array {
  let high = 0;
  for (const byte of bytes) high += byte >> 7;
  const out = new Uint8Array(bytes.length + high);
  let at = 0;
  for (const byte of bytes) {
    if (byte > 127) out[at++] = 0xc0 | (byte >> 6);
    out[at++] = byte > 127 ? 0x80 | (byte & 63) : byte;
  }
  return out;
}
