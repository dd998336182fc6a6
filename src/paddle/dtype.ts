import { asDType, type DType, DTypeError, isFloat } from '../tensor/index.ts';

export type { DType } from '../tensor/index.ts';

/** Floats of 32 bits. */
export const float32 = 'float32';
/** Floats of 64 bits. */
export const float64 = 'float64';
/** Floats of 16 bits. */
export const float16 = 'float16';
/** Floats of 16 bits with the range of float32. */
export const bfloat16 = 'bfloat16';
/** Whole numbers of 8 bits. */
export const int8 = 'int8';
/** Whole numbers of 16 bits. */
export const int16 = 'int16';
/** Whole numbers of 32 bits. */
export const int32 = 'int32';
/** Whole numbers of 64 bits. */
export const int64 = 'int64';
/** Whole numbers from 0 to 255. */
export const uint8 = 'uint8';
/** True or false. */
export const bool = 'bool';
/** Complex numbers of two float32. */
export const complex64 = 'complex64';

let defaultDtype: DType = 'float32';

/** The element type of floats that name none; float32 at first. */
export const getDefaultDtype = (): DType => defaultDtype;

/** Sets the element type of floats that name none. */
export function setDefaultDtype(dtype: string): void {
  const known = toDType(dtype);
  if (!isFloat(known)) {
    throw new DTypeError(
      `setDefaultDtype: expected float16, bfloat16, float32 or float64, received ${dtype}`,
    );
  }
  defaultDtype = known;
}

/** An element type by Paddle's name: `'float32'`, `'paddle.float32'`, `'float'`, `'int'`. */
export function toDType(name: string): DType {
  const plain = name.replace(/^paddle\./, '');
  const short: Record<string, DType> = { float: 'float32', double: 'float64', int: 'int64' };
  return short[plain] ?? asDType(plain);
}
