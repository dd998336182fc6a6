/** Bits that each round turns the second word by, eight in a cycle. */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
const ROUNDS = 13;
/** What Threefish's key schedule adds to the parity of the key words. */
const PARITY = 0x1bd11bda;

/**
 * Two 32-bit words from a 64-bit key and a 64-bit counter: Threefry-2x32 with 13 rounds (Salmon, Moraes, Dror and Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", 2011). Words are int32; `out` gets them at `at` and `at + 1`.
 */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Int32Array,
  at = 0,
): void {
  let x = (counter0 + key0) | 0;
  let y = (counter1 + key1) | 0;
  // A piece of the key goes in after every fourth round, the three pieces in turn.
  let left = key1;
  let right = PARITY ^ key0 ^ key1;
  let next = key0;
  for (let round = 0; round < ROUNDS; round++) {
    const turn = ROTATIONS[round & 7];
    x = (x + y) | 0;
    y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    if ((round & 3) === 3) {
      x = (x + left) | 0;
      y = (y + right + ((round >> 2) + 1)) | 0;
      const first = left;
      left = right;
      right = next;
      next = first;
    }
  }
  out[at] = x;
  out[at + 1] = y;
}
