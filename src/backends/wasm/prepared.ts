import type { Storage } from '../../tensor/index.ts';
import type { Launch } from '../kernels.ts';
import type { Phase } from './phases.ts';
import { WasmStorage } from './storage.ts';

/** More than this is not kept for a plan: filters of large networks take several times their size. */
const mostBytes = 384 * 2 ** 20;

/**
 * What a plan computes from filters that it does not change, such as packed panels: made at its first run and kept as long as
 * the filters stay as they are.
 */
export class Prepared {
  readonly phases: Phase[] = [];
  #bytes = 0;
  readonly #base: number;
  readonly #sources: readonly WasmStorage[];
  #versions: number[] = [];

  /** @param base address of the memory for what is kept; 0 where its size is to be found */
  constructor(launches: readonly Launch[], transient: ReadonlySet<Storage>, base: number) {
    this.#base = base;
    const written = new Set(launches.flatMap(({ outputs }) => outputs.map((v) => v.storage)));
    const filters = launches.flatMap(({ kernel, inputs }) =>
      kernel === 'conv2d' ? [inputs[1].storage] : [],
    );
    this.#sources = [...new Set(filters)].filter(
      (storage) =>
        storage instanceof WasmStorage && !transient.has(storage) && !written.has(storage),
    ) as WasmStorage[];
  }

  /** How much memory it takes. */
  get bytes(): number {
    return this.#bytes;
  }

  get isTooLarge(): boolean {
    return this.#bytes > mostBytes;
  }

  /** Whether what lies at the address stays as it is. */
  covers(address: number): boolean {
    return this.#sources.some(
      (source) => address >= source.address && address < source.address + source.byteLength,
    );
  }

  /** Memory that is the plan's own. */
  allocate(bytes: number): number {
    const at = this.#base + this.#bytes;
    this.#bytes += Math.ceil(bytes / 64) * 64;
    return at;
  }

  /** Whether it has to be made, for the first time or because a filter has changed. */
  isDue(): boolean {
    const versions = this.#sources.map(({ version }) => version);
    const due = versions.some((version, i) => version !== this.#versions[i]);
    this.#versions = versions;
    return due;
  }
}
