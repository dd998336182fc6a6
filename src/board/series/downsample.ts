/**
 * Which points of a curve to draw where there are more than a screen has columns: the lowest and the highest of each of
 * `points / 2` parts, so that no peak is lost, and the first and the last. Places that are not a number are kept as such.
 */
export function chooseExtremes(values: ArrayLike<number>, points: number): Uint32Array {
  const n = values.length;
  if (n <= points || points < 4) return Uint32Array.from({ length: n }, (_, i) => i);
  const parts = Math.floor((points - 2) / 2);
  const chosen = new Uint32Array(2 * parts + 2);
  let count = 0;
  const add = (i: number): void => {
    if (count === 0 || chosen[count - 1] !== i) chosen[count++] = i;
  };
  add(0);
  for (let part = 0; part < parts; part++) {
    const start = 1 + Math.floor((part * (n - 2)) / parts);
    const end = 1 + Math.floor(((part + 1) * (n - 2)) / parts);
    let low = start;
    let high = start;
    for (let i = start + 1; i < end; i++) {
      const value = values[i];
      if (value < values[low] || Number.isNaN(values[low])) low = i;
      if (value > values[high] || Number.isNaN(values[high])) high = i;
    }
    add(Math.min(low, high));
    add(Math.max(low, high));
  }
  add(n - 1);
  return chosen.subarray(0, count);
}

/** Elements at the chosen places. */
export function pick(values: ArrayLike<number>, chosen: Uint32Array): Float64Array {
  return Float64Array.from(chosen, (i) => values[i]);
}
