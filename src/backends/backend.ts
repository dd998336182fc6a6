import type { DType, Storage, TypedArray } from '../tensor/index.ts';
import type { Launch } from './kernels.ts';
import type { ProfileReport } from './profile.ts';

/**
 * Whether sums of products are rounded once for each product everywhere ('exact', the default: the same bits on every machine, about
 * five times slower where the processor or the browser has no fused multiply-add), or as is fastest here ('fast').
 */
export type Precision = 'exact' | 'fast';

/** What a computer of tensors must be able to do. Operations know nothing else of it. */
export interface Backend {
  readonly name: string;
  readonly precision: Precision;
  /** One line about the device, for people. */
  readonly description: string;
  /** Whether `Storage.array` is at hand, so that results can be read without waiting. */
  readonly synchronous: boolean;
  /** Memory for `length` elements; `data`, if given, is copied in, otherwise the contents are arbitrary. */
  allocate(dtype: DType, length: number, data?: TypedArray): Storage;
  /** The same, but memory is taken at the first use only: what a recorded step computes may never need any. */
  reserve(dtype: DType, length: number): Storage;
  /** Replaces the storage's elements from `at` on. */
  write(storage: Storage, data: TypedArray, at?: number): void;
  /** Runs one kernel. */
  run(launch: Launch): void;
  /**
   * Prepares a list of launches to be run again and again. Storages in `transient` hold nothing between runs and
   * before their first write, so the backend may lay them out anew; all others keep their place and contents.
   */
  plan(launches: readonly Launch[], transient: ReadonlySet<Storage>): Plan;
  /** Bytes in use and reserved. */
  memory(): MemoryUse;
  /** Threads that kernels are split over (results do not depend on it). */
  threads: number;
  /** Measures kernels from now on, plans made before excepted; absent where a backend cannot. */
  profiling?: boolean;
  /** What was measured since `profiling` was set; null while it is off. */
  profile?(): ProfileReport | null;
}

/** A prepared list of launches. */
export interface Plan {
  /** What runs, in order; dropped launches are not among them. */
  readonly launches?: readonly Launch[];
  run(): void;
  dispose(): void;
}

/** Memory of a backend, in bytes. */
export interface MemoryUse {
  /** Bytes held by live storages. */
  readonly used: number;
  /** Bytes taken from the system. */
  readonly reserved: number;
  /** The most that `used` has been. */
  readonly peak: number;
  /** Live storages. */
  readonly storages: number;
}
