import { writeFileAtomic } from '#platform';
import { getBackend } from '../backends/index.ts';
import { isShaped, isTypedArray } from '../data/element.ts';
import { leafOf, toHost } from '../data/leaf.ts';
import { type FileArray, type HostArray, paddleTensors, pickle } from '../formats/index.ts';
import { contiguous } from '../ops/index.ts';
import { Tensor as CoreTensor, dtypes, ValueError } from '../tensor/index.ts';
import { define } from './signature.ts';
import { fileArrayOf, nameTable, sliceTable } from './state-file.ts';
import { Tensor } from './tensor.ts';

/** Elements of an array beyond which protocols 2 and 3 cut it, in bytes. */
const largestArray = 2 ** 30 - 1;

/**
 * Writes a state dictionary, a tensor, or lists and objects of them with numbers and text, so that Paddle opens it; by habit as
 * `.pdparams` (of a layer) and `.pdopt` (of an optimizer). What is saved is what the tensors hold now; the promise ends when the
 * file is there. Throws a ValueError for layers and for what is no data.
 * @example await paddle.save(model.stateDict(), 'mnist.pdparams');
 */
export const save = define(
  'save',
  ['obj', 'path'],
  ['protocol', 'useBinaryFormat'],
  (
    obj: unknown,
    path: string | URL,
    protocol: number = 4,
    useBinaryFormat: boolean = false,
  ): Promise<void> => {
    if (![2, 3, 4].includes(protocol)) {
      throw new ValueError(`save: protocol must be 2, 3 or 4, received ${protocol}`);
    }
    const ready = getBackend().synchronous ? null : readAll(obj);
    const pieces = (hosts: Hosts): Uint8Array[] => piecesOf(obj, protocol, useBinaryFormat, hosts);
    if (!ready) return writeFileAtomic(path, pieces(new Map()));
    return ready.then((hosts) => writeFileAtomic(path, pieces(hosts)));
  },
);

/** The elements of tensors that a device has handed over. */
type Hosts = ReadonlyMap<CoreTensor, HostArray>;

function piecesOf(obj: unknown, protocol: number, binary: boolean, hosts: Hosts): Uint8Array[] {
  const writer = new StateWriter(hosts);
  if (binary) {
    const tensor = coreOf(obj);
    if (!tensor) throw new ValueError('save: useBinaryFormat is for one tensor');
    return [paddleTensors.encode([writer.binaryArray(tensor)])];
  }
  const value = isStateDict(obj) ? writer.stateDict(obj, protocol) : writer.value(obj);
  return [...pickle.encodeChunks(value, { protocol })];
}

const coreOf = (value: unknown): CoreTensor | null =>
  value instanceof Tensor ? value.tensor : value instanceof CoreTensor ? value : null;

type Dictionary = Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>;

/** Whether a value is an object literal or a map: a dictionary of Python. */
function isDictionary(value: unknown): value is Dictionary {
  if (value instanceof Map) return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !isFileArray(value);
}

const entriesOf = (value: Dictionary): [unknown, unknown][] =>
  value instanceof Map ? [...value] : Object.entries(value);

/** As Paddle decides it: tensors, or dictionaries in which there is none. */
function isStateDict(value: unknown): value is Dictionary {
  if (!isDictionary(value)) return false;
  return entriesOf(value).every(
    ([, item]) => coreOf(item) || (isDictionary(item) && !holdsTensor(item)),
  );
}

function holdsTensor(value: unknown): boolean {
  if (coreOf(value)) return true;
  if (Array.isArray(value) || value instanceof Set) return [...value].some(holdsTensor);
  return isDictionary(value) && entriesOf(value).some(([, item]) => holdsTensor(item));
}

const isFileArray = (value: object): value is FileArray =>
  'dtype' in value && isShaped(value) && typeof value.dtype === 'string';

class StateWriter {
  readonly #hosts: Hosts;

  constructor(hosts: Hosts) {
    this.#hosts = hosts;
  }

  /** The dictionary with arrays for tensors and a table of their names. */
  stateDict(state: Dictionary, protocol: number): pickle.PickleValue {
    const written = new Map<pickle.PickleValue, pickle.PickleValue>();
    const names = new Map<pickle.PickleValue, pickle.PickleValue>();
    const slices = new Map<pickle.PickleValue, pickle.PickleValue>();
    for (const [key, item] of entriesOf(state)) {
      const name = this.key(key);
      const tensor = coreOf(item);
      if (!tensor) {
        written.set(name, this.value(item));
        continue;
      }
      names.set(name, nameOf(item, String(name)));
      const array = this.#array(tensor);
      if (protocol < 4 && array.data.byteLength > largestArray) {
        slices.set(name, slice(String(name), array, written));
      } else written.set(name, pickle.numpyArray(array));
    }
    written.set(nameTable, names);
    if (slices.size > 0) written.set(sliceTable, slices);
    return written;
  }

  /** Any value; a tensor among others is the pair of its name and its elements. */
  value(value: unknown): pickle.PickleValue {
    const tensor = coreOf(value);
    if (tensor) return [nameOf(value, 'tensor'), pickle.numpyArray(this.#array(tensor))];
    if (value === null || value === undefined) return null;
    switch (typeof value) {
      case 'boolean':
      case 'number':
      case 'bigint':
      case 'string':
        return value;
      case 'object':
        return this.#object(value);
      default:
        throw new ValueError(`save: ${typeof value} is no data that can be saved`);
    }
  }

  key(key: unknown): string | number {
    if (typeof key === 'string' || typeof key === 'number') return key;
    throw new ValueError(`save: keys are text or numbers, received ${typeof key}`);
  }

  binaryArray = (tensor: CoreTensor): FileArray => {
    const array = this.#array(tensor);
    return array.dtype === 'uint16' ? { ...array, dtype: 'bfloat16' } : array;
  };

  #object(value: object): pickle.PickleValue {
    if (Array.isArray(value)) return pickle.PickleList.of(value.map((item) => this.value(item)));
    if (value instanceof Set) return new Set([...value].map((item) => this.value(item)));
    if (isFileArray(value)) return pickle.numpyArray(toFileType(value));
    if (isTypedArray(value)) {
      return pickle.numpyArray(fileArrayOf(toHost(leafOf('save', value)) as HostArray));
    }
    if (isDictionary(value)) {
      return new Map(entriesOf(value).map(([key, item]) => [this.key(key), this.value(item)]));
    }
    const name = value.constructor?.name ?? 'object';
    throw new ValueError(
      `save: a ${name} cannot be saved; for a layer or an optimizer save its stateDict()`,
    );
  }

  #array(tensor: CoreTensor): FileArray {
    return fileArrayOf(this.#hosts.get(tensor) ?? (hostOf(tensor) as HostArray));
  }
}

/** The elements of a tensor in row-major order, half floats as their bits. */
function hostOf(tensor: CoreTensor): HostArray | Promise<HostArray> {
  const { dtype, shape, size } = tensor;
  const isHalf = dtype === 'float16' || dtype === 'bfloat16';
  if (!isHalf) return toHost(tensor.detach());
  const rows = contiguous(tensor.detach());
  const cut = (array: ArrayLike<number>): HostArray => {
    const data = Uint16Array.from({ length: size }, (_, i) => array[rows.offset + i]);
    return { dtype, shape, data };
  };
  return getBackend().synchronous
    ? cut(rows.storage.array)
    : Promise.resolve(rows.storage.read()).then(cut);
}

/** Tensors of a value with their elements, from a device whose memory is not at hand. */
async function readAll(value: unknown): Promise<Hosts> {
  const tensors: CoreTensor[] = [];
  const walk = (part: unknown): void => {
    const tensor = coreOf(part);
    if (tensor) tensors.push(tensor);
    else if (Array.isArray(part) || part instanceof Set) for (const item of part) walk(item);
    else if (isDictionary(part)) for (const [, item] of entriesOf(part)) walk(item);
  };
  walk(value);
  return new Map(await Promise.all(tensors.map(async (t) => [t, await hostOf(t)] as const)));
}

const nameOf = (value: unknown, otherwise: string): string =>
  value instanceof Tensor ? value.name : otherwise;

/** What `returnNumpy` has given goes back as it is; arrays of tensors' types become those of files. */
const toFileType = (array: FileArray | HostArray): FileArray =>
  Object.hasOwn(dtypes, array.dtype) && !(array.data instanceof BigInt64Array)
    ? fileArrayOf(array as HostArray)
    : (array as FileArray);

/** Puts the parts of an array that is too large into the dictionary; gives the entry of the table of slices. */
function slice(
  name: string,
  { dtype, shape, data }: FileArray,
  into: Map<pickle.PickleValue, pickle.PickleValue>,
): pickle.PickleValue {
  const step = Math.floor(largestArray / data.BYTES_PER_ELEMENT);
  const names: string[] = [];
  for (let at = 0; at < data.length; at += step) {
    const part = data.subarray(at, at + step);
    names.push(`${name}@@.${names.length}`);
    into.set(
      names.at(-1) as string,
      pickle.numpyArray({ dtype, shape: [part.length], data: part }),
    );
  }
  return new Map<pickle.PickleValue, pickle.PickleValue>([
    ['OriginShape', shape],
    ['slices', pickle.PickleList.of(names)],
  ]);
}
