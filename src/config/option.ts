import { ValueError } from '../tensor/index.ts';
import { spelling } from './names.ts';

/**
 * One constructor option: how its value is checked, what it is when left out and how it is written in a config.
 * Constructors, configs, types and error messages of a class all derive from its table of options.
 */
export interface Option<Value = unknown, Input = Value, Required extends boolean = boolean> {
  readonly required: Required;
  /** What a left-out option stands for. */
  readonly initial: Input | undefined;
  /** Checks and normalises; `where` names the class and the option in errors. */
  parse(input: Input, where: string): Value;
  /** The value as a config holds it: the value itself by default. */
  write?(value: Value): unknown;
  /** Whether configs leave it out: always, or while it is null. */
  readonly omit?: 'always' | 'null';
  /** What the value is in a file where it is an object that only its family can read: a layer, an optimizer. */
  readonly family?: string;
}

/** An option and its kind of value. */
export type Required<Value, Input = Value> = Option<Value, Input, true>;
/** A value that may be left out, with what stands for it then. */
export type Optional<Value, Input = Value> = Option<Value, Input, false>;

/** Builds an option from its check; required if no `initial` is given. */
export function option<Value, Input>(
  parse: (input: Input, where: string) => Value,
  initial: NoInfer<Input>,
  rest?: Pick<Option<NoInfer<Value>, NoInfer<Input>>, 'write' | 'omit' | 'family'>,
): Optional<Value, Input>;
export function option<Value, Input>(
  parse: (input: Input, where: string) => Value,
): Required<Value, Input>;
export function option<Value, Input>(
  parse: (input: Input, where: string) => Value,
  initial?: Input,
  rest: Pick<Option<Value, Input>, 'write' | 'omit' | 'family'> = {},
): Option<Value, Input> {
  return { required: initial === undefined, initial, parse, ...rest };
}

/** Shows a value in an error message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object' && value !== null) {
    const text = JSON.stringify(value) ?? '';
    const prototype = Object.getPrototypeOf(value);
    if (Array.isArray(value) || prototype === Object.prototype || prototype === null) {
      return text.length > 80 ? `${text.slice(0, 77)}...` : text;
    }
    return `an object of class ${value.constructor?.name}`;
  }
  return String(value);
}

/** The error that every bad option ends in. */
export const badOption = (where: string, expected: string, received: unknown): ValueError =>
  new ValueError(`${where} must be ${expected}, received ${show(received)}`);

/** Limits of a number. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Whether `min` itself is not allowed. */
  readonly above?: boolean;
}

function inRange(value: number, { min = -Infinity, max = Infinity, above }: Range): boolean {
  return (above ? value > min : value >= min) && value <= max;
}

function describe(what: string, { min, max, above }: Range): string {
  if (min !== undefined && max !== undefined)
    return `${what} in ${above ? '(' : '['}${min}, ${max}]`;
  if (min !== undefined) return `${what} ${above ? '>' : '>='} ${min}`;
  return max === undefined ? what : `${what} <= ${max}`;
}

const parseNumber =
  (range: Range) =>
  (input: number, where: string): number => {
    if (typeof input !== 'number' || Number.isNaN(input) || !inRange(input, range)) {
      throw badOption(where, describe('a number', range), input);
    }
    return input;
  };

const parseInteger =
  (range: Range) =>
  (input: number, where: string): number => {
    if (!Number.isInteger(input) || !inRange(input, range)) {
      throw badOption(where, describe('an integer', range), input);
    }
    return input;
  };

/** A number with a default. */
export const number = (initial: number, range: Range = {}): Optional<number> =>
  option(parseNumber(range), initial);

/** A number that must be given. */
export const requiredNumber = (range: Range = {}): Required<number> => option(parseNumber(range));

/** A whole number with a default. */
export const integer = (initial: number, range: Range = {}): Optional<number> =>
  option(parseInteger(range), initial);

/** A whole number that must be given; at least 1 unless said otherwise. */
export const requiredInteger = (range: Range = { min: 1 }): Required<number> =>
  option(parseInteger(range));

/** true or false. */
export const boolean = (initial: boolean): Optional<boolean> =>
  option((input: boolean, where: string) => {
    if (typeof input !== 'boolean') throw badOption(where, 'true or false', input);
    return input;
  }, initial);

/** Any string. */
export const text = (initial: string): Optional<string> =>
  option((input: string, where: string) => {
    if (typeof input !== 'string') throw badOption(where, 'a string', input);
    return input;
  }, initial);

/** Both spellings of a name: Keras' and camelCase. */
export type Spelled<Name extends string> = Name | CamelCase<Name>;
type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** One of a few names, kept in Keras' spelling. */
export function parseChoice<Name extends string>(
  names: readonly Name[],
): (input: Spelled<Name>, where: string) => Name {
  return (input, where) => {
    const found =
      typeof input === 'string' && names.find((name) => spelling(name) === spelling(input));
    if (!found) throw badOption(where, names.map((name) => `'${name}'`).join(' or '), input);
    return found;
  };
}

/** One of a few names, with a default. */
export const choice = <const Name extends string>(
  names: readonly Name[],
  initial: NoInfer<Name>,
): Optional<Name, Spelled<Name>> => option(parseChoice(names), initial as unknown as Spelled<Name>);

/** The option, or null, which is the default. */
export const nullable = <Value, Input>(
  inner: Option<Value, Input>,
): Optional<Value | null, Input | null> =>
  option(
    (input: Input | null, where: string) => (input === null ? null : inner.parse(input, where)),
    null as Input | null,
    {
      write: (value) => (value !== null && inner.write ? inner.write(value) : value),
      ...(inner.family && { family: inner.family }),
    },
  );

/** A list whose items are checked one by one. */
export const list = <Value, Input>(
  item: Option<Value, Input>,
  initial: readonly Input[],
): Optional<readonly Value[], readonly Input[]> =>
  option(
    (input: readonly Input[], where: string) => {
      if (!Array.isArray(input)) throw badOption(where, 'an array', input);
      return input.map((value, i) => item.parse(value, `${where}[${i}]`));
    },
    initial,
    { write: (values) => values.map((value) => (item.write ? item.write(value) : value)) },
  );

/** The option without a default. */
export const required = <Value, Input>({
  initial: _,
  ...rest
}: Option<Value, Input>): Required<Value, Input> => ({
  ...rest,
  required: true,
  initial: undefined,
});

/** The option with another default. */
export const withDefault = <Value, Input>(
  inner: Option<Value, Input>,
  initial: Input,
): Optional<Value, Input> => ({ ...inner, required: false, initial });

/** An option that configs leave out: always, or while it is null. */
export const omitted = <Value, Input, R extends boolean>(
  inner: Option<Value, Input, R>,
  omit: 'always' | 'null' = 'always',
): Option<Value, Input, R> => ({ ...inner, omit });

/** An option that is kept as it is given. */
export const anything = <Value>(initial: Value): Optional<Value> =>
  option((input: Value) => input, initial);
