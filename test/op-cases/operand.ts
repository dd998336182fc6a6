import type { DType, Tensor } from '../../src/tensor/index.ts';

/** How an operand's numbers are chosen. */
export interface Operand {
  readonly shape: readonly number[];
  /** Numbers spread evenly over [low, high); -2 to 2 by default. */
  readonly low?: number;
  readonly high?: number;
  /** float32 unless said; whole numbers for integers. */
  readonly dtype?: DType;
  /**
   * Numbers that are all different, far enough apart for finite differences: for sorting and
   * maxima.
   */
  readonly distinct?: boolean;
}

export interface OpCase {
  readonly name: string;
  readonly inputs: readonly Operand[];
  readonly f: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  /** Highest order of derivatives to check; 0 for none. 2 by default. */
  readonly order?: 0 | 1 | 2;
  /** Relative tolerance between backends; 2e-5 by default. */
  readonly tolerance?: number;
}

export const shaped = (...shape: number[]): Operand => ({ shape });
export const positive = (...shape: number[]): Operand => ({ shape, low: 0.2, high: 3 });
export const distinct = (...shape: number[]): Operand => ({ shape, distinct: true });
export const integers = (high: number, ...shape: number[]): Operand => ({
  shape,
  low: 0,
  high,
  dtype: 'int32',
});
export const bools = (...shape: number[]): Operand => ({ shape, dtype: 'bool' });

export const noGradient = (cases: OpCase[]): OpCase[] => cases.map((c) => ({ ...c, order: 0 }));

/** A small generator with a fixed seed (Marsaglia's xorshift32): numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The numbers of an operand, exactly representable in float32. */
export function numbersFor(operand: Operand, random: () => number): Float64Array {
  const { shape, dtype = 'float32', distinct: apart = false } = operand;
  const size = shape.reduce((a, b) => a * b, 1);
  if (dtype === 'bool') return Float64Array.from({ length: size }, () => Number(random() < 0.5));
  const { low = -2, high = 2 } = operand;
  if (apart) return distinctNumbers(size, random);
  const whole = dtype !== 'float32' && dtype !== 'float64';
  return Float64Array.from({ length: size }, () => {
    const value = low + (high - low) * random();
    return whole ? Math.floor(value) : Math.fround(value);
  });
}

/**
 * Numbers in random order whose distances from one another and from 0 are at least a quarter of
 * their mean distance.
 */
function distinctNumbers(size: number, random: () => number): Float64Array {
  const numbers = Array.from({ length: size }, (_, i) =>
    Math.fround(((i + 0.25 + random() / 2) / Math.max(size, 4)) * 4 - 2 + 0.013),
  ).map((x) => (Math.abs(x) < 0.05 ? 0.077 : x));
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [numbers[i], numbers[j]] = [numbers[j], numbers[i]];
  }
  return Float64Array.from(numbers, Math.fround);
}
