import { getBackend } from '../../backends/registry.ts';
import { Parameter as CoreParameter, zeros } from '../../ops/index.ts';
import { allocateArray, type DType, Tensor } from '../../tensor/index.ts';
import type { Parameter } from '../parameter.ts';

/** What a parameter's step needs. */
interface Entry {
  readonly key: Parameter;
  readonly options: object;
  readonly steps: number;
  scalars(): Readonly<Record<string, number>>;
}

/** Numbers of one step for parameters that have come equally far, in one small tensor. */
interface ScalarSet {
  readonly names: readonly string[];
  readonly tensors: readonly Tensor[];
}

/**
 * The numbers that change from step to step, in small tensors that the host writes before each. Parameters with the same
 * options and as many steps share one; it stays the same tensor as long as they go together.
 */
export class ScalarSets {
  readonly #sets: { readonly storage: CoreParameter; readonly set: ScalarSet }[] = [];
  readonly #of = new Map<Parameter, ScalarSet>();

  write(entries: readonly Entry[]): void {
    const groups = new Map<object, Map<string, Entry[]>>();
    for (const entry of entries) {
      const bySteps = groups.get(entry.options) ?? new Map<string, Entry[]>();
      const key = `${entry.steps} ${entry.key.dtype}`;
      bySteps.set(key, [...(bySteps.get(key) ?? []), entry]);
      groups.set(entry.options, bySteps);
    }
    let place = 0;
    for (const bySteps of groups.values()) {
      for (const together of bySteps.values()) {
        const numbers = together[0].scalars();
        const dtype = together[0].key.dtype === 'float64' ? 'float64' : 'float32';
        const set = this.#write(place++, numbers, dtype);
        for (const { key } of together) this.#of.set(key, set);
      }
    }
  }

  #write(place: number, numbers: Readonly<Record<string, number>>, dtype: DType): ScalarSet {
    const names = Object.keys(numbers);
    const known = this.#sets[place];
    const fits = known?.storage.dtype === dtype && known.set.names.join() === names.join();
    const made = fits ? known : makeSet(names, dtype);
    this.#sets[place] = made;
    const array = allocateArray(dtype, names.length);
    array.set(Object.values(numbers));
    getBackend().write(made.storage.storage, array);
    return made.set;
  }

  /** The numbers of a parameter's step. */
  of(parameter: Parameter): ScalarSet {
    return this.#of.get(parameter) as ScalarSet;
  }
}

function makeSet(names: readonly string[], dtype: DType) {
  const storage = new CoreParameter(zeros([names.length], { dtype }), { trainable: false });
  const tensors = names.map((_, i) => new Tensor(storage.storage, [], [], i, dtype));
  return { storage, set: { names, tensors } };
}
