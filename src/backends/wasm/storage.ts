import {
  allocateArray,
  arrayOver,
  BackendError,
  bytesPerElement,
  type DType,
  type Scope,
  type StepOwner,
  type Storage,
  type TypedArray,
} from '../../tensor/index.ts';
import type { Allocator } from './allocator.ts';
import type { LinearMemory } from './memory.ts';

/** Results up to this size stay readable after their step: losses, metrics, small predictions. */
const smallBytes = 4096;

/** Where storages live; one per backend. */
export interface Arena {
  readonly memory: LinearMemory;
  readonly allocator: Allocator;
  readonly collected: FinalizationRegistry<number>;
}

/** A tensor's memory inside the linear memory, or, for small ones whose step has ended, on the JavaScript heap. */
export class WasmStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  readonly device = 'wasm';
  scope: Scope | null = null;
  stepOf: StepOwner | null = null;
  /** Changes whenever the elements may have changed. */
  version = 0;
  readonly #arena: Arena;
  #address = 0;
  #view: TypedArray | null = null;
  #state: 'unplaced' | 'placed' | 'heap' | 'freed' = 'unplaced';

  constructor(arena: Arena, dtype: DType, length: number) {
    this.#arena = arena;
    this.dtype = dtype;
    this.length = length;
  }

  get byteLength(): number {
    return this.length * bytesPerElement(this.dtype);
  }

  get released(): boolean {
    return this.#state === 'heap' || this.#state === 'freed';
  }

  /** Address of the first element; a small storage whose step has ended moves back for further use. */
  get address(): number {
    if (this.#state === 'freed') throw this.#freed();
    if (this.#state === 'placed') return this.#address;
    const elements = this.#view;
    this.#address = this.#arena.allocator.allocate(this.byteLength);
    this.#arena.collected.register(this, this.#address, this);
    this.#state = 'placed';
    this.#view = null;
    if (elements) this.array.set(elements);
    return this.#address;
  }

  get array(): TypedArray {
    if (this.#state === 'freed') throw this.#freed();
    this.version++;
    if (this.#state === 'heap') return this.#view as TypedArray;
    const { buffer } = this.#arena.memory;
    if (this.#view === null || this.#view.buffer !== buffer) {
      const { address } = this;
      this.#view = arrayOver(this.dtype, this.#arena.memory.buffer, address, this.length);
    }
    return this.#view;
  }

  async read(): Promise<TypedArray> {
    return this.array.slice();
  }

  release(): void {
    if (this.#state === 'unplaced') this.#state = 'freed';
    if (this.#state !== 'placed') return;
    this.#arena.collected.unregister(this);
    if (this.byteLength <= smallBytes) {
      const copy = allocateArray(this.dtype, this.length);
      copy.set(this.array);
      this.#view = copy;
      this.#state = 'heap';
    } else {
      this.#view = null;
      this.#state = 'freed';
    }
    this.#arena.allocator.free(this.#address);
  }

  #freed(): BackendError {
    return new BackendError(
      'this tensor was freed when its step ended; call keep(tensor) inside the step to hold it',
    );
  }
}

/** Memory inside a plan: it stays where it is and is freed with the plan. */
export class FixedStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  readonly device = 'wasm';
  readonly address: number;
  readonly released = false;
  scope: Scope | null = null;
  stepOf: StepOwner | null = null;
  readonly #arena: Arena;

  constructor(arena: Arena, dtype: DType, length: number, address: number) {
    this.#arena = arena;
    this.dtype = dtype;
    this.length = length;
    this.address = address;
  }

  get array(): TypedArray {
    return arrayOver(this.dtype, this.#arena.memory.buffer, this.address, this.length);
  }

  async read(): Promise<TypedArray> {
    return this.array.slice();
  }

  release(): void {}
}
