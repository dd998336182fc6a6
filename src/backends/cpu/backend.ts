import { type DType, dtypes, type Storage, type TypedArray } from '../../tensor/index.ts';
import type { Backend, MemoryUse, Plan } from '../backend.ts';
import type { Kernel, KernelName, Launch } from '../kernels.ts';
import { referenceKernels } from './kernels/index.ts';
import { ReplayPlan } from './plan.ts';
import { HostStorage, MemoryAccount } from './storage.ts';

/** Plain TypeScript on typed arrays: every dtype, float64 arithmetic; the reference that others are compared with. */
export class CpuBackend implements Backend {
  readonly name = 'cpu';
  readonly precision = 'exact';
  readonly description = 'plain TypeScript, one thread';
  readonly synchronous = true;
  readonly #account = new MemoryAccount();

  /** Always 1, whatever is asked for. */
  get threads(): number {
    return 1;
  }

  set threads(_: number) {}

  allocate(dtype: DType, length: number, data?: TypedArray): Storage {
    const storage = new HostStorage(this.#account, dtype, length);
    if (data) storage.array.set(data);
    return storage;
  }

  reserve(dtype: DType, length: number): Storage {
    return this.allocate(dtype, length);
  }

  write(storage: Storage, data: TypedArray, at = 0): void {
    storage.array.set(data, at * dtypes[storage.dtype].slots);
  }

  run({ kernel, inputs, outputs, attributes }: Launch): void {
    (referenceKernels[kernel] as Kernel<KernelName>)(inputs, outputs, attributes as never);
  }

  plan(launches: readonly Launch[], transient: ReadonlySet<Storage>): Plan {
    return new ReplayPlan(
      referenceKernels,
      launches,
      transient,
      ({ dtype, length }) => new HostStorage(this.#account, dtype, length),
    );
  }

  memory(): MemoryUse {
    return this.#account.use;
  }
}
