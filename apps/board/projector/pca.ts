/**
 * The directions in which points spread most, by power iteration on the covariance (which is never formed: a product with
 * it is two products with the points). Gives the points in `components` such directions and the share of the variance
 * that each has.
 */
export function pca(
  values: Float64Array,
  rows: number,
  columns: number,
  components: number,
): { points: Float64Array; shares: number[] } {
  const centred = new Float64Array(values);
  for (let c = 0; c < columns; c++) {
    let mean = 0;
    for (let r = 0; r < rows; r++) mean += values[r * columns + c] / rows;
    for (let r = 0; r < rows; r++) centred[r * columns + c] -= mean;
  }
  let total = 0;
  for (const value of centred) total += value * value;
  const points = new Float64Array(rows * components);
  const shares: number[] = [];
  const found: Float64Array[] = [];
  for (let k = 0; k < components; k++) {
    const direction = strongest(centred, rows, columns, found);
    found.push(direction);
    let variance = 0;
    for (let r = 0; r < rows; r++) {
      let dot = 0;
      for (let c = 0; c < columns; c++) dot += centred[r * columns + c] * direction[c];
      points[r * components + k] = dot;
      variance += dot * dot;
    }
    shares.push(total > 0 ? variance / total : 0);
  }
  return { points, shares };
}

const ROUNDS = 60;

/** The direction of most spread among those at right angles to what was found. */
function strongest(
  centred: Float64Array,
  rows: number,
  columns: number,
  found: readonly Float64Array[],
): Float64Array {
  let direction = Float64Array.from({ length: columns }, (_, c) => 1 + ((c * 7919) % 101) / 101);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(columns);
    for (let r = 0; r < rows; r++) {
      let dot = 0;
      for (let c = 0; c < columns; c++) dot += centred[r * columns + c] * direction[c];
      for (let c = 0; c < columns; c++) next[c] += dot * centred[r * columns + c];
    }
    for (const other of found) {
      let dot = 0;
      for (let c = 0; c < columns; c++) dot += next[c] * other[c];
      for (let c = 0; c < columns; c++) next[c] -= dot * other[c];
    }
    const length = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) break;
    direction = next.map((value) => value / length);
  }
  return direction;
}
