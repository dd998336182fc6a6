// Paddle's newer programs as JSON ("PIR"). Schema: https://github.com/PaddlePaddle/Paddle/tree/v3.3.1/paddle/fluid/pir/serialize_deserialize
import { FormatError } from '../tensor/index.ts';
import type { DecodeOptions, FileDType } from './file-array.ts';
import { decodeUtf8, isJsonObject, type Json, parseJson } from './json.ts';
import {
  maxOperations,
  type PaddleProgram,
  type ProgramAttribute,
  type ProgramInput,
  type ProgramOperation,
  type ProgramParameter,
  type ProgramPort,
} from './paddle-program.ts';

type Fields = { readonly [key: string]: Json };

/** Names of element types in PIR: `0.t_f32`. */
const elementTypes: Readonly<Record<string, FileDType>> = {
  t_bool: 'bool',
  t_ui8: 'uint8',
  t_i8: 'int8',
  t_i16: 'int16',
  t_i32: 'int32',
  t_i64: 'int64',
  t_f16: 'float16',
  t_bf16: 'bfloat16',
  t_f32: 'float32',
  t_f64: 'float64',
  t_c64: 'complex64',
  t_c128: 'complex128',
};

/** Whether bytes look like JSON. */
export const sniff = (head: Uint8Array): boolean => head[0] === 0x7b;

/** The program in a `.json` file that `paddle.jit.save` wrote. Throws a FormatError where it is none, or has loops or branches. */
export function decode(bytes: Uint8Array, { file }: DecodeOptions = {}): PaddleProgram {
  const reader = new ProgramReader(file);
  return reader.read(parseJson(decodeUtf8(bytes, { file }), { file }));
}

class ProgramReader {
  readonly #file: string | undefined;
  readonly #inputs: ProgramInput[] = [];
  readonly #outputs: (ProgramPort & { column: number })[] = [];
  readonly #parameters: ProgramParameter[] = [];
  readonly #operations: ProgramOperation[] = [];

  constructor(file?: string) {
    this.#file = file;
  }

  read(json: Json): PaddleProgram {
    const base = this.#object(this.#object(json, 'a program').base_code, 'base_code');
    if (base.magic !== 'pir') this.#fail('no program of Paddle', "magic 'pir'", base.magic);
    const program = this.#object((json as Fields).program, 'program');
    const [region, ...others] = this.#list(program.regions, 'regions');
    const [block, ...more] = this.#list(this.#object(region, 'a region').blocks, 'blocks');
    if (others.length + more.length > 0) this.#fail('programs of several blocks are not read');
    const operations = this.#list(this.#object(block, 'a block').ops, 'ops');
    if (operations.length > maxOperations) this.#fail(`more than ${maxOperations} operations`);
    for (const operation of operations) this.#operation(this.#object(operation, 'an operation'));
    const [inputs, parameters] = [this.#inputs, this.#parameters];
    const outputs = this.#outputs
      .sort((a, b) => a.column - b.column)
      .map(({ name, value }) => ({ name, value }));
    return { format: 'pir', inputs, outputs, parameters, operations: this.#operations };
  }

  #operation(fields: Fields): void {
    const full = this.#text(fields['#'], 'the name of an operation');
    if (full === 'p') {
      this.#parameter(fields);
      return;
    }
    if (fields.regions !== undefined) {
      this.#fail(`the operation ${full} has a loop or a branch, which is not read`);
    }
    // `1.` stands for the dialect of Paddle's operations, `0.` for what belongs to PIR itself.
    const type = full.replace(/^1\./, '').replace(/^0\./, 'builtin.');
    const attributes = this.#attributes(fields.A);
    const inputs = this.#list(fields.I ?? [], 'inputs').map((value) => this.#value(value));
    const outputs = this.#list(fields.O ?? [], 'outputs');
    const results = outputs.map((value) => this.#value(value));
    if (type === 'data' || type === 'feed') {
      const { shape, dtype } = this.#tensorType(outputs[0]);
      const name = this.#text(attributes.name as Json, 'the name of an input');
      this.#inputs.push({ name, value: results[0], shape, dtype });
    } else if (type === 'fetch') {
      const name = this.#text(attributes.name as Json, 'the name of an output');
      this.#outputs.push({ name, value: inputs[0], column: Number(attributes.col ?? 0) });
    } else {
      this.#operations.push({
        type,
        inputs: byPlace(inputs),
        outputs: byPlace(results),
        attributes,
      });
    }
  }

  /** The name is the last of `A`; `OA` is [is kept, stops gradients, is trainable]. */
  #parameter(fields: Fields): void {
    const name = this.#list(fields.A, 'a parameter').at(-1);
    const [, , trainable] = this.#list(fields.OA, 'a parameter');
    const { shape, dtype } = this.#tensorType(fields.O);
    if (!dtype) this.#fail('a parameter of unknown type');
    this.#parameters.push({
      name: this.#text(name, 'the name of a parameter'),
      value: this.#value(fields.O),
      trainable: trainable === 1,
      ...{ shape, dtype: dtype as FileDType },
    });
  }

  #tensorType(output: Json | undefined): { shape: number[]; dtype: FileDType | null } {
    const type = this.#object(this.#object(output, 'a value').TT, 'the type of a value');
    if (!Array.isArray(type.D)) return { shape: [], dtype: null };
    const [element, shape] = type.D;
    const name = this.#text(this.#object(element, 'an element type')['#'], 'an element type');
    const sides = this.#list(shape, 'a shape');
    if (!sides.every((side) => Number.isSafeInteger(side))) this.#fail('bad shape');
    const dtype = elementTypes[name.replace(/^\d+\./, '')] ?? null;
    return { shape: sides as number[], dtype };
  }

  #attributes(json: Json | undefined): Record<string, ProgramAttribute> {
    const attributes: Record<string, ProgramAttribute> = Object.create(null);
    for (const item of this.#list(json ?? [], 'attributes')) {
      const { N: name, AT: value } = this.#object(item, 'an attribute');
      attributes[this.#text(name, 'the name of an attribute')] = this.#attribute(value);
    }
    return attributes;
  }

  /** `{"#": "0.a_i32", "D": 1}`; what JSON cannot say (infinity) stands as text. */
  #attribute(json: Json | undefined): ProgramAttribute {
    const { '#': kind, D: data, VD: special } = this.#object(json, 'the value of an attribute');
    const value = data === undefined ? (special ?? null) : data;
    if (Array.isArray(value)) {
      return value.map((item) => {
        const part = isJsonObject(item) ? this.#attribute(item) : item;
        return Array.isArray(part) ? textOf(part) : (part as boolean | number | string | null);
      });
    }
    if (isJsonObject(value)) return this.#attribute(value);
    const isNumber = typeof kind === 'string' && /a_(f32|f64)$/.test(kind);
    return isNumber && typeof value === 'string' ? numberOf(value) : value;
  }

  /** `{"%": 12}`; 0 stands for a value that was left out. */
  #value(json: Json | undefined): string {
    const id = this.#object(json, 'a value')['%'];
    if (!Number.isSafeInteger(id)) this.#fail('a value without a number', undefined, id);
    return id === 0 ? '' : String(id);
  }

  #object(json: Json | undefined, what: string): Fields {
    if (!isJsonObject(json)) return this.#fail(`${what} is missing`, 'an object', json);
    return json;
  }

  #list(json: Json | undefined, what: string): readonly Json[] {
    return Array.isArray(json) ? json : this.#fail(`${what} are missing`, 'a list', json);
  }

  #text(json: Json | undefined, what: string): string {
    return typeof json === 'string' ? json : this.#fail(`${what} is missing`, 'text', json);
  }

  #fail(problem: string, expected?: string, received?: Json): never {
    const shown =
      received === undefined ? undefined : String(JSON.stringify(received)).slice(0, 60);
    throw new FormatError(problem, { file: this.#file, expected, received: shown });
  }
}

const byPlace = (values: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(values.map((value, place) => [String(place), value === '' ? [] : [value]]));

function numberOf(text: string): number {
  const special: Readonly<Record<string, number>> = {
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    '-inf': Number.NEGATIVE_INFINITY,
  };
  return special[text.toLowerCase()] ?? Number(text);
}

/** Items with commas between them; JSON where they are no plain values. */
const textOf = (list: readonly unknown[]): string =>
  list.map((item) => (typeof item === 'object' ? JSON.stringify(item) : item)).join();
