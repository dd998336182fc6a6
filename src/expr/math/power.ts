import { productError, sumError } from './double.ts';
import { expOfSum } from './exponential.ts';
import {
  artanhTail,
  LN2_HIGH,
  LN2_LOW,
  mantissaOf,
  nearestExponent,
  SMALLEST_NORMAL,
} from './logarithm.ts';

/** Largest whole exponent that is done by products: exact where the result is a whole number below 2^53. */
const MOST_PRODUCTS = 64;

/**
 * x^y with NumPy's special cases: x^0 and 1^y are 1 even for NaN; a negative x needs a whole y. Whole powers of whole
 * numbers are exact as long as they fit.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  const size = Math.abs(x);
  if (size === 0 || size === Number.POSITIVE_INFINITY || Math.abs(y) === Number.POSITIVE_INFINITY) {
    return powerAtEdge(x, y);
  }
  if (y === 0.5 && x > 0) return Math.sqrt(x);
  const whole = Math.floor(y) === y;
  if (x < 0 && !whole) return Number.NaN;
  if (whole && Math.abs(y) <= MOST_PRODUCTS) {
    const product = wholePower(x, Math.abs(y));
    const exact = Math.abs(product);
    if (y > 0) return product;
    if (exact < Number.POSITIVE_INFINITY && exact >= SMALLEST_NORMAL) return 1 / product;
  }
  const result = size === 1 ? 1 : powerOfPositive(size, y);
  return x < 0 && isOdd(y) ? -result : result;
}

const isOdd = (y: number): boolean => Math.abs(y) < 2 ** 53 && Math.abs(y % 2) === 1;

/** The cases with a 0 or an infinity. */
function powerAtEdge(x: number, y: number): number {
  const size = Math.abs(x);
  if (size === 1) return 1;
  if (Math.abs(y) === Number.POSITIVE_INFINITY) {
    return size > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const value = (size === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY;
  const negative = x < 0 || Object.is(x, -0);
  return negative && isOdd(y) ? -value : value;
}

/** x^n by repeated squaring. */
function wholePower(x: number, n: number): number {
  let result = 1;
  for (let square = x; ; square *= square) {
    if (n & 1) result *= square;
    n >>= 1;
    if (n === 0) return result;
  }
}

/** e^(y ln x), with a logarithm of about 60 bits so that large exponents cost no precision. */
function powerOfPositive(x: number, y: number): number {
  let shift = 0;
  if (x < SMALLEST_NORMAL) {
    x *= 2 ** 54;
    shift = 54;
  }
  const exponent = nearestExponent(x);
  const m = mantissaOf(x, exponent);
  const n = exponent - shift;
  const f = m - 1;
  const d = m + 1;
  const s = f / d;
  const sd = s * d;
  const sLow = (f - sd - productError(s, d, sd) - s * (m - (d - 1))) / d;
  const z = s * s;
  const whole = n * LN2_HIGH;
  const sum = whole + 2 * s;
  const rest = sumError(whole, 2 * s, sum) + (2 * sLow * (1 + z) + s * artanhTail(z) + n * LN2_LOW);
  const high = sum + rest;
  const low = rest - (high - sum);
  const product = y * high;
  if (!(Math.abs(product) < 800)) return product > 0 ? Number.POSITIVE_INFINITY : 0;
  return expOfSum(product, productError(y, high, product) + y * low);
}
