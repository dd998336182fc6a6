import type { Tensor } from '../tensor/index.ts';

/** Functions whose inputs losses prefer to their outputs, which saturate. */
export type LogitFunction = 'softmax' | 'sigmoid';

interface Logits {
  readonly of: LogitFunction;
  readonly tensor: Tensor;
}

const known = new WeakMap<Tensor, Logits>();

/** Notes what `result` was computed from, so that a cross-entropy can start from there. Returns `result`. */
export function rememberLogits(of: LogitFunction, logits: Tensor, result: Tensor): Tensor {
  known.set(result, { of, tensor: logits });
  return result;
}

/** What a result of softmax (over the last axis) or sigmoid was computed from, or null. */
export function logitsOf(of: LogitFunction, result: Tensor): Tensor | null {
  const found = known.get(result);
  return found?.of === of && !found.tensor.storage.released ? found.tensor : null;
}
