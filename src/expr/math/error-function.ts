import { productError } from './double.ts';
import { exp, expOfSum } from './exponential.ts';
import { log } from './logarithm.ts';

const TWO_OVER_SQRT_PI = 1.1283791670955126;

/** (-1)^n / (n! (2 n + 1)), the Taylor coefficients of erf, highest first. */
const taylor: readonly number[] = (() => {
  const coefficients = [];
  for (let n = 0, factorial = 1; n <= 13; n++, factorial *= -n) {
    coefficients.unshift(1 / (factorial * (2 * n + 1)));
  }
  return coefficients;
})();

/**
 * (x + 3) e^(x²) erfc(x) for x >= 1/2 as a polynomial in t = 7 / (x + 3) - 1, which runs over [-1, 1]: its Chebyshev
 * expansion, computed with 50 digits and cut where it falls below 1e-17; highest first.
 */
const scaledTail: readonly number[] = [
  -1.749919378915166e-11, 1.0385156848625515e-10, 1.303875047596013e-10, -1.2429471011437762e-9,
  -2.125503644668757e-10, 9.106288412622764e-9, -3.207474724572228e-9, -5.9387617561080265e-8,
  3.961573542637521e-8, 4.0843464428918565e-7, -2.7783267798950195e-7, -3.1790388431884694e-6,
  6.857347381862381e-7, 2.7642784811204553e-5, 2.5286311146420208e-5, -0.00023152726656230457,
  -0.0007631143584816342, 0.000575279902887478, 0.012338549339513411, 0.0541319082496085,
  0.15596654978028354, 0.3460562090899474, 0.6277955952806216, 0.9589962033754297,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) sum = sum * x + coefficients[i];
  return sum;
}

/** Error function: 2/√π times the integral of e^(-t²) from 0 to x. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 0.5) return TWO_OVER_SQRT_PI * x * polynomial(taylor, x * x);
  const value = size > 6 ? 1 : 1 - erfc(size);
  return x < 0 ? -value : value;
}

/** 1 - erf(x), with full relative precision where erf is near 1. */
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x);
  if (x > 27.3) return 0;
  const square = x * x;
  const gauss = expOfSum(-square, -productError(x, x, square));
  return (gauss * polynomial(scaledTail, 7 / (x + 3) - 1)) / (x + 3);
}

/** First guesses: M. Giles, "Approximating the erfinv function" (2010), single precision. */
const near = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3,
  -4.17768164e-3, 2.46640727e-1, 1.50140941,
];
const far = [
  -2.00214257e-4, 1.00950558e-4, 1.34934322e-3, -3.67342844e-3, 5.73950773e-3, -7.6224613e-3,
  9.43887047e-3, 1.00167406, 2.83297682,
];

function guess(x: number, w: number): number {
  if (w < 5) return x * polynomial(near, w - 2.5);
  if (w < 16) return x * polynomial(far, Math.sqrt(w) - 3);
  // erfc(y) is about e^(-y²) / (y √π)
  let y = Math.sqrt(w);
  for (let i = 0; i < 3; i++) y = Math.sqrt(w - log(y / TWO_OVER_SQRT_PI));
  return y;
}

/** The inverse of erf; ±Infinity at ±1, NaN beyond. */
export function erfinv(x: number): number {
  const size = Math.abs(x);
  if (!(size < 1)) return size === 1 ? x * Number.POSITIVE_INFINITY : Number.NaN;
  if (size < 1e-9) return x / TWO_OVER_SQRT_PI;
  const w = -log((1 - size) * (1 + size));
  let y = guess(size, w);
  // Halley's steps, each of which triples the digits: 6 in the middle, 2 far out.
  for (let steps = w < 16 ? 1 : 2; steps > 0; steps--) {
    const error = size > 0.5 ? 1 - size - erfc(y) : erf(y) - size;
    const newton = error / (TWO_OVER_SQRT_PI * exp(-y * y));
    y -= newton / (1 + y * newton);
  }
  return x < 0 ? -y : y;
}
