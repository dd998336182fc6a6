/** Rotations of Threefry-2x32, eight in a cycle (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011). */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32: two random words, as int32, that a key and a counter of two words each determine. 13 rounds, the
 * fewest that pass BigCrush; 20 are the authors' safety margin.
 */
export function threefry(
  [k0, k1]: readonly [number, number],
  [c0, c1]: readonly [number, number],
  rounds = 13,
): readonly [number, number] {
  const keys = [k0 | 0, k1 | 0, PARITY ^ k0 ^ k1];
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  for (let round = 0; round < rounds; round++) {
    const by = ROTATIONS[round % 8];
    x = (x + y) | 0;
    y = ((y << by) | (y >>> (32 - by))) ^ x;
    if (round % 4 === 3) {
      const turn = (round + 1) / 4;
      x = (x + keys[turn % 3]) | 0;
      y = (y + keys[(turn + 1) % 3] + turn) | 0;
    }
  }
  return [x, y];
}
