import { isPlainObject, spelling } from '../config/index.ts';
import { ValueError } from '../tensor/index.ts';

/**
 * Arguments as Paddle takes them: any number by position, in the order of `Order`, and then an object with others by
 * name: `Conv2D(1, 20, 5, { padding: 2 })` for Python's `Conv2D(1, 20, 5, padding=2)`.
 */
export type Arguments<P extends object, Order extends readonly (keyof P)[]> =
  | [named?: Named<P>]
  | (Order extends readonly [
      infer First extends keyof P,
      ...infer Rest extends readonly (keyof P)[],
    ]
      ? [value: P[First] | null | undefined, ...rest: Arguments<P, Rest>]
      : never);

/** Everything may be left out, or be Paddle's `None`; what must be there is checked when the object is made. */
type Named<P> = { readonly [K in keyof P]?: P[K] | null | undefined };

/**
 * Arguments by name. Throws for names that are not known, for values that are given twice, and for `required` ones
 * that are missing.
 */
export function byName<P extends object>(
  owner: string,
  order: readonly (string & keyof P)[],
  args: readonly unknown[],
  required: readonly (string & keyof P)[] = [],
): Partial<P> {
  const given: Record<string, unknown> = {};
  const last = args.at(-1);
  const named = args.length > 0 && isPlainObject(last) ? last : null;
  const count = named ? args.length - 1 : args.length;
  if (count > order.length) {
    throw new ValueError(
      `${owner}: takes ${order.length} arguments (${order.join(', ')}), received ${count}`,
    );
  }
  for (let i = 0; i < count; i++) if (args[i] !== undefined) given[order[i]] = args[i];
  for (const [name, value] of Object.entries(named ?? {})) {
    if (value === undefined) continue;
    if (!(order as readonly string[]).includes(name)) {
      const meant = order.find((known) => spelling(known) === spelling(name));
      throw new ValueError(
        `${owner}: unknown argument '${name}'; ` +
          (meant ? `did you mean '${meant}'?` : `known: ${order.join(', ') || 'none'}`),
      );
    }
    if (Object.hasOwn(given, name)) {
      throw new ValueError(`${owner}: ${name} is given by position and by name`);
    }
    given[name] = value;
  }
  for (const name of required) {
    if (!Object.hasOwn(given, name)) throw new ValueError(`${owner}: ${name} must be given`);
  }
  return given as Partial<P>;
}
