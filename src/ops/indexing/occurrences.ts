import type { Storage, Tensor } from '../../tensor/index.ts';

/** The parts that a gradient of looked-up rows is the sum of: updates [I.., row..] at rows [I..]. */
export interface Occurrences {
  readonly updates: Tensor;
  readonly indices: Tensor;
}

const known = new WeakMap<Storage, Occurrences>();

/** Notes what a gradient is the sum of. Returns it. */
export function rememberOccurrences(gradient: Tensor, occurrences: Occurrences): Tensor {
  known.set(gradient.storage, occurrences);
  return gradient;
}

/** What a gradient that comes from one look-up of rows (and nothing else) is the sum of; else null. */
export function occurrencesOf(gradient: Tensor): Occurrences | null {
  const found = known.get(gradient.storage);
  return found && !found.updates.storage.released && !found.indices.storage.released ? found : null;
}
