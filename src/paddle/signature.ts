import { ValueError } from '../tensor/index.ts';

/** Optional parameters also take Paddle's `None`. */
type Nullable<P extends readonly unknown[]> = {
  [I in keyof P]: undefined extends P[I] ? P[I] | null : P[I];
};

/** The options object: a parameter list by name. */
export type Keywords<Names extends readonly string[], P extends readonly unknown[]> = {
  readonly [I in Exclude<keyof Names, keyof (readonly unknown[])> as Names[I] & string]?:
    | Required<Nullable<P>>[I & keyof P]
    | (undefined extends P[I & keyof P] ? null : never);
};

/** Any number of positional arguments, then the options object. */
type Mixed<
  P extends readonly unknown[],
  Options,
  Before extends readonly unknown[] = [],
> = P extends readonly [infer First, ...infer Rest]
  ? [...Before, Options] | Mixed<Rest, Options, [...Before, First]>
  : [...Before, Options];

/** A function that takes its arguments by position, by name in a last object, or both. */
export interface Keyworded<
  Names extends readonly string[] = readonly string[],
  P extends readonly unknown[] = never,
  R = unknown,
> {
  (...args: Nullable<P>): R;
  (...args: Mixed<Required<Nullable<P>>, Keywords<Names, P>>): R;
  /** Names of the parameters, in order. */
  readonly parameters: Names;
  /** How many of them must be given. */
  readonly required: number;
  /** The function itself, which takes all by position. */
  readonly body: (...args: P) => R;
}

/**
 * Describes a function's signature once: the names in Paddle's order, those that must be given and
 * those that may; types and defaults stand in the function itself. What it gives takes arguments by
 * position and by name, and checks both.
 * @example const sum = define('sum', ['x'], ['axis', 'keepdim'], (x: TensorLike, axis?: number, keepdim?: boolean) => …);
 * sum(x, 1, true); sum(x, { axis: 1, keepdim: true }); sum(x, 1, { keepdim: true });
 */
export function define<
  const Required extends readonly string[],
  const Optional extends readonly string[],
  P extends readonly unknown[],
  R,
>(
  name: string,
  required: Required,
  optional: Optional,
  body: (...args: P) => R,
): Keyworded<readonly [...Required, ...Optional], P, R> {
  const parameters = [...required, ...optional] as const;
  const call = (...args: unknown[]): R =>
    body(...(bindArguments(name, parameters, required.length, args) as unknown as P));
  Object.defineProperty(call, 'name', { value: name });
  return Object.assign(call, {
    parameters,
    required: required.length,
    body,
  }) as unknown as ReturnType<typeof define<Required, Optional, P, R>>;
}

/** Whether an argument is the object of options: a literal, not a tensor, array or class. */
function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The arguments by position. Missing ones, unknown names and names given twice are errors that show
 * the signature; `null` (Paddle's `None`) leaves the default.
 */
function bindArguments(
  name: string,
  parameters: readonly string[],
  required: number,
  args: readonly unknown[],
): unknown[] {
  const last = args[args.length - 1];
  const options = isOptions(last) ? last : null;
  const bound: unknown[] = options ? args.slice(0, -1) : [...args];
  if (bound.length > parameters.length) {
    throw new ValueError(
      `${name}: expected at most ${parameters.length} arguments, received ${bound.length}; ` +
        signatureOf(name, parameters, required),
    );
  }
  if (options) {
    for (const [key, value] of Object.entries(options)) {
      const place = parameters.indexOf(key);
      // Paddle's name of the operation, which nothing reads.
      if (place < 0 && key === 'name') continue;
      if (place < 0) {
        throw new ValueError(
          `${name}: unknown argument '${key}'; ${signatureOf(name, parameters, required)}`,
        );
      }
      if (place < bound.length && bound[place] !== undefined) {
        throw new ValueError(`${name}: '${key}' is given twice, by position and by name`);
      }
      bound[place] = value;
    }
  }
  for (let place = 0; place < required; place++) {
    if (bound[place] === undefined) {
      throw new ValueError(
        `${name}: argument '${parameters[place]}' is missing; ` +
          signatureOf(name, parameters, required),
      );
    }
  }
  for (let place = required; place < bound.length; place++) {
    if (bound[place] === null) bound[place] = undefined;
  }
  return bound;
}

const signatureOf = (name: string, parameters: readonly string[], required: number): string =>
  `the signature is ${name}(${parameters.map((p, i) => (i < required ? p : `${p}?`)).join(', ')})`;
