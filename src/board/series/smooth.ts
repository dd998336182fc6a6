/**
 * An exponential moving average whose first values are not drawn towards zero, as TensorBoard smooths: `weight` from 0
 * (nothing) to below 1. What is not finite stays as it is and does not count.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const result = new Float64Array(values.length);
  let last = 0;
  let debias = 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      result[i] = value;
      continue;
    }
    last = last * weight + (1 - weight) * value;
    debias *= weight;
    result[i] = last / (1 - debias);
  }
  return result;
}
