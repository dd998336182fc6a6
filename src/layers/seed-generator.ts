import { isKeyedByStep } from '../ops/index.ts';

/** Apart from each other, so that neighbouring seeds do not share draws. */
const stride = 1_000_003;

/**
 * Seeds for the calls of a random layer. Without a seed of its own the layer draws from the program's stream. In a
 * training step the step's key makes draws differ, so the seed stays; outside, each call gets the next seed.
 */
export class SeedGenerator {
  readonly seed: number | null;
  #calls = 0;

  constructor(seed: number | null) {
    this.seed = seed;
  }

  /** The seed of the next draw, null for the program's stream. */
  next(): number | null {
    if (this.seed === null || isKeyedByStep()) return this.seed;
    return this.seed + stride * this.#calls++;
  }
}
