import { nextKeyWords } from '../ops/random/state.ts';

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
