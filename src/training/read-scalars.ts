import { getBackend } from '../backends/registry.ts';
import type { Tensor } from '../tensor/index.ts';

/** Reads tensors of one element, at once where memory is at hand, and gives what `f` makes of the numbers. */
export function readScalars<T>(
  tensors: readonly Tensor[],
  f: (values: readonly number[]) => T,
): T | Promise<T> {
  if (getBackend().synchronous) return f(tensors.map((tensor) => tensor.item()));
  return Promise.all(tensors.map((tensor) => tensor.data())).then((arrays) =>
    f(arrays.map(([value]) => value)),
  );
}
