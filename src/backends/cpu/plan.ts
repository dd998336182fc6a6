import type { Storage, View } from '../../tensor/index.ts';
import type { Plan } from '../backend.ts';
import type { Kernel, KernelName, Kernels, Launch } from '../kernels.ts';
import type { HostStorage } from './storage.ts';

/**
 * Runs recorded launches again. Transient storages are replaced by the plan's own, which are used for several of
 * them in turn: each from its first launch to its last.
 */
export class ReplayPlan implements Plan {
  readonly #kernels: Kernels;
  readonly launches: readonly Launch[];
  readonly #own: readonly HostStorage[];

  constructor(
    kernels: Kernels,
    launches: readonly Launch[],
    transient: ReadonlySet<Storage>,
    allocate: (like: Storage) => HostStorage,
  ) {
    const lastUse = new Map<Storage, number>();
    launches.forEach((launch, i) => {
      for (const { storage } of viewsOf(launch))
        if (transient.has(storage)) lastUse.set(storage, i);
    });
    const own: HostStorage[] = [];
    const free = new Map<string, HostStorage[]>();
    const replacement = new Map<Storage, HostStorage>();
    const replace = (view: View): View => {
      const { storage } = view;
      if (!transient.has(storage)) return view;
      let place = replacement.get(storage);
      if (!place) {
        place = free.get(kindOf(storage))?.pop();
        if (!place) own.push((place = allocate(storage)));
        replacement.set(storage, place);
      }
      const { offset, shape, strides, dtype } = view;
      return { storage: place, offset, shape, strides, dtype };
    };
    this.launches = launches.map((launch, i) => {
      const inputs = launch.inputs.map(replace);
      const outputs = launch.outputs.map(replace);
      for (const storage of new Set(viewsOf(launch).map((view) => view.storage))) {
        if (lastUse.get(storage) !== i) continue;
        const kind = kindOf(storage);
        free.set(kind, [...(free.get(kind) ?? []), replacement.get(storage) as HostStorage]);
      }
      return { ...launch, inputs, outputs } as Launch;
    });
    this.#kernels = kernels;
    this.#own = own;
  }

  run(): void {
    for (const { kernel, inputs, outputs, attributes } of this.launches) {
      (this.#kernels[kernel] as Kernel<KernelName>)(inputs, outputs, attributes as never);
    }
  }

  dispose(): void {
    for (const storage of this.#own) storage.release();
  }
}

const viewsOf = ({ inputs, outputs }: Launch): readonly View[] => [...inputs, ...outputs];

const kindOf = ({ dtype, length }: Storage): string => `${dtype} ${length}`;
