import { exponentOf, powerOfTwo } from './double.ts';

/** ln 2 in two parts: the first has 32 bits, so that its product with an exponent is exact. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

/** 2 artanh(s) / s - 2 = 2 z / 3 + 2 z² / 5 + …, z = s² <= 0.0295. */
export const artanhTail = (z: number): number =>
  z *
  (2 / 3 +
    z *
      (2 / 5 +
        z *
          (2 / 7 +
            z *
              (2 / 9 +
                z *
                  (2 / 11 +
                    z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21))))))))));

/** n ln 2 + ln(1 + f) + tail for 1 + f in [sqrt(1/2), sqrt(2)], by ln(1 + f) = 2 artanh(f / (2 + f)). */
function join(n: number, f: number, tail: number): number {
  const s = f / (2 + f);
  return n * LN2_HIGH - (s * (f - artanhTail(s * s)) - (n * LN2_LOW + tail) - f);
}

/** The n for which x 2^-n lies in [sqrt(1/2), sqrt(2)); x is normal. */
export function nearestExponent(x: number): number {
  const n = exponentOf(x);
  return x * powerOfTwo(-n) > Math.SQRT2 ? n + 1 : n;
}

/** x 2^-n, where `nearestExponent` gave n. */
export const mantissaOf = (x: number, n: number): number =>
  n === 1024 ? x * powerOfTwo(-1023) * 0.5 : x * powerOfTwo(-n);

/** Smallest normal number. */
export const SMALLEST_NORMAL = 2 ** -1022;

/** Natural logarithm. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let shift = 0;
  if (x < SMALLEST_NORMAL) {
    x *= 2 ** 54;
    shift = 54;
  }
  const n = nearestExponent(x);
  return join(n - shift, mantissaOf(x, n) - 1, 0);
}

/** ln(1 + x), with full relative precision near 0. */
export function log1p(x: number): number {
  if (x > -0.29 && x < 0.41) return x === 0 ? x : join(0, x, 0);
  if (!(x > -1)) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const u = 1 + x;
  const n = nearestExponent(u);
  const lost = x > 1 ? 1 - (u - x) : x - (u - 1);
  return join(n, mantissaOf(u, n) - 1, lost / u);
}
