import { nextKeyWords } from '../ops/random/state.ts';
import { FormatError } from '../tensor/index.ts';

/** Where a training stands: with the weights and the optimizer's state enough to go on exactly as if it had not stopped. */
export interface TrainingState {
  /** Of the order of the samples and of dropout and the like; null before the first training. */
  readonly seed: number | null;
  /** Training steps so far. */
  readonly iteration: number;
  /** The epoch to go on with, from 0. */
  readonly epoch: number;
  /** Steps of that epoch that are done. */
  readonly step: number;
}

export const initialState: TrainingState = { seed: null, iteration: 0, epoch: 0, step: 0 };

/** A seed out of the program's stream of random numbers. */
export function nextSeed(): number {
  const [low, high] = nextKeyWords();
  return (low >>> 0) + (high & 0xfffff) * 2 ** 32;
}

/** The state as a file has it; that of a model that was never trained where the file has none. */
export function readTrainingState(state: unknown, file: string): TrainingState {
  if (state === undefined) return initialState;
  const fail = (received: unknown): never => {
    throw new FormatError('bad training state', {
      file,
      member: 'training',
      received: JSON.stringify(received)?.slice(0, 80),
    });
  };
  if (typeof state !== 'object' || state === null) return fail(state);
  const count = (name: keyof TrainingState): number => {
    const value: unknown = (state as Record<string, unknown>)[name];
    return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : fail(value);
  };
  return {
    seed: (state as TrainingState).seed === null ? null : count('seed'),
    iteration: count('iteration'),
    epoch: count('epoch'),
    step: count('step'),
  };
}
