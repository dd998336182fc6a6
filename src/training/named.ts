import { KerasTensor } from '../layers/keras-tensor.ts';
import { Tensor, ValueError } from '../tensor/index.ts';

/** One value, a list of them, or an object of them by name: what several inputs and outputs may be given as. */
export type OneOrMany<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** How the values of a list were given. */
export type Packing =
  | { readonly kind: 'one' }
  | { readonly kind: 'list' }
  | { readonly kind: 'object'; readonly keys: readonly string[] };

/** The values in order, and how to give others back the same way. */
export function unpack<T>(given: OneOrMany<T>): { values: readonly T[]; packing: Packing } {
  if (Array.isArray(given)) return { values: given as readonly T[], packing: { kind: 'list' } };
  if (isNamed(given)) {
    const keys = Object.keys(given);
    return { values: keys.map((key) => given[key]), packing: { kind: 'object', keys } };
  }
  return { values: [given as T], packing: { kind: 'one' } };
}

/** Gives values back the way others were given. */
export function pack<T>(values: readonly T[], packing: Packing): OneOrMany<T> {
  if (packing.kind === 'one') return values[0];
  if (packing.kind === 'list') return values;
  return Object.fromEntries(packing.keys.map((key, i) => [key, values[i]]));
}

/** Whether a value is an object literal of values by name. */
export function isNamed<T>(value: OneOrMany<T>): value is Readonly<Record<string, T>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (value instanceof Tensor || value instanceof KerasTensor || ArrayBuffer.isView(value))
    return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The values of an object in the order of `names`, which must all be there. */
export function inOrder<T>(
  where: string,
  values: Readonly<Record<string, T>>,
  names: readonly string[],
): T[] {
  const missing = names.filter((name) => !Object.hasOwn(values, name));
  if (missing.length) {
    throw new ValueError(
      `${where}: nothing is given for ${missing.map((name) => `'${name}'`).join(', ')}; ` +
        `received ${Object.keys(values).join(', ')}`,
    );
  }
  return names.map((name) => values[name]);
}
