import type { LogHistogram } from '../formats/log-value.ts';

/** Counts numbers in buckets of equal width from the smallest to the largest; those that are not finite are left out. */
export function makeHistogram(data: ArrayLike<number>, buckets: number): LogHistogram {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return { kind: 'histogram', lefts: [], rights: [], counts: [] };
  if (min === max) {
    // All are equal: one bucket around them that has a width.
    const half = Math.max(Math.abs(min) * 1e-6, 1e-6);
    min -= half;
    max += half;
  }
  const width = (max - min) / buckets;
  const counts = new Array<number>(buckets).fill(0);
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) continue;
    counts[Math.min(buckets - 1, Math.floor((data[i] - min) / width))]++;
  }
  const edge = (i: number): number => (i === buckets ? max : min + i * width);
  return {
    kind: 'histogram',
    lefts: counts.map((_, i) => edge(i)),
    rights: counts.map((_, i) => edge(i + 1)),
    counts,
  };
}
