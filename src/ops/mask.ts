import type { Tensor } from '../tensor/index.ts';

const masks = new WeakMap<object, Tensor>();

/** The mask that a layer attached to its result (bool, [batch, time]): false where there is padding. Null for none. */
export const maskOf = (tensor: object): Tensor | null => masks.get(tensor) ?? null;

/** Attaches a mask to a tensor; layers that it is passed to find it. */
export function setMask(tensor: object, mask: Tensor | null): void {
  if (mask) masks.set(tensor, mask);
  else masks.delete(tensor);
}
