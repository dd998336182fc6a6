// Python's pickle as a format of data: https://docs.python.org/3/library/pickletools.html. Nothing is imported or run.
import { FormatError } from '../tensor/index.ts';
import { type DecodeOptions, defaultBudget } from './file-array.ts';
import { decodeUtf8 } from './json.ts';
import * as npy from './npy.ts';
import {
  checkKey,
  findGlobal,
  type PickleContext,
  PickleGlobal,
  setState,
} from './pickle-globals.ts';
import {
  checkData,
  IntegerArena,
  NumpyArray,
  PickleList,
  type PickleValue,
} from './pickle-values.ts';

export { encode, encodeChunks, numpyArray, type PickleEncodeOptions } from './pickle-encode.ts';
export { PickleGlobal } from './pickle-globals.ts';
export {
  NumpyArray,
  NumpyDType,
  PickleList,
  PickleObject,
  type PickleValue,
} from './pickle-values.ts';

/** Limits of a pickle besides its bytes. */
export interface PickleOptions extends DecodeOptions {
  /** Objects that it may refer to. Default 4 million. */
  readonly maxMemo?: number;
  /** Nesting of containers. Default 100. */
  readonly maxDepth?: number;
  /** Names that a kind of file has besides the usual ones: `torch FloatStorage`. */
  readonly names?: ReadonlyMap<string, PickleGlobal>;
  /** Finds what a file keeps outside the pickle; such references are refused by default. */
  readonly findOutside?: (id: PickleValue, context: PickleContext) => PickleValue;
}

/** Whether bytes look like the beginning of a pickle of protocol 2 or later. */
export const sniff = (head: Uint8Array): boolean =>
  head[0] === 0x80 && head[1] >= 2 && head[1] <= 5;

/**
 * The data of a pickle, protocols 2 to 5: numbers, text, bytes, containers and NumPy's arrays. Everything else is a FormatError:
 * names are looked up in a fixed table of ours and nothing is ever called.
 */
export const decode = (bytes: Uint8Array, options: PickleOptions = {}): PickleValue =>
  new Machine(bytes, options).run();

/** An npy file with an array of Python objects, such as a list of words for each of many texts. */
export function decodeObjects(bytes: Uint8Array, options: PickleOptions = {}): NumpyArray {
  const { file } = options;
  const { descr, dataStart } = npy.decodeHeader(bytes, { file });
  if (descr !== '|O') {
    const received = JSON.stringify(descr);
    throw new FormatError('no array of objects', { file, expected: '|O', received });
  }
  const value = decode(bytes.subarray(dataStart), options);
  if (value instanceof NumpyArray && value.objects) return value;
  throw new FormatError('the pickle holds no array of objects', { file, offset: dataStart });
}

/** What a container costs besides its elements. */
const containerBytes = 64;
const slotBytes = 8;

type Item = PickleValue | PickleGlobal;

class Machine implements PickleContext {
  readonly file: string | undefined;
  offset = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #options: PickleOptions;
  readonly #stack: Item[] = [];
  /** Heights of the stack at the marks. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Item>();
  readonly #arena = new IntegerArena();
  #at = 0;
  #spent = 0;

  constructor(bytes: Uint8Array, options: PickleOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#options = options;
    this.file = options.file;
  }

  run(): PickleValue {
    if (!sniff(this.#bytes)) {
      this.fail('no pickle', `protocol 2 to 5`, `bytes ${this.#bytes.subarray(0, 2).join(' ')}`);
    }
    for (;;) {
      this.offset = this.#at;
      const code = this.#bytes[this.#at++];
      if (code === STOP) break;
      const operation = operations[code];
      if (!operation) {
        const received = code === undefined ? 'the end' : `0x${code.toString(16)}`;
        this.fail('an operation that plain data do not need', undefined, received);
      }
      operation(this);
    }
    const result = this.popValue();
    if (this.#stack.length || this.#marks.length) this.fail('more than one object');
    checkData(result, this.#options.maxDepth ?? 100, this.file);
    return result;
  }

  fail(message: string, expected?: string, received?: string): never {
    const { file, offset } = this;
    throw new FormatError(message, { file, offset, expected, received });
  }

  spend(bytes: number): void {
    this.#spent += bytes;
    const { maxBytes = defaultBudget } = this.#options;
    if (this.#spent > maxBytes) {
      this.fail('the pickle needs more memory than is allowed (maxBytes)', `at most ${maxBytes}`);
    }
  }

  /** Moves on by so many bytes; where they begin. */
  skip(length: number): number {
    const from = this.#at;
    if (!(length <= this.#bytes.length - from)) {
      this.fail('the pickle is truncated', `${length} bytes`, `${this.#bytes.length - from}`);
    }
    this.#at = from + length;
    return from;
  }

  uint8 = (): number => this.#view.getUint8(this.skip(1));
  uint16 = (): number => this.#view.getUint16(this.skip(2), true);
  int32 = (): number => this.#view.getInt32(this.skip(4), true);
  uint32 = (): number => this.#view.getUint32(this.skip(4), true);
  float64 = (): number => this.#view.getFloat64(this.skip(8), false);
  uint64 = (): number => Number(this.#view.getBigUint64(this.skip(8), true));

  /** A frame is only a hint of how much to read at once, but one beyond the end tells of a damaged file. */
  checkFrame(length: number): void {
    const left = this.#bytes.length - this.#at;
    if (length > left) this.fail('the pickle is truncated', `${length} bytes`, `${left}`);
  }

  take(length: number): Uint8Array {
    const from = this.skip(length);
    return this.#bytes.subarray(from, from + length);
  }

  text(length: number): string {
    this.spend(length);
    return decodeUtf8(this.take(length), { file: this.file });
  }

  /** Python 2's strings are bytes; each becomes a character. */
  latin1(length: number): string {
    this.spend(length);
    return Array.from(this.take(length), (byte) => String.fromCharCode(byte)).join('');
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 200) this.fail('a name without an end');
    const line = this.text(end - this.#at);
    this.#at = end + 1;
    return line;
  }

  /** An integer of any length in two's complement. */
  integer(length: number): number | bigint {
    if (length > 1024) this.fail('an integer of too many bytes', 'at most 1024', `${length}`);
    const bytes = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    value = BigInt.asIntN(8 * length, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  push(item: Item): void {
    this.#stack.push(item);
  }

  /** Counts a new container and puts it on the stack. */
  pushContainer(item: PickleValue, slots = 0): void {
    this.spend(containerBytes + slots * slotBytes);
    this.#stack.push(item);
  }

  pop(): Item {
    const floor = this.#marks.at(-1) ?? 0;
    if (this.#stack.length <= floor) this.fail('nothing is on the stack');
    return this.#stack.pop() as Item;
  }

  popValue(): PickleValue {
    const item = this.pop();
    return item instanceof PickleGlobal ? this.fail('a name stands where data should') : item;
  }

  top(): Item {
    const item = this.pop();
    this.#stack.push(item);
    return item;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
    if (this.#marks.length > (this.#options.maxDepth ?? 100)) this.fail('nested too deeply');
  }

  popMark(): number {
    return this.#marks.pop() ?? this.fail('there is no mark');
  }

  /** Items behind the last mark, taken off. */
  popToMark(): PickleValue[] {
    const start = this.popMark();
    return this.#stack.splice(start) as PickleValue[];
  }

  newList = (): PickleList => new PickleList(this.#arena);

  /** Appends what is on the stack from `start` on to the list below it. */
  append(start: number): void {
    const list = this.#stack[start - 1];
    if (!(list instanceof PickleList) || start - 1 < (this.#marks.at(-1) ?? 0)) {
      this.fail('there is no list to append to');
    }
    this.spend((this.#stack.length - start) * slotBytes);
    list.append(this.#stack as PickleValue[], start);
    this.#stack.length = start;
  }

  get height(): number {
    return this.#stack.length;
  }

  remember(index: number): void {
    const { maxMemo = 4_000_000 } = this.#options;
    if (this.#memo.size >= maxMemo) this.fail('too many references', `at most ${maxMemo}`);
    this.#memo.set(index, this.top());
  }

  get memoSize(): number {
    return this.#memo.size;
  }

  recall(index: number): void {
    const item = this.#memo.get(index);
    if (item === undefined) this.fail('a reference to nothing', undefined, `${index}`);
    this.#stack.push(item as Item);
  }

  setItems(items: readonly PickleValue[]): void {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2) this.fail('there is no dictionary to fill');
    this.spend(items.length * slotBytes);
    for (let i = 0; i < items.length; i += 2) map.set(checkKey(items[i], this), items[i + 1]);
  }

  addItems(items: readonly PickleValue[]): void {
    const set = this.top();
    if (!(set instanceof Set)) this.fail('there is no set to fill');
    this.spend(items.length * slotBytes);
    for (const item of items) set.add(checkKey(item, this));
  }

  pushTuple(length: number): void {
    const items: Item[] = [];
    for (let i = 0; i < length; i++) items.unshift(this.pop());
    this.pushContainer(items as PickleValue[], length);
  }

  reduce(): void {
    const args = this.pop();
    const made = this.pop();
    if (!(made instanceof PickleGlobal) || !made.call || !Array.isArray(args)) {
      this.fail('a call of something that cannot be called');
    }
    this.pushContainer(made.call(args, this));
  }

  build(): void {
    const state = this.popValue();
    const object = this.top();
    if (object instanceof PickleGlobal) this.fail('a name is given a state');
    setState(object, state, this);
  }

  pushGlobal(module: Item, name: Item): void {
    if (typeof module !== 'string' || typeof name !== 'string') this.fail('a name that is no text');
    this.#stack.push(
      this.#options.names?.get(`${module} ${name}`) ?? findGlobal(module, name, this),
    );
  }

  pushOutside(): void {
    const { findOutside } = this.#options;
    if (!findOutside) this.fail('a reference to something outside the pickle');
    this.pushContainer(findOutside(this.popValue(), this));
  }
}

const STOP = 0x2e;

/** The operations that plain data need, by their codes; those that are not here are refused. */
const table: Readonly<Record<number, (m: Machine) => void>> = {
  // PROTO, FRAME
  128: (m) => void m.skip(1),
  149: (m) => m.checkFrame(m.uint64()),
  // MARK, POP, POP_MARK, DUP
  40: (m) => m.mark(),
  48: (m) => void m.pop(),
  49: (m) => void m.popToMark(),
  50: (m) => m.push(m.top()),
  // NONE, NEWTRUE, NEWFALSE
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  74: (m) => m.push(m.int32()),
  75: (m) => m.push(m.uint8()),
  77: (m) => m.push(m.uint16()),
  138: (m) => m.push(m.integer(m.uint8())),
  139: (m) => m.push(m.integer(m.uint32())),
  71: (m) => m.push(m.float64()),
  // BINUNICODE, SHORT_BINUNICODE, BINUNICODE8
  88: (m) => m.push(m.text(m.uint32())),
  140: (m) => m.push(m.text(m.uint8())),
  141: (m) => m.push(m.text(m.uint64())),
  // BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
  66: (m) => m.push(m.take(m.uint32())),
  67: (m) => m.push(m.take(m.uint8())),
  142: (m) => m.push(m.take(m.uint64())),
  150: (m) => m.push(m.take(m.uint64())),
  // BINSTRING, SHORT_BINSTRING
  84: (m) => m.push(m.latin1(m.uint32())),
  85: (m) => m.push(m.latin1(m.uint8())),
  // EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3
  41: (m) => m.pushContainer([]),
  116: (m) => {
    const items = m.popToMark();
    m.pushContainer(items, items.length);
  },
  133: (m) => m.pushTuple(1),
  134: (m) => m.pushTuple(2),
  135: (m) => m.pushTuple(3),
  // EMPTY_LIST, APPEND, APPENDS
  93: (m) => m.pushContainer(m.newList()),
  97: (m) => m.append(m.height - 1),
  101: (m) => m.append(m.popMark()),
  // EMPTY_DICT, SETITEM, SETITEMS
  125: (m) => m.pushContainer(new Map()),
  115: (m) => {
    const value = m.popValue();
    m.setItems([m.popValue(), value]);
  },
  117: (m) => m.setItems(m.popToMark()),
  // EMPTY_SET, ADDITEMS, FROZENSET
  143: (m) => m.pushContainer(new Set()),
  144: (m) => m.addItems(m.popToMark()),
  145: (m) => {
    m.pushContainer(new Set());
    const set = m.pop() as Set<PickleValue>;
    const items = m.popToMark();
    m.push(set);
    m.addItems(items);
  },
  // BINPERSID
  81: (m) => m.pushOutside(),
  // GLOBAL, STACK_GLOBAL, REDUCE, BUILD
  99: (m) => m.pushGlobal(m.line(), m.line()),
  147: (m) => {
    const name = m.pop();
    m.pushGlobal(m.pop(), name);
  },
  82: (m) => m.reduce(),
  98: (m) => m.build(),
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  113: (m) => m.remember(m.uint8()),
  114: (m) => m.remember(m.uint32()),
  148: (m) => m.remember(m.memoSize),
  104: (m) => m.recall(m.uint8()),
  106: (m) => m.recall(m.uint32()),
};

const operations = Array.from({ length: 256 }, (_, code) => table[code] ?? null);
