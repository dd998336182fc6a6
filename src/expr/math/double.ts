/** Bits and exact arithmetic of float64, on which the elementary functions stand. */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** Which of the two words holds sign and exponent: the second on little-endian machines. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0];

const LOWEST = -1074;

/** 2^n for every n from -1074 to 1023, at n + 1074. */
const powers = new Float64Array(1023 - LOWEST + 1);
for (let n = LOWEST, power = Number.MIN_VALUE; n <= 1023; n++, power *= 2) {
  powers[n - LOWEST] = power;
}

/** 2^n, exactly, for n in [-1074, 1023]. */
export const powerOfTwo = (n: number): number => powers[n - LOWEST];

/** Floor of log2 |x| for a normal number. */
export function exponentOf(x: number): number {
  double[0] = x;
  return ((words[HIGH] >>> 20) & 0x7ff) - 1023;
}

/** x 2^n for |x| in [1/4, 4), rounded once. */
export function scale(x: number, n: number): number {
  if (n > 1023) return x * powerOfTwo(1022) * powerOfTwo(Math.min(n - 1022, 1023));
  if (n < LOWEST) return x * powerOfTwo(-60) * powerOfTwo(Math.max(n + 60, LOWEST));
  return x * powers[n - LOWEST];
}

const SPLITTER = 2 ** 27 + 1;

/** What `x * y` loses to rounding, for |x|, |y| < 2^990 (Dekker 1971). */
export function productError(x: number, y: number, product: number): number {
  const a = x * SPLITTER;
  const xHigh = a - (a - x);
  const xLow = x - xHigh;
  const b = y * SPLITTER;
  const yHigh = b - (b - y);
  const yLow = y - yHigh;
  return xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}

/** What `x + y` loses to rounding (Knuth). */
export function sumError(x: number, y: number, sum: number): number {
  const z = sum - x;
  return x - (sum - z) + (y - z);
}
