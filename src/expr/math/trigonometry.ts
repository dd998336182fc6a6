import { exponentOf, sumError } from './double.ts';

/** π/2 in three parts; the first two have 33 bits, so that their products with n < 2^20 are exact. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;
const HALF_PI = Math.PI / 2;
/** What π/2 as a float64 lacks. */
const HALF_PI_LOW = 6.123233995736766e-17;

/** The argument that was reduced last: x = quarter π/2 + r + rLow. */
let quarter = 0;
let r = 0;
let rLow = 0;

/** Brings x into [-π/4, π/4] and counts quarter turns. */
function reduce(x: number): void {
  const size = Math.abs(x);
  if (size <= 0.785398163397448) {
    quarter = 0;
    r = x;
    rLow = 0;
    return;
  }
  if (size > 1e6) {
    reduceLarge(x);
    return;
  }
  const n = Math.floor(x * (2 / Math.PI) + 0.5);
  const a = x - n * HALF_PI_1;
  const b = -n * HALF_PI_2;
  const sum = a + b;
  const rest = sumError(a, b, sum) - n * HALF_PI_3;
  r = sum + rest;
  rLow = rest - (r - sum);
  quarter = n & 3;
}

/** Binary places behind the point of π in `reduceLarge`: the exponent range and 128 more. */
const PLACES = 1152n;
let piOverTwo = 0n;

/** π/2 2^PLACES by Machin's formula π/4 = 4 arctan(1/5) - arctan(1/239). */
function computeHalfPi(): bigint {
  const guard = 32n;
  const arctanOfInverse = (n: bigint): bigint => {
    let term = (1n << (PLACES + guard)) / n;
    let sum = term;
    for (let k = 3n, sign = -1n; term !== 0n; k += 2n, sign = -sign) {
      term /= n * n;
      sum += (sign * term) / k;
    }
    return sum;
  };
  return (8n * arctanOfInverse(5n) - 2n * arctanOfInverse(239n)) >> guard;
}

/** The same for large x, in whole numbers. */
function reduceLarge(x: number): void {
  piOverTwo ||= computeHalfPi();
  const shift = exponentOf(x) - 52;
  const whole = BigInt(Math.abs(shift > 0 ? x / 2 ** shift : x * 2 ** -shift));
  const scaled =
    shift > 0 ? whole << (PLACES + BigInt(shift)) : (whole << PLACES) >> BigInt(-shift);
  let turns = scaled / piOverTwo;
  let rest = scaled - turns * piOverTwo;
  if (rest * 2n > piOverTwo) {
    turns++;
    rest -= piOverTwo;
  }
  // No float64 comes closer to a multiple of π/2 than 2^-62: 200 places hold all that matters.
  rest >>= PLACES - 200n;
  const high = Number(rest);
  const unit = (x < 0 ? -1 : 1) * 2 ** -200;
  r = unit * high;
  rLow = unit * Number(rest - BigInt(high));
  quarter = Number(BigInt.asUintN(2, x < 0 ? -turns : turns));
}

/** sin(r + rLow) by Taylor's series. */
function reducedSin(): number {
  const z = r * r;
  const series =
    -1 / 6 +
    z *
      (1 / 120 +
        z *
          (-1 / 5040 +
            z *
              (1 / 362880 +
                z *
                  (-1 / 39916800 +
                    z * (1 / 6227020800 + z * (-1 / 1307674368000 + z * (1 / 355687428096000)))))));
  return r + (r * z * series + rLow * (1 - 0.5 * z));
}

/** cos(r + rLow) by Taylor's series. */
function reducedCos(): number {
  const z = r * r;
  const series =
    1 / 24 +
    z *
      (-1 / 720 +
        z *
          (1 / 40320 +
            z *
              (-1 / 3628800 +
                z * (1 / 479001600 + z * (-1 / 87178291200 + z * (1 / 20922789888000))))));
  const half = 0.5 * z;
  const top = 1 - half;
  return top + (1 - top - half + (z * z * series - r * rLow));
}

/** Sine; the argument is reduced exactly, however large. */
export function sin(x: number): number {
  if (!(Math.abs(x) < Number.POSITIVE_INFINITY)) return Number.NaN;
  if (x === 0) return x;
  reduce(x);
  const value = quarter & 1 ? reducedCos() : reducedSin();
  return quarter & 2 ? -value : value;
}

/** Cosine; the argument is reduced exactly, however large. */
export function cos(x: number): number {
  if (!(Math.abs(x) < Number.POSITIVE_INFINITY)) return Number.NaN;
  reduce(x);
  const value = quarter & 1 ? reducedSin() : reducedCos();
  return (quarter + 1) & 2 ? -value : value;
}

/** Tangent; the argument is reduced exactly, however large. */
export function tan(x: number): number {
  if (!(Math.abs(x) < Number.POSITIVE_INFINITY)) return Number.NaN;
  if (x === 0) return x;
  reduce(x);
  return quarter & 1 ? -reducedCos() / reducedSin() : reducedSin() / reducedCos();
}

/** arctan(i / 8). */
const arctanOfEighths = [
  0, 0.12435499454676144, 0.24497866312686414, 0.3587706702705722, 0.4636476090008061,
  0.5585993153435624, 0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
];

/** arctan of x in [0, 1]: arctan(i/8) + arctan((x - i/8) / (1 + x i/8)), the rest by its series. */
function arctanOfUnit(x: number): number {
  const i = Math.floor(x * 8 + 0.5);
  const t = (x - i / 8) / (1 + (x * i) / 8);
  const z = t * t;
  const series =
    -1 / 3 +
    z * (1 / 5 + z * (-1 / 7 + z * (1 / 9 + z * (-1 / 11 + z * (1 / 13 + z * (-1 / 15))))));
  return arctanOfEighths[i] + (t + t * z * series);
}

/** Angle in (-π/2, π/2) whose tangent is x. */
export function atan(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  const size = Math.abs(x);
  const angle = size <= 1 ? arctanOfUnit(size) : HALF_PI - (arctanOfUnit(1 / size) - HALF_PI_LOW);
  return x < 0 ? -angle : angle;
}

/** Angle in [-π/2, π/2] whose sine is x. */
export const asin = (x: number): number => (x === 0 ? x : atan(x / Math.sqrt((1 - x) * (1 + x))));

/** Angle in [0, π] whose cosine is x. */
export const acos = (x: number): number => 2 * atan(Math.sqrt((1 - x) / (1 + x)));

/** Angle of the point (x, y) in [-π, π], with the signs of zeros as in C. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const [height, width] = [Math.abs(y), Math.abs(x)];
  const left = x < 0 || (height === 0 && Object.is(x, -0));
  let angle: number;
  if (height === 0) angle = 0;
  else if (height === width) angle = HALF_PI / 2;
  else angle = atan(height / width);
  if (left) angle = Math.PI - (angle - 2 * HALF_PI_LOW);
  return y < 0 || Object.is(y, -0) ? -angle : angle;
}
