import { ValueError } from '../tensor/index.ts';

const [size, middle] = [624, 397];

/**
 * The stream of `numpy.random.RandomState(seed)`, as far as data sets need it to come in the same order as in Keras. Matsumoto and
 * Nishimura, "Mersenne Twister", 1998; the shuffle is NumPy's legacy one, whose stream is frozen.
 */
export class NumpyRandomState {
  readonly #state = new Uint32Array(size);
  #next = size;

  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
      throw new ValueError(`seed must be a whole number from 0 to 2^32 - 1, received ${seed}`);
    }
    this.#state[0] = seed;
    for (let i = 1; i < size; i++) {
      const last = this.#state[i - 1];
      this.#state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
  }

  /** The numbers 0 to length - 1, shuffled. */
  permutation(length: number): Int32Array {
    const order = Int32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.#upTo(i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** A number from 0 to `most`, by trying with as many bits as that has. */
  #upTo(most: number): number {
    const mask = 0xffffffff >>> Math.clz32(most);
    for (;;) {
      const value = (this.#word() & mask) >>> 0;
      if (value <= most) return value;
    }
  }

  #word(): number {
    if (this.#next === size) this.#renew();
    let y = this.#state[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #renew(): void {
    const state = this.#state;
    for (let i = 0; i < size; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % size] & 0x7fffffff);
      state[i] = state[(i + middle) % size] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
