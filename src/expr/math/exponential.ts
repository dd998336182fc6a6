import { scale } from './double.ts';
import { LN2_HIGH, LN2_LOW } from './logarithm.ts';

/** Above it float64 overflows. */
const LARGEST = 709.782712893384;
/** Below it the result rounds to 0. */
const SMALLEST = -745.1332191019412;

/**
 * e^(high - low) - 1 for |high - low| <= ln(2) / 2, from
 * e^r - 1 = 2 r / (r coth(r / 2) - r) and the Bernoulli series of r coth(r / 2).
 */
function reducedExpm1(high: number, low: number): number {
  const r = high - low;
  const z = r * r;
  const series =
    1 / 6 +
    z *
      (-1 / 360 +
        z * (1 / 15120 + z * (-1 / 604800 + z * (1 / 23950080 + z * (-691 / 653837184000)))));
  const c = r - z * series;
  return (r * c) / (2 - c) - low + high;
}

/** e^(x + tail), where the tail is far smaller than x. */
export function expOfSum(x: number, tail: number): number {
  if (x > LARGEST) return Number.POSITIVE_INFINITY;
  if (x < SMALLEST - 1) return 0;
  if (Number.isNaN(x)) return x;
  const n = Math.floor(x * Math.LOG2E + 0.5);
  return scale(1 + reducedExpm1(x - n * LN2_HIGH, n * LN2_LOW - tail), n);
}

/** e^x. */
export const exp = (x: number): number => expOfSum(x, 0);

/** e^x - 1, with full relative precision near 0. */
export function expm1(x: number): number {
  if (x > LARGEST) return Number.POSITIVE_INFINITY;
  if (x < -40) return -1;
  if (Number.isNaN(x) || x === 0) return x;
  if (x > 40) return exp(x);
  const n = Math.floor(x * Math.LOG2E + 0.5);
  const rest = reducedExpm1(x - n * LN2_HIGH, n * LN2_LOW);
  if (n === 0) return rest;
  const power = scale(1, n);
  return power * rest + (power - 1);
}

/** (e^x - e^-x) / 2. */
export function sinh(x: number): number {
  const size = Math.abs(x);
  const sign = x < 0 ? -0.5 : 0.5;
  if (size > 40) {
    const half = exp(size * 0.5);
    return sign * half * half;
  }
  const t = expm1(size);
  return x === 0 ? x : sign * (t + t / (t + 1));
}

/** (e^x + e^-x) / 2. */
export function cosh(x: number): number {
  const size = Math.abs(x);
  const half = exp(size * 0.5);
  if (size > 40) return 0.5 * half * half;
  const t = exp(size);
  return 0.5 * (t + 1 / t);
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size > 22) return x < 0 ? -1 : 1;
  if (size < 1) {
    const t = expm1(-2 * size);
    return x === 0 ? x : (x < 0 ? t : -t) / (t + 2);
  }
  const value = 1 - 2 / (expm1(2 * size) + 2);
  return x < 0 ? -value : value;
}
