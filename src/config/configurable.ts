import { ValueError } from '../tensor/index.ts';
import { nearestName, toCamelCase, toSnakeCase } from './names.ts';
import type { Option } from './option.ts';
import type { Serialized } from './serialized.ts';

/** A class's options by name, in the order of its config. */
export type Schema = Readonly<Record<string, Option>>;

/** What an instance holds of each option. */
export type Values<S extends Schema> = {
  -readonly [K in keyof S]: S[K] extends Option<infer Value, infer _> ? Value : never;
};

type RequiredNames<S extends Schema> = {
  [K in keyof S]: S[K]['required'] extends true ? K : never;
}[keyof S];
type InputOf<O> = O extends Option<infer _, infer Input> ? Input : never;
type RequiredInputs<S extends Schema> = { [K in keyof S]: InputOf<S[K]> };
type OptionalInputs<S extends Schema> = { [K in keyof S]?: InputOf<S[K]> | undefined };

/** What a constructor takes: required options, and others that may be left out. */
export type Inputs<S extends Schema> = RequiredInputs<Pick<S, RequiredNames<S>>> &
  OptionalInputs<Omit<S, RequiredNames<S>>>;

type At<I, K> = K extends keyof I ? I[K] : never;

/**
 * Constructor arguments: one object of options, or the first few by position (`dense(10, 'relu')`) and the rest in
 * an object.
 */
export type Arguments<S extends Schema, P extends readonly unknown[] = readonly []> =
  | ([RequiredNames<S>] extends [never] ? [options?: Inputs<S>] : [options: Inputs<S>])
  | (P extends readonly [infer A, ...infer Rest]
      ?
          | [value: At<Inputs<S>, A>, options?: Partial<Inputs<S>>]
          | (Rest extends readonly [infer B, ...infer More]
              ?
                  | [
                      value: At<Inputs<S>, A>,
                      second: At<Inputs<S>, B>,
                      options?: Partial<Inputs<S>>,
                    ]
                  | (More extends readonly [infer C, ...unknown[]]
                      ? [
                          value: At<Inputs<S>, A>,
                          second: At<Inputs<S>, B>,
                          third: At<Inputs<S>, C>,
                          options?: Partial<Inputs<S>>,
                        ]
                      : never)
              : never)
      : never);

/** A class made by {@link withOptions}, as registries and factories see it. */
export interface ConfigurableClass<T extends Configurable = Configurable> {
  new (options?: never): T;
  readonly className: string;
  readonly module: string;
  readonly options: Schema;
  readonly positional: readonly string[];
  fromConfig(config: Config): T;
}

/** Option values by camelCase name; nested objects in the form of Keras' files. */
export type Config = Record<string, unknown>;

/**
 * An object that its options describe: layers, optimizers, losses, metrics, initializers, … `getConfig()` gives them
 * back and `fromConfig` builds an equal object.
 */
export abstract class Configurable {
  /** Keras' name of the class; written down because bundlers rename classes. */
  static readonly className: string = '';
  /** Where Keras keeps the class. */
  static readonly module: string = 'keras';
  static readonly options = {} as Record<never, never>;
  /** Options that may be passed by position, in order. */
  static readonly positional: readonly string[] = [];

  constructor(...args: readonly unknown[]) {
    const { options, positional } = this.constructor as unknown as ConfigurableClass;
    const given = collectArguments(this.className, positional, args);
    checkNames(this.className, options, given);
    for (const [name, { required, initial, parse }] of Object.entries(options)) {
      const value = given[name];
      if (value === undefined && required) {
        throw new ValueError(`${this.className}: ${name} must be given`);
      }
      const parsed = parse(value === undefined ? initial : value, `${this.className}: ${name}`);
      (this as Record<string, unknown>)[name] = parsed;
    }
  }

  /** Keras' name of the object's class. */
  get className(): string {
    return classNameOf(this.constructor as typeof Configurable);
  }

  /** The options of this object by camelCase name. `fromConfig` takes them. */
  getConfig(): Config {
    const config: Config = {};
    const { options } = this.constructor as unknown as ConfigurableClass;
    for (const [name, { omit, write }] of Object.entries(options)) {
      const value = (this as Record<string, unknown>)[name];
      if (omit === 'always' || (omit === 'null' && value === null)) continue;
      config[name] = write ? write(value) : value;
    }
    return config;
  }

  /** Builds an object from `getConfig()` or from the config of a Keras file. */
  static fromConfig(config: Config): Configurable {
    // biome-ignore lint/complexity/noThisInStatic: the subclass that it is called on is meant
    const Class = this as unknown as new (options: Config) => Configurable;
    return new Class(camelCaseKeys(config));
  }
}

/** Whether a class is Keras' own: those write down their name, subclasses in user code need not. */
const isBuiltIn = (Class: object): boolean => Object.hasOwn(Class, 'className');

/** Keras' name of a class; for classes that write none down, the name that they have in the program. */
export const classNameOf = (Class: {
  readonly className: string;
  readonly name: string;
}): string => (isBuiltIn(Class) ? Class.className : Class.name);

/** A config with its option names in camelCase; values stay. */
export const camelCaseKeys = (config: Config): Config =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [toCamelCase(key), value]));

/** A config with its option names as Keras' files have them. */
export const snakeCaseKeys = (config: Config): Config =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [toSnakeCase(key), value]));

/** The object in the form of Keras' files. */
export function serialize(object: Configurable): Serialized {
  const Class = object.constructor as typeof Configurable;
  const builtIn = isBuiltIn(Class);
  return {
    module: builtIn ? Class.module : null,
    class_name: classNameOf(Class),
    config: snakeCaseKeys(object.getConfig()),
    registered_name: builtIn ? null : classNameOf(Class),
  };
}

/** Whether a value is an object literal rather than an instance of some class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function collectArguments(
  className: string,
  positional: readonly string[],
  args: readonly unknown[],
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (let i = 0; i < args.length; i++) {
    const value = args[i];
    if (i === args.length - 1 && isPlainObject(value) && !('class_name' in value)) {
      return { ...given, ...value };
    }
    if (i >= positional.length) {
      if (value === undefined) continue;
      throw new ValueError(
        `${className}: takes ${positional.length ? `${positional.join(', ')} and then ` : ''}` +
          `an object of options; received ${args.length} arguments`,
      );
    }
    given[positional[i]] = value;
  }
  return given;
}

function checkNames(className: string, options: Schema, given: Record<string, unknown>): void {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(options, name)) continue;
    const known = Object.keys(options);
    const meant = nearestName(name, known);
    throw new ValueError(
      `${className}: unknown option '${name}'; ` +
        (meant ? `did you mean '${meant}'?` : `known: ${known.join(', ')}`),
    );
  }
}

type AnyBase = (abstract new (...args: never) => Configurable) & { readonly options: Schema };
type Instance<B> = B extends abstract new (...args: never) => infer I ? I : never;
type Merge<A, B> = Omit<A, keyof B> & B;

/** What {@link withOptions} gives: the base class with more options. */
export type WithOptions<
  B extends AnyBase,
  S extends Schema,
  P extends readonly unknown[],
> = (abstract new (
  ...args: Arguments<Merge<B['options'], S>, P>
) => Instance<B> & Values<S>) &
  Omit<B, 'options' | 'prototype'> & { readonly options: Merge<B['options'], S> };

/**
 * A base class whose constructor takes, checks and keeps the options of a table.
 * @example class Dropout extends withOptions(Layer, { rate: requiredNumber() }, ['rate']) {}
 */
export function withOptions<
  B extends AnyBase,
  S extends Schema,
  const P extends readonly (keyof S | keyof B['options'])[] = readonly [],
>(Base: B, options: S, positional?: P): WithOptions<B, S, P> {
  abstract class Derived extends (Base as unknown as typeof Configurable) {
    static override readonly options = { ...Base.options, ...options };
    static override readonly positional = (positional ?? []) as readonly string[];
  }
  return Derived as unknown as WithOptions<B, S, P>;
}

/** A function that does what `new` does. */
export function factory<A extends unknown[], T>(Class: new (...args: A) => T): (...args: A) => T {
  return (...args) => new Class(...args);
}
