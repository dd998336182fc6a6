import type { DType, TypedArray } from './dtype.ts';
import type { Scope, StepOwner } from './scope.ts';

/**
 * The memory behind one or several tensors, owned by a backend. Views share a storage.
 * `array` is at hand on backends whose memory the program can see (cpu, wasm); others throw a BackendError that
 * points to the asynchronous `read`.
 */
export interface Storage {
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: number;
  /** The backend's name: tensors of different backends do not mix. */
  readonly device: string;
  /** The elements, live. The array may be replaced when memory grows: read it anew for each use. */
  readonly array: TypedArray;
  /** A copy of all elements, for any backend. */
  read(): Promise<TypedArray>;
  /** Gives the memory back. Small ones keep their elements on the JavaScript heap and stay readable. */
  release(): void;
  readonly released: boolean;
  /** The step that frees this storage, or null where the garbage collector does. */
  scope: Scope | null;
  /** Set for parameters: what is computed from them belongs to their optimizer's step. */
  stepOf: StepOwner | null;
}
