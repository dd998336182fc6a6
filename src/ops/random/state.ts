import { type Tensor, ValueError } from '../../tensor/index.ts';
import { threefry2x32 } from '../../tensor/threefry.ts';
import { fromTypedArray } from '../tensor-like.ts';

/** Where the stream of random numbers stands: enough to go on from here. */
export interface RandomState {
  readonly seed: number;
  /** Random operations so far. */
  readonly counter: number;
}

// A fixed seed: the same program gives the same numbers until it asks for others.
let state: RandomState = { seed: 0, counter: 0 };
let step: { readonly key: Tensor; salt: number } | null = null;

/**
 * Starts the stream of random numbers anew; the same seed gives the same numbers on every machine.
 * Without a call the seed is 0.
 * @example setSeed(42);
 */
export function setSeed(seed: number): void {
  checkSeed('setSeed', seed);
  state = { seed, counter: 0 };
}

/** The state of the stream, to be saved with a training. */
export const getRandomState = (): RandomState => state;

/** Goes on from a saved state. */
export function setRandomState({ seed, counter }: RandomState): void {
  checkSeed('setRandomState', seed);
  checkSeed('setRandomState', counter);
  state = { seed, counter };
}

function checkSeed(op: string, seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ValueError(`${op}: a seed is a whole number from 0 to 2^53 - 1, received ${seed}`);
  }
}

/**
 * Runs `f` with all random operations keyed by `key`, an int32 tensor of two elements, and told
 * apart by the order of their calls. A recorded step gives new numbers when it is replayed with
 * another key.
 */
export function withStepKey<T>(key: Tensor, f: () => T): T {
  const outer = step;
  step = { key, salt: 0 };
  try {
    return f();
  } finally {
    step = outer;
  }
}

/** Whether random operations are keyed by a step. */
export const isKeyedByStep = (): boolean => step !== null;

/** The two words (int32) of the key for place `counter` of a seed's stream. */
export function streamKey(seed: number, counter: number): Int32Array {
  const high = (n: number): number => Math.floor(n / 2 ** 32) | 0;
  const key = new Int32Array(2);
  threefry2x32(seed | 0, high(seed), counter | 0, high(counter), key);
  return key;
}

/** Two fresh key words of the program's stream. */
export function nextKeyWords(): Int32Array {
  const { seed, counter } = state;
  state = { seed, counter: counter + 1 };
  return streamKey(seed, counter);
}

/** What a random kernel is keyed by. */
export interface KernelKey {
  readonly key: Tensor;
  readonly salt: number;
}

/**
 * The key of the next random operation. One with a seed of its own does not move the stream:
 * outside a step it gives the same numbers at each call, inside one its seed takes the place of the
 * order of calls.
 */
export function nextKernelKey(op: string, seed?: number | null): KernelKey {
  const own = seed !== undefined && seed !== null;
  if (own) checkSeed(op, seed);
  if (step) return { key: step.key, salt: own ? (seed % 2 ** 31) + 2 ** 31 : step.salt++ };
  const words = own ? streamKey(seed, 0) : nextKeyWords();
  return { key: fromTypedArray('random', words, [2]), salt: 0 };
}
