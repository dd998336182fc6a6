/**
 * Elementary and special functions of float64, written from their series: the same bits in every engine and on every
 * machine, which `Math.exp` and its like do not promise. Errors are a few units in the last place.
 */
export { erf, erfc, erfinv } from './math/error-function.ts';
export { cosh, exp, expm1, sinh, tanh } from './math/exponential.ts';
export { digamma, lgamma, polygamma } from './math/gamma.ts';
export { log, log1p } from './math/logarithm.ts';
export { pow } from './math/power.ts';
export { acos, asin, atan, atan2, cos, sin, tan } from './math/trigonometry.ts';
