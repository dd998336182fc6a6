import { DTypeError } from './errors.ts';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half.ts';

/** Arrays that hold a tensor's elements in memory. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array;

type TypedArrayConstructor = {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
};

interface DTypeInfo {
  /** The array whose slots store the elements. */
  readonly array: TypedArrayConstructor;
  /** Slots per element: 2 for complex numbers. */
  readonly slots: 1 | 2;
  readonly kind: 'float' | 'int' | 'uint' | 'bool' | 'complex';
  /** NumPy's promotion order inside a kind: the wider wins. */
  readonly bits: number;
}

/**
 * The element types. float16 and bfloat16 are stored as 16-bit patterns; int64 as float64 slots that hold
 * safe integers only (files carry all 64 bits); complex64 as pairs of float32, for storage and elementwise use.
 */
export const dtypes = {
  float32: { array: Float32Array, slots: 1, kind: 'float', bits: 32 },
  float64: { array: Float64Array, slots: 1, kind: 'float', bits: 64 },
  float16: { array: Uint16Array, slots: 1, kind: 'float', bits: 16 },
  bfloat16: { array: Uint16Array, slots: 1, kind: 'float', bits: 16 },
  int8: { array: Int8Array, slots: 1, kind: 'int', bits: 8 },
  int16: { array: Int16Array, slots: 1, kind: 'int', bits: 16 },
  int32: { array: Int32Array, slots: 1, kind: 'int', bits: 32 },
  int64: { array: Float64Array, slots: 1, kind: 'int', bits: 64 },
  uint8: { array: Uint8Array, slots: 1, kind: 'uint', bits: 8 },
  bool: { array: Uint8Array, slots: 1, kind: 'bool', bits: 1 },
  complex64: { array: Float32Array, slots: 2, kind: 'complex', bits: 64 },
} as const satisfies Record<string, DTypeInfo>;

/** Name of an element type. */
export type DType = keyof typeof dtypes;

/** Whether elements of this type are real numbers with a fraction. */
export const isFloat = (dtype: DType): boolean => dtypes[dtype].kind === 'float';
/** Whether elements of this type are whole numbers; bool is not. */
export const isInteger = (dtype: DType): boolean =>
  dtypes[dtype].kind === 'int' || dtypes[dtype].kind === 'uint';
/** Whether gradients can flow through this type. */
export const isDifferentiable = (dtype: DType): boolean =>
  isFloat(dtype) || dtypes[dtype].kind === 'complex';

/** Bytes that one element takes in memory. */
export const bytesPerElement = (dtype: DType): number =>
  dtypes[dtype].array.BYTES_PER_ELEMENT * dtypes[dtype].slots;

/** A zeroed array of `length` elements of the type. */
export const allocateArray = (dtype: DType, length: number): TypedArray =>
  new dtypes[dtype].array(length * dtypes[dtype].slots);

/** An array of `length` elements of the type over memory that exists. */
export function arrayOver(
  dtype: DType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArray {
  const { array, slots } = dtypes[dtype] as DTypeInfo;
  return new array(buffer, byteOffset, length * slots);
}

/** Reads slot `index` as a number: half floats are widened. */
export function readSlot(array: TypedArray, dtype: DType, index: number): number {
  if (dtype === 'float16') return fromFloat16(array[index]);
  if (dtype === 'bfloat16') return fromBfloat16(array[index]);
  return array[index];
}

/** Stores a number in slot `index` with the conversion that NumPy's `astype` does. */
export function writeSlot(array: TypedArray, dtype: DType, index: number, value: number): void {
  switch (dtype) {
    case 'float16':
      array[index] = toFloat16(value);
      break;
    case 'bfloat16':
      array[index] = toBfloat16(value);
      break;
    case 'bool':
      array[index] = value !== 0 ? 1 : 0;
      break;
    case 'int64':
      array[index] = toSafeInteger(value);
      break;
    default:
      array[index] = value;
  }
}

/** The integer part of a number for an int64 slot; beyond 2^53 an error rather than a wrong number. */
export function toSafeInteger(value: number): number {
  const integer = Math.trunc(value) + 0;
  if (!Number.isSafeInteger(integer)) {
    throw new DTypeError(`int64: ${value} is not a safe integer (|n| <= 2^53 - 1 in memory)`);
  }
  return integer;
}

/** The type that holds both, by NumPy's rules, with float32 where NumPy would widen an int32 and a float32. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const [x, y] = [dtypes[a], dtypes[b]];
  if (x.kind === 'complex' || y.kind === 'complex') return 'complex64';
  if (x.kind === 'float' && y.kind === 'float') {
    return x.bits === y.bits ? 'float32' : x.bits > y.bits ? a : b;
  }
  if (x.kind === 'float') return a;
  if (y.kind === 'float') return b;
  if (x.kind === 'bool') return b;
  if (y.kind === 'bool') return a;
  if (x.kind === y.kind) return x.bits > y.bits ? a : b;
  const signed = x.kind === 'int' ? x : y;
  if (signed.bits > 8) return x.kind === 'int' ? a : b;
  return 'int16';
}

/** Checks a name that came from a user or a file. */
export function asDType(name: string): DType {
  if (Object.hasOwn(dtypes, name)) return name as DType;
  throw new DTypeError(`unknown dtype '${name}'; known: ${Object.keys(dtypes).join(', ')}`);
}
