/** Loss and gradient at a place. */
export interface Point {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** A place along a line. */
interface Place extends Point {
  readonly length: number;
  /** Slope along the line. */
  readonly slope: number;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** The greatest absolute value. */
export function greatest(x: Float64Array): number {
  let most = 0;
  for (const value of x) most = Math.max(most, Math.abs(value));
  return most;
}

/** The minimum of the cubic through two places and their slopes, within bounds. */
function cubicMinimum(a: Place, b: Place, bounds?: readonly [number, number]): number {
  const [low, high] =
    bounds ?? (a.length <= b.length ? [a.length, b.length] : [b.length, a.length]);
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.length - b.length);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const at =
    a.length <= b.length
      ? b.length - (b.length - a.length) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
      : a.length - (a.length - b.length) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
  return Math.min(Math.max(at, low), high);
}

const SUFFICIENT = 1e-4;
const CURVATURE = 0.9;
const SMALLEST = 1e-9;
const MOST = 25;

/**
 * A length of the step that lowers the loss enough and at which the slope is small enough (the strong conditions of Wolfe):
 * first an interval that has one, then its parts. Nocedal and Wright, "Numerical Optimization", chapter 3.
 */
export function strongWolfe(
  at: (length: number) => Point,
  firstLength: number,
  direction: Float64Array,
  start: Point,
  startSlope: number,
): { readonly point: Point; readonly length: number; readonly evaluations: number } {
  const span = greatest(direction);
  let evaluations = 0;
  const placeAt = (length: number): Place => {
    evaluations++;
    const point = at(length);
    return { ...point, length, slope: dot(point.gradient, direction) };
  };
  const origin: Place = { ...start, length: 0, slope: startSlope };
  const tooHigh = (place: Place): boolean =>
    place.loss > start.loss + SUFFICIENT * place.length * startSlope;
  const flat = (place: Place): boolean => Math.abs(place.slope) <= -CURVATURE * startSlope;
  const result = ({ loss, gradient, length }: Place) => ({
    point: { loss, gradient },
    length,
    evaluations,
  });

  let before = origin;
  let place = placeAt(firstLength);
  let tries = 0;
  let bracket: [Place, Place] | null = null;
  for (; tries < MOST; tries++) {
    if (tooHigh(place) || (tries > 1 && place.loss >= before.loss)) {
      bracket = [before, place];
      break;
    }
    if (flat(place)) return result(place);
    if (place.slope >= 0) {
      bracket = [before, place];
      break;
    }
    const least = place.length + 0.01 * (place.length - before.length);
    const next = cubicMinimum(before, place, [least, place.length * 10]);
    before = place;
    place = placeAt(next);
  }
  bracket ??= [origin, place];
  let low: 0 | 1 = bracket[0].loss <= bracket[1].loss ? 0 : 1;
  let slow = false;
  for (; tries < MOST; tries++) {
    const [a, b] = bracket;
    if (Math.abs(b.length - a.length) * span < SMALLEST) break;
    let length = cubicMinimum(a, b);
    const [least, most] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
    const margin = 0.1 * (most - least);
    if (Math.min(most - length, length - least) < margin) {
      if (slow || length >= most || length <= least) {
        length =
          Math.abs(length - most) < Math.abs(length - least) ? most - margin : least + margin;
        slow = false;
      } else slow = true;
    } else slow = false;
    const next = placeAt(length);
    const high: 0 | 1 = low === 0 ? 1 : 0;
    if (tooHigh(next) || next.loss >= bracket[low].loss) {
      bracket[high] = next;
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
      continue;
    }
    if (flat(next)) return result(next);
    if (next.slope * (bracket[high].length - bracket[low].length) >= 0) {
      bracket[high] = bracket[low];
    }
    bracket[low] = next;
  }
  return result(bracket[low]);
}
