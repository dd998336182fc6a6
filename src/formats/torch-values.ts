import { FormatError } from '../tensor/index.ts';
import { byteLengthOf, bytesPerFileElement, type FileDType, fileDTypes } from './file-array.ts';
import { type PickleContext, PickleGlobal } from './pickle-globals.ts';
import { PickleObject, type PickleValue } from './pickle-values.ts';

/** Memory that tensors of a PyTorch file share: a member of the archive. */
export class TorchStorage extends PickleObject {
  override readonly kind = 'storage';
  /** Name of the member. */
  readonly key: string;
  /** Null where only the tensors know it. */
  readonly dtype: FileDType | null;
  /** In bytes. */
  readonly size: number;

  constructor(key: string, dtype: FileDType | null, size: number) {
    super();
    this.key = key;
    this.dtype = dtype;
    this.size = size;
  }
}

/** A tensor of a PyTorch file: where its elements lie in a storage. Offset and strides count elements. */
export class TorchTensor extends PickleObject {
  override readonly kind = 'tensor';
  readonly storage: TorchStorage;
  readonly dtype: FileDType;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** In bytes, once it is dense. */
  readonly byteLength: number;
  /** Elements from its first to its last in the storage. */
  readonly extent: number;

  constructor(
    storage: TorchStorage,
    dtype: FileDType,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
    context: PickleContext,
  ) {
    super();
    this.storage = storage;
    this.dtype = dtype;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.byteLength = byteLengthOf(dtype, shape, { file: context.file });
    const last = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], 0);
    this.extent = this.byteLength === 0 ? 0 : last + 1;
    const end = (offset + this.extent) * bytesPerFileElement(dtype);
    if (!Number.isSafeInteger(end) || end > storage.size) {
      refuse('a tensor reaches beyond its storage', context, `${end} of ${storage.size} bytes`);
    }
  }
}

/** PyTorch's names of element types; those that quantize have none here. */
const dtypes: Readonly<Record<string, FileDType>> = {
  float32: 'float32',
  float64: 'float64',
  float16: 'float16',
  bfloat16: 'bfloat16',
  float8_e4m3fn: 'float8e4m3',
  float8_e5m2: 'float8e5m2',
  uint8: 'uint8',
  uint16: 'uint16',
  uint32: 'uint32',
  uint64: 'uint64',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  bool: 'bool',
  complex64: 'complex64',
  complex128: 'complex128',
};

const storageTypes: Readonly<Record<string, FileDType>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  ByteStorage: 'uint8',
  CharStorage: 'int8',
  ShortStorage: 'int16',
  IntStorage: 'int32',
  LongStorage: 'int64',
  BoolStorage: 'bool',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
};

function refuse(message: string, { file, offset }: PickleContext, received?: string): never {
  throw new FormatError(message, { file, offset, received });
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && !isBelow(value);
const isBelow = (value: unknown): boolean => (value as number) < 0;
const areCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isCount);

function makeTensor(
  [storage, offset, shape, strides]: readonly PickleValue[],
  dtype: FileDType | null,
  context: PickleContext,
): TorchTensor {
  if (!(storage instanceof TorchStorage) || !isCount(offset)) {
    refuse('a tensor needs a storage and an offset >= 0', context);
  }
  if (!areCounts(shape) || !areCounts(strides) || shape.length !== strides.length) {
    refuse('a tensor needs a shape and as many strides', context);
  }
  const type = dtype ?? storage.dtype;
  if (!type) refuse('a tensor of no known element type', context);
  return new TorchTensor(storage, type, offset, shape, strides, context);
}

const tensorV2: PickleGlobal['call'] = (args, context) => makeTensor(args, null, context);

const tensorV3: PickleGlobal['call'] = (args, context) => {
  const dtype = args[6] as unknown;
  const [, name] = dtype instanceof PickleGlobal ? dtype.name.split('torch.') : [];
  if (!name || !Object.hasOwn(dtypes, name)) refuse('a tensor of no known element type', context);
  return makeTensor(args, dtypes[name], context);
};

const parameter: PickleGlobal['call'] = ([data], context) =>
  data instanceof TorchTensor ? data : refuse('a parameter needs a tensor', context);

const size: PickleGlobal['call'] = ([shape], context) =>
  areCounts(shape) ? shape : refuse('bad shape', context);

const device: PickleGlobal['call'] = (args, context) =>
  args.every((part) => typeof part === 'string' || isCount(part))
    ? args.join(':')
    : refuse('bad device', context);

/** What the names in a PyTorch file stand for, besides those of every pickle. */
export const torchNames: ReadonlyMap<string, PickleGlobal> = new Map(
  (
    [
      ['torch._utils _rebuild_tensor_v2', tensorV2],
      ['torch._utils _rebuild_tensor_v3', tensorV3],
      ['torch._utils _rebuild_parameter', parameter],
      ['torch._utils _rebuild_parameter_with_state', parameter],
      ['torch Size', size],
      ['torch device', device],
      ['torch.storage UntypedStorage', null],
      ['torch UntypedStorage', null],
      ...Object.keys(storageTypes).map((name) => [`torch ${name}`, null]),
      ...Object.keys(dtypes).map((name) => [`torch ${name}`, null]),
    ] as [string, PickleGlobal['call']][]
  ).map(([name, call]) => [name, new PickleGlobal(name.replace(' ', '.'), call)]),
);

/** The storage that a persistent id means: `('storage', type, key, device, count)`. */
export function findStorage(id: PickleValue, context: PickleContext): TorchStorage {
  const [what, type, key, , count] = (Array.isArray(id) ? id : []) as readonly unknown[];
  if (what !== 'storage' || typeof key !== 'string' || !isCount(count)) {
    refuse('a reference to something that is no storage', context);
  }
  const name = type instanceof PickleGlobal ? type.name.split('.').at(-1)! : '';
  if (name === 'UntypedStorage') return new TorchStorage(key, null, count);
  if (!Object.hasOwn(storageTypes, name)) refuse('a storage of an unknown type', context, name);
  const dtype = storageTypes[name];
  const { array, slots } = fileDTypes[dtype];
  return new TorchStorage(key, dtype, count * array.BYTES_PER_ELEMENT * slots);
}
