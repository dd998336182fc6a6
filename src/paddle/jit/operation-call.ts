import type { ProgramAttribute, ProgramOperation } from '../../formats/index.ts';
import { type Tensor, ValueError } from '../../tensor/index.ts';
import { numbersOf, tensorOf, type Value, ValueList } from './values.ts';

/**
 * One operation of a program, with the values that it takes. An argument has a name (`Filter`) in the older format and a place (1)
 * in the newer one; what is an attribute in the one may be an argument in the other.
 */
export class OperationCall {
  readonly #operation: ProgramOperation;
  readonly #values: ReadonlyMap<string, Value>;

  constructor(operation: ProgramOperation, values: ReadonlyMap<string, Value>) {
    this.#operation = operation;
    this.#values = values;
  }

  get type(): string {
    return this.#operation.type;
  }

  /** An argument that must be there. */
  value(name: string, place: number): Value {
    const [value] = this.#given(name, place);
    return value ?? this.fail(`there is no argument ${name}`);
  }

  has = (name: string, place: number): boolean => this.#given(name, place).length > 0;

  tensor = (name: string, place: number): Tensor => tensorOf(this.type, this.value(name, place));

  optional(name: string, place: number): Tensor | null {
    return this.has(name, place) ? this.tensor(name, place) : null;
  }

  /** A list of tensors. */
  list(name: string, place: number): Value[] {
    return this.#given(name, place).flatMap((value) =>
      value instanceof ValueList ? value.values : [value],
    );
  }

  tensors = (name: string, place: number): Tensor[] =>
    this.list(name, place).map((value) => tensorOf(this.type, value));

  attribute = (name: string): ProgramAttribute | undefined => this.#operation.attributes[name];

  number(name: string, otherwise?: number): number {
    const value = this.attribute(name);
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return Number(value);
    return otherwise ?? this.fail(`the attribute ${name} is no number`);
  }

  flag = (name: string): boolean => Boolean(this.attribute(name));

  text(name: string, otherwise: string): string {
    const value = this.attribute(name);
    return typeof value === 'string' ? value : otherwise;
  }

  numbers(name: string, otherwise?: readonly number[]): number[] {
    const value = this.attribute(name);
    if (Array.isArray(value)) return value.map(Number);
    if (typeof value === 'number') return [value];
    return otherwise ? [...otherwise] : this.fail(`the attribute ${name} is no list of numbers`);
  }

  /** Numbers that come as arguments (under one of `names`, or at a place) or else as an attribute. */
  sizes(attribute: string, names: readonly string[], place: number): number[] {
    for (const name of names) {
      const values = this.list(name, place);
      if (values.length > 0) return values.flatMap(numbersOf);
    }
    return this.numbers(attribute);
  }

  /** One such number. */
  size(attribute: string, name: string, place: number, otherwise?: number): number {
    const [value] = this.list(name, place);
    return value ? numbersOf(value)[0] : this.number(attribute, otherwise);
  }

  fail(problem: string): never {
    throw new ValueError(`jit: ${this.type}: ${problem}`);
  }

  #given(name: string, place: number): Value[] {
    const { inputs } = this.#operation;
    const names = inputs[name] ?? inputs[String(place)] ?? [];
    return names.map(
      (value) => this.#values.get(value) ?? this.fail(`the value ${value} was not computed`),
    );
  }
}

/** What an operation does: gives its result, or several in the order of the newer format. */
export type Operation = (call: OperationCall) => Value | readonly Value[];
