import { Expr } from '../../expr/index.ts';
import type { View } from '../../tensor/index.ts';
import type { KernelName, Launch } from '../kernels.ts';
import type { Program } from './program.ts';
import type { FixedStorage, WasmStorage } from './storage.ts';

/** Scratch memory that a launch has asked for. */
export interface Scratch {
  readonly bytes: number;
  readonly address: number;
}

/** An operand, without its storage, which must not be kept alive. */
interface Operand extends Pick<View, 'dtype' | 'shape' | 'strides' | 'offset'> {
  readonly address: number;
  readonly length: number;
}

/** What a launch became. */
export interface KnownProgram {
  readonly program: Program;
  /** Holds only where the same addresses are to be had again. */
  readonly scratch: readonly Scratch[];
}

interface Entry extends KnownProgram {
  readonly operands: readonly Operand[];
  readonly inputs: number;
  readonly attributes: unknown;
}

/** Programs kept; when there are more, all are forgotten. */
const most = 1024;

/**
 * Programs of launches outside plans. In a loop written by hand a step's tensors lie where those of the step before lay, so
 * that the same launches come again: same kernel and attributes, same views of the same addresses.
 */
export class KnownPrograms {
  readonly #byPlace = new Map<KernelName, Map<number, Entry[]>>();
  #count = 0;

  find({ kernel, inputs, outputs, attributes }: Launch): KnownProgram | null {
    const entries = this.#byPlace.get(kernel)?.get(placeOf(inputs, outputs));
    if (!entries) return null;
    for (const entry of entries) {
      if (
        entry.inputs === inputs.length &&
        entry.operands.length === inputs.length + outputs.length &&
        inputs.every((view, i) => isAt(view, entry.operands[i])) &&
        outputs.every((view, i) => isAt(view, entry.operands[inputs.length + i])) &&
        isSame(attributes, entry.attributes)
      ) {
        return entry;
      }
    }
    return null;
  }

  /** Keeps a program, in place of one that holds no more. */
  add(
    { kernel, inputs, outputs, attributes }: Launch,
    known: KnownProgram,
    old: KnownProgram | null,
  ): void {
    if (this.#count >= most) this.clear();
    const byPlace = this.#byPlace.get(kernel) ?? new Map<number, Entry[]>();
    this.#byPlace.set(kernel, byPlace);
    const place = placeOf(inputs, outputs);
    const entries = (byPlace.get(place) ?? []).filter((entry) => entry !== old);
    const operands = [...inputs, ...outputs].map(operandOf);
    entries.push({ ...known, operands, inputs: inputs.length, attributes });
    byPlace.set(place, entries);
    this.#count++;
  }

  clear(): void {
    this.#byPlace.clear();
    this.#count = 0;
  }
}

const addressOf = ({ storage }: View): number => (storage as WasmStorage | FixedStorage).address;

/** A number that launches with operands at the same addresses have in common. */
function placeOf(inputs: readonly View[], outputs: readonly View[]): number {
  let place = inputs.length;
  for (const view of inputs) place = (Math.imul(place, 31) + addressOf(view) + view.offset) | 0;
  for (const view of outputs) place = (Math.imul(place, 31) + addressOf(view) + view.offset) | 0;
  return place;
}

const operandOf = (view: View): Operand => ({
  dtype: view.dtype,
  shape: view.shape,
  strides: view.strides,
  offset: view.offset,
  address: addressOf(view),
  length: view.storage.length,
});

const isAt = (view: View, operand: Operand): boolean =>
  addressOf(view) === operand.address &&
  view.offset === operand.offset &&
  view.dtype === operand.dtype &&
  view.storage.length === operand.length &&
  sameNumbers(view.shape, operand.shape) &&
  sameNumbers(view.strides, operand.strides);

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether attributes say the same: numbers, words, formulas, lists and literals of these. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b);
  }
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  }
  if (a instanceof Expr) return b instanceof Expr && a.key === b.key;
  let more = 0;
  for (const key in a) {
    if (!isSame(a[key as keyof typeof a], b[key as keyof typeof b])) return false;
    more++;
  }
  for (const _ in b) more--;
  return more === 0;
}
