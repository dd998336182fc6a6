import { parseJson } from '../formats/json.ts';
import * as safetensors from '../formats/safetensors.ts';
import { getRandomState, setRandomState } from '../ops/index.ts';
import { FormatError, type Tensor } from '../tensor/index.ts';
import type { Model } from './model.ts';
import { modelParts, pick, readAll, restoreParts, toTensor } from './saved-training.ts';

/** What a callback keeps from epoch to epoch. */
export interface CallbackState {
  /** Plain values; undefined for a callback without state. */
  readonly values: unknown;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

const prefix = '//callbacks/';

/** A model, where its training stands, the program's random numbers and the callbacks' states, as one file. */
export async function runToBytes(
  model: Model,
  states: readonly CallbackState[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { tensors, metadata } = modelParts(model);
  const all = new Map<string, Tensor>(tensors);
  states.forEach((state, i) => {
    for (const [name, tensor] of Object.entries(state.tensors))
      all.set(`${prefix}${i}/${name}`, tensor);
  });
  const { stopTraining } = model;
  const values = states.map((state) => state.values ?? null);
  const run = { random: getRandomState(), stopTraining, callbacks: values };
  metadata.set('run', JSON.stringify(run, writeNumber));
  return safetensors.encode(await readAll(all), metadata);
}

/** Puts a model and the program back where they were; gives the callbacks' states. */
export function restoreRun(model: Model, bytes: Uint8Array, file: string): CallbackState[] {
  const parts = safetensors.decode(bytes, { file });
  const json = parts.metadata.get('run');
  if (json === undefined) throw new FormatError('this is no backup of a training', { file });
  const run = readNumbers(parseJson(json, { file, member: 'run' })) as {
    random: Parameters<typeof setRandomState>[0];
    stopTraining: boolean;
    callbacks: unknown[];
  };
  restoreParts(model, parts, file);
  setRandomState(run.random);
  model.stopTraining = run.stopTraining === true;
  return run.callbacks.map((values, i) => {
    const tensors = [...pick(parts.tensors, `${prefix}${i}/`)];
    return {
      values: values ?? undefined,
      tensors: Object.fromEntries(tensors.map(([name, array]) => [name, toTensor(array)])),
    };
  });
}

/** JSON has no NaN and no infinity. */
const writeNumber = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;

function readNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readNumbers);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0][0] === 'number') return Number(entries[0][1]);
  return Object.fromEntries(entries.map(([key, part]) => [key, readNumbers(part)]));
}
