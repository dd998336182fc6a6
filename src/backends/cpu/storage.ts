import {
  allocateArray,
  BackendError,
  bytesPerElement,
  type DType,
  type Scope,
  type StepOwner,
  type Storage,
  type TypedArray,
} from '../../tensor/index.ts';
import type { MemoryUse } from '../backend.ts';

/** Results up to this size stay readable after their step: losses, metrics, small predictions. */
const SMALL_BYTES = 4096;

/** Counts the bytes of live storages, those that the garbage collector takes included. */
export class MemoryAccount {
  #used = 0;
  #peak = 0;
  #storages = 0;
  readonly #collected = new FinalizationRegistry<number>((bytes) => this.#subtract(bytes));

  opened(storage: HostStorage): void {
    this.#used += storage.byteLength;
    this.#storages++;
    this.#peak = Math.max(this.#peak, this.#used);
    this.#collected.register(storage, storage.byteLength, storage);
  }

  closed(storage: HostStorage): void {
    this.#collected.unregister(storage);
    this.#subtract(storage.byteLength);
  }

  #subtract(bytes: number): void {
    this.#used -= bytes;
    this.#storages--;
  }

  get use(): MemoryUse {
    return { used: this.#used, reserved: this.#used, peak: this.#peak, storages: this.#storages };
  }
}

/** A tensor's elements in a typed array of their own. */
export class HostStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  readonly device = 'cpu';
  scope: Scope | null = null;
  stepOf: StepOwner | null = null;
  readonly #account: MemoryAccount;
  #array: TypedArray | null;
  #released = false;

  constructor(account: MemoryAccount, dtype: DType, length: number) {
    this.#account = account;
    this.dtype = dtype;
    this.length = length;
    this.#array = allocateArray(dtype, length);
    account.opened(this);
  }

  get byteLength(): number {
    return this.length * bytesPerElement(this.dtype);
  }

  get released(): boolean {
    return this.#released;
  }

  get array(): TypedArray {
    if (this.#array) return this.#array;
    throw new BackendError(
      'this tensor was freed when its step ended; call keep(tensor) inside the step to hold it',
    );
  }

  async read(): Promise<TypedArray> {
    return this.array.slice();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#account.closed(this);
    if (this.byteLength > SMALL_BYTES) this.#array = null;
  }
}
