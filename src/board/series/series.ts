/** A curve: so many steps, seconds since 1970, and values. */
export interface Series {
  readonly steps: Float64Array;
  readonly wallTimes: Float64Array;
  readonly values: Float64Array | Float32Array;
}

/** What a curve is drawn over. */
export type SeriesAxis = 'step' | 'wall' | 'relative';

/** Positions of a curve's points on an axis: steps, seconds since 1970, or seconds since the curve began. */
export function positionsOf({ steps, wallTimes }: Series, axis: SeriesAxis): Float64Array {
  if (axis === 'step') return steps;
  if (axis === 'wall') return wallTimes;
  const begin = wallTimes[0] ?? 0;
  return wallTimes.map((time) => time - begin);
}

/** The part of a curve at the positions `from` to `to`, with one more point at either side so that the line goes on. */
export function sliceSeries(series: Series, axis: SeriesAxis, from: number, to: number): Series {
  const at = positionsOf(series, axis);
  let first = 0;
  let end = at.length;
  while (first < end && at[first] < from) first++;
  while (end > first && at[end - 1] > to) end--;
  first = Math.max(0, first - 1);
  end = Math.min(at.length, end + 1);
  return {
    steps: series.steps.subarray(first, end),
    wallTimes: series.wallTimes.subarray(first, end),
    values: series.values.subarray(first, end),
  };
}
