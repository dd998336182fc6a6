import { FormatError } from '../tensor/index.ts';
import { byteLengthOf } from './file-array.ts';
import { decodeElements, parseDescr } from './npy.ts';
import { NumpyArray, NumpyDType, PickleList, type PickleValue } from './pickle-values.ts';

/** What is known while a pickle is read. */
export interface PickleContext {
  readonly file?: string;
  /** Where the operation stands. */
  readonly offset: number;
  /** Counts memory against the budget. */
  spend(bytes: number): void;
}

/** What a name in a pickle stands for: one of ours, never what Python has under that name. */
export class PickleGlobal {
  readonly name: string;
  /** What calling it gives; null where it cannot be called. */
  readonly call: ((args: readonly PickleValue[], context: PickleContext) => PickleValue) | null;

  constructor(name: string, call: PickleGlobal['call']) {
    this.name = name;
    this.call = call;
  }
}

function refuse(message: string, { file, offset }: PickleContext, received?: string): never {
  throw new FormatError(message, { file, offset, received });
}

const reconstruct: PickleGlobal['call'] = (args, context) => {
  const [type] = args as readonly unknown[];
  if (args.length !== 3 || type !== ndarray) refuse('no array to reconstruct', context);
  return new NumpyArray();
};

const makeDType: PickleGlobal['call'] = ([code], context) => {
  if (typeof code !== 'string' || code.length > 8) refuse('no name of an element type', context);
  return new NumpyDType(code as string);
};

const scalar: PickleGlobal['call'] = ([dtype, bytes], context) => {
  if (!(dtype instanceof NumpyDType) || !(bytes instanceof Uint8Array)) {
    refuse('a NumPy number needs a type and bytes', context);
  }
  const { data } = numbersOf(dtype, [], false, bytes, context);
  if (data.length !== 1) refuse('complex numbers cannot stand alone', context);
  return data[0];
};

/** Protocol 5's short cut: the bytes of an array, its type, shape and order. */
const fromBuffer: PickleGlobal['call'] = ([bytes, dtype, shape, order], context) => {
  if (!(bytes instanceof Uint8Array) || !(dtype instanceof NumpyDType) || !Array.isArray(shape)) {
    refuse('an array needs bytes, a type and a shape', context);
  }
  const array = new NumpyArray();
  array.shape = shape as number[];
  array.numbers = numbersOf(dtype, shape, order === 'F', bytes, context);
  return array;
};

const orderedDict: PickleGlobal['call'] = (args, context) => {
  const [items] = args;
  const map = new Map<PickleValue, PickleValue>();
  if (args.length === 0) return map;
  if (!(items instanceof PickleList)) refuse('an OrderedDict needs a list', context);
  for (const item of items) {
    const pair = item instanceof PickleList ? item.toArray() : item;
    if (!Array.isArray(pair) || pair.length !== 2) refuse('an OrderedDict needs pairs', context);
    const [key, value] = pair as PickleValue[];
    map.set(checkKey(key, context), value);
  }
  return map;
};

/** How protocols 0 to 2 write bytes: as text, each character a byte. */
const encode: PickleGlobal['call'] = ([text, encoding], context) => {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) {
    refuse('only latin1 text can be encoded', context, String(encoding).slice(0, 20));
  }
  return latin1Bytes(text, context);
};

function latin1Bytes(text: string, context: PickleContext): Uint8Array {
  context.spend(text.length);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) refuse('text for bytes holds other characters than latin1 has', context);
    bytes[i] = code;
  }
  return bytes;
}

const makeBytes: PickleGlobal['call'] = (args, context) => {
  if (args.length > 0) refuse('only empty bytes are made by a call', context);
  return new Uint8Array(0);
};

/** How protocols 2 and 3 write sets. */
const makeSet: PickleGlobal['call'] = ([items], context) => {
  if (!(items instanceof PickleList)) refuse('a set needs a list', context);
  return new Set([...items].map((item) => checkKey(item, context)));
};

/** How Paddle writes a tensor among other values: `tuple((name, array))`. */
const makeTuple: PickleGlobal['call'] = (args, context) => {
  const [items = []] = args;
  if (args.length > 1 || !(Array.isArray(items) || items instanceof PickleList)) {
    refuse('a tuple needs a list', context);
  }
  return [...(items as Iterable<PickleValue>)];
};

const ndarray = new PickleGlobal('numpy.ndarray', null);

const globals = new Map<string, PickleGlobal>(
  (
    [
      ['collections OrderedDict', orderedDict],
      ['_codecs encode', encode],
      ...['__builtin__', 'builtins'].flatMap((module) => [
        [`${module} bytes`, makeBytes],
        [`${module} set`, makeSet],
        [`${module} tuple`, makeTuple],
        [`${module} frozenset`, makeSet],
      ]),
      ['numpy dtype', makeDType],
      // NumPy 2 has moved its modules.
      ...['numpy.core', 'numpy._core'].flatMap((core) => [
        [`${core}.multiarray _reconstruct`, reconstruct],
        [`${core}.multiarray scalar`, scalar],
        [`${core}.numeric _frombuffer`, fromBuffer],
      ]),
    ] as [string, PickleGlobal['call']][]
  ).map(([name, call]) => [name, new PickleGlobal(name.replace(' ', '.'), call)]),
);
globals.set('numpy ndarray', ndarray);

/** What a module's name stands for. Throws for all that is not in the table. */
export function findGlobal(module: string, name: string, context: PickleContext): PickleGlobal {
  const found = globals.get(`${module} ${name}`);
  if (found) return found;
  throw new FormatError('the pickle asks for something that is not plain data', {
    file: context.file,
    offset: context.offset,
    expected: [...globals.values()].map((known) => known.name).join(', '),
    received: `${module}.${name}`.slice(0, 100),
  });
}

/** Gives an object that was made its contents: the arguments of `__setstate__`. */
export function setState(object: PickleValue, state: PickleValue, context: PickleContext): void {
  if (object instanceof NumpyDType && Array.isArray(state)) {
    const order = state[1];
    if (typeof order !== 'string' || !/^[<>=|]$/.test(order)) refuse('bad byte order', context);
    if (state[3] !== null && state[3] !== undefined) refuse('records are not read', context);
    object.order = order as string;
  } else if (object instanceof NumpyArray && Array.isArray(state)) {
    setArray(object, state, context);
  } else if (object instanceof Map && state instanceof Map) {
    // Attributes of an OrderedDict, such as the version numbers of PyTorch's layers: nothing that we need.
  } else refuse('an object that is not plain data is given a state', context);
}

function setArray(array: NumpyArray, state: readonly PickleValue[], context: PickleContext): void {
  const [, shape, dtype, fortran, data] = state;
  if (state.length !== 5 || !Array.isArray(shape) || !(dtype instanceof NumpyDType)) {
    refuse('bad state of an array', context);
  }
  array.shape = shape as number[];
  if (data instanceof PickleList) {
    const count = byteLengthOf('uint8', array.shape, context);
    if (!/^\|?O8?$/.test(dtype.descr)) refuse('a list holds the elements of numbers', context);
    if (count !== data.length) refuse(`${data.length} objects for shape [${shape}]`, context);
    if (fortran && array.shape.length > 1) refuse('objects in Fortran order are not read', context);
    array.objects = data;
    return;
  }
  // Python 2 wrote bytes as text.
  const bytes = typeof data === 'string' ? latin1Bytes(data, context) : data;
  if (!(bytes instanceof Uint8Array)) refuse('an array without bytes', context);
  array.numbers = numbersOf(dtype, shape, fortran === true, bytes, context);
}

function numbersOf(
  { descr }: NumpyDType,
  shape: readonly PickleValue[],
  fortran: boolean,
  bytes: Uint8Array,
  context: PickleContext,
): ReturnType<typeof decodeElements> {
  const { file, offset } = context;
  const { dtype } = parseDescr(descr, file);
  const expected = byteLengthOf(dtype, shape, context);
  if (expected !== bytes.length) {
    const [needed, received] = [`${expected} bytes for ${dtype} [${shape}]`, `${bytes.length}`];
    throw new FormatError('bytes do not fit the array', {
      ...{ file, offset, received },
      expected: needed,
    });
  }
  context.spend(expected);
  return decodeElements(bytes, descr, fortran, shape as number[], file);
}

/** A key of a dictionary: text, numbers, or tuples, as Python has it. */
export function checkKey(key: PickleValue, context: PickleContext): PickleValue {
  if (typeof key === 'object' && key !== null && !Array.isArray(key)) {
    refuse('a dictionary has a key that can change', context);
  }
  return key;
}
