import type { PaddleProgram, ProgramOperation } from '../../formats/index.ts';
import { FormatError, type Tensor, ValueError } from '../../tensor/index.ts';
import { type Operation, OperationCall } from './operation-call.ts';
import { findOperation } from './operations/index.ts';
import { tensorOf, type Value, ValueList } from './values.ts';

/** A program whose operations are all known. */
export class RunnableProgram {
  readonly program: PaddleProgram;
  readonly #steps: readonly { operation: ProgramOperation; run: Operation; last: string[] }[];

  /** Throws a FormatError that names operations which are not known. */
  constructor(program: PaddleProgram, file?: string) {
    this.program = program;
    const unknown = new Set(
      program.operations.map(({ type }) => type).filter((type) => !findOperation(type)),
    );
    if (unknown.size > 0) {
      throw new FormatError(
        `the program uses operations that cannot be run here: ${[...unknown].join(', ')}`,
        { file, expected: 'operations of image classifiers' },
      );
    }
    const lastUses = lastUsesOf(program);
    this.#steps = program.operations.map((operation, i) => ({
      operation,
      run: findOperation(operation.type) as Operation,
      last: lastUses[i],
    }));
  }

  /** Computes the outputs from the inputs, in the program's order of both. */
  run(inputs: readonly Tensor[], parameters: ReadonlyMap<string, Tensor>): Tensor[] {
    const values = new Map<string, Value>(parameters);
    for (const [i, { value }] of this.program.inputs.entries()) values.set(value, inputs[i]);
    for (const { operation, run, last } of this.#steps) {
      const results = run(new OperationCall(operation, values));
      assign(operation, results, values);
      for (const name of last) values.delete(name);
    }
    return this.program.outputs.map(({ name, value }) => {
      const result = values.get(value);
      if (result) return tensorOf('fetch', result);
      throw new ValueError(`jit: the output ${name} was not computed`);
    });
  }
}

/** Names of values that nobody needs after an operation. */
function lastUsesOf({ operations, outputs }: PaddleProgram): string[][] {
  const kept = new Set(outputs.map(({ value }) => value));
  const seen = new Set<string>();
  const lasts: string[][] = [];
  for (const { inputs, outputs: results } of [...operations].reverse()) {
    const names = [...Object.values(inputs), ...Object.values(results)].flat();
    const last = [...new Set(names)].filter((name) => !seen.has(name) && !kept.has(name));
    for (const name of last) seen.add(name);
    lasts.unshift(last);
  }
  return lasts;
}

/** Where the results of operations of older programs go. */
const mainOutputs = ['Out', 'Output', 'Y'];

function assign(
  { outputs, type }: ProgramOperation,
  results: Value | readonly Value[],
  values: Map<string, Value>,
): void {
  const main = mainOutputs.find((name) => outputs[name]);
  const names = main
    ? [...outputs[main], ...(outputs.Indices ?? [])]
    : Object.values(outputs).flat();
  const list = Array.isArray(results) ? (results as readonly Value[]) : [results as Value];
  const [only] = list;
  // An older program has a name for each part of a list.
  const given = main && list.length === 1 && only instanceof ValueList ? only.values : list;
  if (names.length === 0 || given.length === 0) {
    throw new ValueError(`jit: ${type}: the operation has no result`);
  }
  given.forEach((value, i) => {
    if (names[i] !== undefined) values.set(names[i], value);
  });
}
