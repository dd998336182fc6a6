/** A point of the plane, from -1 to 1 both ways, and its class. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: 0 | 1;
  /** Whether the network learns from it; the others only test it. */
  readonly train: boolean;
}

export const patterns = ['blobs', 'ring', 'xor', 'spiral'] as const;
export type Pattern = (typeof patterns)[number];

/** Numbers from 0 to 1 that are the same for the same seed: G. Marsaglia, "Xorshift RNGs", 2003. */
function numbers(seed: number): () => number {
  let state = (seed + 1) * 2654435761;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Points of a pattern; with noise they stray from it. Every other one is for testing. */
export function makePoints(pattern: Pattern, count: number, noise: number, seed: number): Point[] {
  const next = numbers(seed);
  for (let i = 0; i < 10; i++) next();
  const stray = (): number => (next() + next() + next() - 1.5) * noise;
  return Array.from({ length: count }, (_, i): Point => {
    const label = (i % 2) as 0 | 1;
    const [x, y] = place(pattern, label, next);
    const inside = (value: number): number => Math.max(-0.98, Math.min(0.98, value));
    return { x: inside(x + stray()), y: inside(y + stray()), label, train: i % 4 < 2 };
  });
}

function place(pattern: Pattern, label: 0 | 1, next: () => number): [number, number] {
  const sign = label === 0 ? -1 : 1;
  const turn = next() * 2 * Math.PI;
  switch (pattern) {
    case 'blobs': {
      const far = Math.sqrt(next()) * 0.3;
      return [sign * 0.4 + far * Math.cos(turn), sign * 0.35 + far * Math.sin(turn)];
    }
    case 'ring': {
      const far = label === 0 ? Math.sqrt(next()) * 0.38 : 0.62 + next() * 0.25;
      return [far * Math.cos(turn), far * Math.sin(turn)];
    }
    case 'xor': {
      const [x, y] = [0.08 + next() * 0.8, 0.08 + next() * 0.8];
      const side = next() < 0.5 ? -1 : 1;
      return [side * x, side * sign * y];
    }
    case 'spiral': {
      const way = 0.08 + next() * 0.92;
      const angle = way * 4.6 + (label === 0 ? 0 : Math.PI);
      return [way * 0.92 * Math.cos(angle), way * 0.92 * Math.sin(angle)];
    }
  }
}
