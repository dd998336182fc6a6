import type { DType } from './dtype.ts';
import type { Shape } from './shape.ts';
import type { Storage } from './storage.ts';

/** How a kernel sees a tensor: elements of a storage at `offset + sum(index[i] * strides[i])`. */
export interface View {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly dtype: DType;
}
