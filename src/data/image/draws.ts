import { random } from '../../ops/index.ts';
import { ValueError } from '../../tensor/index.ts';

/** Random numbers from 0 to 1 for a function that is called again and again: other ones each time, the same for the same seed. */
export class Draws {
  readonly #seed: number;
  #calls = 0;

  constructor(what: string, seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new ValueError(
        `${what}: seed must be a whole number from 0 to 2^32 - 1, received ${seed}`,
      );
    }
    this.#seed = seed;
  }

  /** So many numbers. */
  async take(count: number): Promise<Float32Array> {
    // Seeds of calls lie far apart, so that those of neighbouring seeds do not meet.
    const seed = (Math.imul(this.#seed, 0x9e3779b1) ^ Math.imul(++this.#calls, 0x85ebca77)) >>> 0;
    return (await random.uniform([count], { seed }).data()) as Float32Array;
  }
}
