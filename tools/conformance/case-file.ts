import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromData, type Tensor } from 'gradus';
import { safetensors, toHostArray } from 'gradus/formats';

/** A case as the file has it: its keys depend on the category. */
// biome-ignore lint/suspicious/noExplicitAny: the cases' shape is described in the suite's README, not here
export type Case = Record<string, any>;

/** A file of cases with the tensors that they name. */
export class CaseFile {
  readonly name: string;
  readonly folder: string;
  readonly cases: readonly Case[];
  /** Whether it is one of Paddle's suite. */
  readonly isPaddle: boolean;
  readonly #tensors: ReadonlyMap<string, Parameters<typeof toHostArray>[0]>;

  constructor(
    name: string,
    folder: string,
    cases: readonly Case[],
    tensors: ReadonlyMap<string, Parameters<typeof toHostArray>[0]>,
    madeWith?: Readonly<Record<string, string>>,
  ) {
    this.name = name;
    this.folder = folder;
    this.cases = cases;
    this.#tensors = tensors;
    // An index of broken files was made with nothing; its cases say what they are.
    this.isPaddle = madeWith ? 'paddle' in madeWith : cases.every(({ kind }) => kind === 'hostile');
  }

  static async read(folder: string, name: string): Promise<CaseFile> {
    const text = await readFile(join(folder, `${name}.json`), 'utf8');
    const { cases, made_with: madeWith } = JSON.parse(text) as Case;
    let tensors: ConstructorParameters<typeof CaseFile>[3] = new Map();
    try {
      tensors = safetensors.decode(
        new Uint8Array(await readFile(join(folder, `${name}.safetensors`))),
      ).tensors;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return new CaseFile(name, folder, cases, tensors, madeWith);
  }

  /** A stored tensor, fresh. */
  tensor(name: string): Tensor {
    const stored = this.#tensors.get(name);
    if (!stored) throw new Error(`${this.name}.safetensors has no tensor '${name}'`);
    const { data, shape, dtype } = toHostArray(stored);
    return fromData(data, shape, dtype);
  }

  /** Every tensor name in a structure of lists and objects, replaced by its tensor. */
  load(structure: unknown): unknown {
    if (typeof structure === 'string') return this.tensor(structure);
    if (Array.isArray(structure)) return structure.map((item) => this.load(item));
    if (structure === null || typeof structure !== 'object') return structure;
    return Object.fromEntries(
      Object.entries(structure).map(([key, item]) => [key, this.load(item)]),
    );
  }
}

const nonFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** JSON numbers as they were meant: the strings NaN and ±Infinity stand for what JSON lacks. */
export const number = (value: unknown): number =>
  typeof value === 'string' && Object.hasOwn(nonFinite, value)
    ? nonFinite[value]
    : (value as number);
