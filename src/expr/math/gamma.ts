import { log, log1p } from './logarithm.ts';
import { pow } from './power.ts';
import { cos, sin } from './trigonometry.ts';

/** Bernoulli numbers B2, B4, … B20. */
const bernoulli = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
];

const HALF_LOG_TWO_PI = 0.9189385332046728;
const LOG_PI = 1.1447298858494002;
/** 1 - γ. */
const ONE_MINUS_EULER = 0.42278433509846713;

/** (-1)^k (ζ(k) - 1) / k for k = 30 … 2. */
const zetaSeries = [
  3.1044247747322276e-11, -6.4229645638381e-11, 1.330476437424449e-10, -2.7595228851242334e-10,
  5.731367241678862e-10, -1.1921401405860912e-9, 2.4836745438024785e-9, -5.183475041970047e-9,
  1.0838659214896955e-8, -2.2711094608943164e-8, 4.7698101693639804e-8, -1.0043224823968099e-7,
  2.1207184805554665e-7, -4.492469198764566e-7, 9.55141213040742e-7, -2.039215753801366e-6,
  4.374866789907488e-6, -9.439488275268397e-6, 2.050721277567069e-5, -4.492623673813314e-5,
  9.945751278180853e-5, -0.00022315475845357939, 0.0005096695247430425, -0.001192753911703261,
  0.0028905103307415234, -0.007385551028673986, 0.020580808427784546, -0.0673523010531981,
  0.3224670334241132,
];

/** ln Γ(2 + z) for |z| <= 1/2: (1 - γ) z + sum of (-1)^k (ζ(k) - 1) z^k / k. */
function logGammaNearTwo(z: number): number {
  let sum = 0;
  for (const coefficient of zetaSeries) sum = sum * z + coefficient;
  return z * (ONE_MINUS_EULER + z * sum);
}

/** ln Γ(x) for large x: Stirling's series. */
function stirling(x: number): number {
  const z = 1 / (x * x);
  let sum = 0;
  for (let k = 9; k > 0; k--) sum = sum * z + bernoulli[k - 1] / (2 * k * (2 * k - 1));
  return (x - 0.5) * (log(x) - 1) + (HALF_LOG_TWO_PI - 0.5) + sum / x;
}

/** ln |Γ(x)|; Infinity at 0 and the negative whole numbers. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (x < 0) {
    const sine = Math.abs(sinOfTurns(x));
    return sine === 0 ? Number.POSITIVE_INFINITY : LOG_PI - log(sine) - logGammaOfOneMinus(x);
  }
  if (x === 0) return Number.POSITIVE_INFINITY;
  if (x < 0.5) return logGammaNearTwo(x) - log(x) - log1p(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - log1p(x - 1);
  if (x <= 2.5) return logGammaNearTwo(x - 2);
  if (x >= 8) return stirling(x);
  let product = 1;
  while (x > 2.5) {
    x -= 1;
    product *= x;
  }
  return log(product) + logGammaNearTwo(x - 2);
}

/** ln Γ(1 - x) for x < 0, with 1 - x not rounded near its zero at x = 0. */
const logGammaOfOneMinus = (x: number): number =>
  x > -0.5 ? logGammaNearTwo(-x) - log1p(-x) : lgamma(1 - x);

/** sin(π x), exactly 0 at whole x. */
function sinOfTurns(x: number): number {
  const rest = x - 2 * Math.floor(x / 2 + 0.25);
  return rest <= 0.5 ? sin(Math.PI * rest) : sin(Math.PI * (1 - rest));
}

/** cos(π x). */
const cosOfTurns = (x: number): number => {
  const rest = Math.abs(x - 2 * Math.floor(x / 2 + 0.5));
  return rest < 0.25 ? cos(Math.PI * rest) : sin(Math.PI * (0.5 - rest));
};

/** Derivative of ln Γ. NaN at the negative whole numbers, ∓Infinity at ±0. */
export function digamma(x: number): number {
  if (x === 0) return -1 / x;
  if (x < 0) {
    const sine = sinOfTurns(x);
    return sine === 0 ? Number.NaN : digamma(1 - x) - (Math.PI * cosOfTurns(x)) / sine;
  }
  let shift = 0;
  while (x < 10) {
    shift += 1 / x;
    x += 1;
  }
  const z = 1 / (x * x);
  let sum = 0;
  for (let k = 8; k > 0; k--) sum = sum * z + bernoulli[k - 1] / (2 * k);
  return log(x) - 0.5 / x - z * sum - shift;
}

/**
 * The n-th derivative of digamma, n = 0, 1, 2, …; Infinity or NaN at its poles. By recurrence and the
 * Euler-Maclaurin series of the Hurwitz zeta function; left of 0 by the reflection formula.
 */
export function polygamma(n: number, x: number): number {
  if (!(Number.isInteger(n) && n >= 0)) return Number.NaN;
  if (n === 0) return digamma(x);
  if (x <= 0) return reflectedPolygamma(n, x);
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  let sum = 0;
  for (; x < 10 + n; x += 1) sum += pow(x, -n - 1);
  const power = pow(x, -n);
  let tail = power / n + power / (2 * x);
  let factor = power / n;
  for (let k = 1; k <= bernoulli.length; k++) {
    factor *= ((n + 2 * k - 2) * (n + 2 * k - 1)) / ((2 * k - 1) * (2 * k) * x * x);
    tail += bernoulli[k - 1] * factor;
  }
  return (n % 2 ? 1 : -1) * factorial * (sum + tail);
}

/** (-1)^n ψn(1 - x) - ψn(x) is π times the n-th derivative of cot(π x), a polynomial in the cotangent. */
function reflectedPolygamma(n: number, x: number): number {
  const sine = sinOfTurns(x);
  if (sine === 0 || Number.isNaN(x)) return n % 2 ? Number.POSITIVE_INFINITY : Number.NaN;
  const cotangent = cosOfTurns(x) / sine;
  let polynomial = [0, 1];
  for (let k = 0; k < n; k++) {
    const next = new Array<number>(polynomial.length + 1).fill(0);
    for (let j = 1; j < polynomial.length; j++) {
      next[j - 1] -= Math.PI * j * polynomial[j];
      next[j + 1] -= Math.PI * j * polynomial[j];
    }
    polynomial = next;
  }
  const derivative = polynomial.reduceRight((sum, c) => sum * cotangent + c, 0);
  return (n % 2 ? -1 : 1) * polygamma(n, 1 - x) - Math.PI * derivative;
}
