import { asDType, type DType, DTypeError, isFloat } from '../tensor/index.ts';

export type { DType } from '../tensor/index.ts';

export const float32 = 'float32';
export const float64 = 'float64';
export const float16 = 'float16';
export const bfloat16 = 'bfloat16';
export const int8 = 'int8';
export const int16 = 'int16';
export const int32 = 'int32';
export const int64 = 'int64';
export const uint8 = 'uint8';
export const bool = 'bool';
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
