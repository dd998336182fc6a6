import { FormatError, ValueError } from '../tensor/index.ts';
import { type Configurable, type ConfigurableClass, isPlainObject } from './configurable.ts';
import { spelling, suggestion } from './names.ts';
import { badOption } from './option.ts';
import { isSerialized, type Serialized } from './serialized.ts';

/** Classes and functions of user code by the name that files give them. */
export type CustomObjects = Readonly<Record<string, unknown>>;

let customObjects: CustomObjects = {};

/**
 * Runs `f` with more classes known by name: what a file calls `MyLayer` is `customObjects.MyLayer`.
 * @example withCustomObjects({ MyLayer }, () => modelFromJson(json));
 */
export function withCustomObjects<T>(objects: CustomObjects, f: () => T): T {
  const outer = customObjects;
  customObjects = { ...outer, ...objects };
  try {
    return f();
  } finally {
    customObjects = outer;
  }
}

/** What user code passed under this name, if anything. */
export const customObject = (name: string): unknown =>
  Object.hasOwn(customObjects, name) ? customObjects[name] : undefined;

/** `'relu', 'tanh' or 'selu'` for error messages. */
const namesOf = (names: Iterable<string>): string => [...names].sort().join(', ');

/**
 * The closed list of a family's classes, by name. Names come in any spelling (`glorot_uniform`, `glorotUniform`,
 * `GlorotUniform`); nothing that is not in the list can be made, except what the program itself passed
 * as `customObjects`.
 */
export class Registry<T extends Configurable> {
  readonly kind: string;
  readonly #list: () => Readonly<Record<string, unknown>>;
  readonly #aliases: Readonly<Record<string, string>>;
  #classes: Map<string, ConfigurableClass<T>> | null = null;

  /** `list` gives a module's exports; what is not a class with a `className` is passed over. */
  constructor(
    kind: string,
    list: () => Readonly<Record<string, unknown>>,
    aliases: Readonly<Record<string, string>> = {},
  ) {
    this.kind = kind;
    this.#list = list;
    this.#aliases = aliases;
  }

  get #byName(): Map<string, ConfigurableClass<T>> {
    if (!this.#classes) {
      this.#classes = new Map();
      for (const value of Object.values(this.#list())) {
        if (typeof value !== 'function' || !Object.hasOwn(value, 'className')) continue;
        const Class = value as ConfigurableClass<T>;
        this.#classes.set(spelling(Class.className), Class);
      }
    }
    return this.#classes;
  }

  /** Names of all classes. */
  get names(): string[] {
    return [...this.#byName.values()].map(({ className }) => className);
  }

  /** The class of that name, in any spelling, or undefined. */
  find(name: string): ConfigurableClass<T> | undefined {
    const custom = customObject(name);
    if (typeof custom === 'function') return custom as unknown as ConfigurableClass<T>;
    const key = spelling(name);
    const alias = Object.hasOwn(this.#aliases, key) ? this.#aliases[key] : undefined;
    return this.#byName.get(alias ?? key);
  }

  /** An instance from its name. */
  fromName(name: string, where: string = this.kind): T {
    const Class = this.find(name);
    if (!Class) {
      throw new ValueError(
        `${where}: unknown ${this.kind} '${name}'${suggestion(name, this.names)}; ` +
          `known: ${namesOf(this.names)}`,
      );
    }
    return new Class();
  }

  /** An instance from its form in a file. */
  fromFile({ class_name: name, config }: Serialized, where: string = this.kind): T {
    const Class = this.find(name);
    if (!Class) {
      throw new FormatError(
        `${where}: unknown ${this.kind} '${name}'; if it is your own class, pass it as ` +
          `customObjects: { ${name} }`,
      );
    }
    if (!isPlainObject(config ?? {})) {
      throw new FormatError(`${where}: the config of ${this.kind} '${name}' must be an object`);
    }
    return Class.fromConfig(config ?? {});
  }

  /** An instance from whatever an option may be: itself, a class, a name or the form of a file. */
  resolve(input: unknown, where: string, isInstance: (value: unknown) => boolean): T {
    if (isInstance(input)) return input as T;
    if (typeof input === 'string') return this.fromName(input, where);
    if (isSerialized(input)) return this.fromFile(input, where);
    if (typeof input === 'function' && Object.hasOwn(input, 'className')) {
      return new (input as unknown as ConfigurableClass<T>)();
    }
    throw badOption(where, `the name of a known ${this.kind} or an instance`, input);
  }
}
