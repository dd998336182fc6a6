// Functions of every element by itself. Each is an operation of Gradus under Paddle's name.
import * as ops from '../ops/index.ts';
import { type Tensor as CoreTensor, dtypes, ValueError } from '../tensor/index.ts';
import { toDType } from './dtype.ts';
import { binaryFunction, operands, unaryFunction } from './operands.ts';
import { define } from './signature.ts';
import { numberOf } from './sizes.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

/** The size of each element. */
export const abs = unaryFunction('abs', ops.abs);
/** The arc cosine, in radians. */
export const acos = unaryFunction('acos', ops.acos);
/** The inverse hyperbolic cosine. */
export const acosh = unaryFunction('acosh', ops.acosh);
/** The angle of a complex number, in radians. */
export const angle = unaryFunction('angle', ops.angle);
/** The arc sine, in radians. */
export const asin = unaryFunction('asin', ops.asin);
/** The inverse hyperbolic sine. */
export const asinh = unaryFunction('asinh', ops.asinh);
/** The arc tangent, in radians. */
export const atan = unaryFunction('atan', ops.atan);
/** The inverse hyperbolic tangent. */
export const atanh = unaryFunction('atanh', ops.atanh);
/** The next whole number above. */
export const ceil = unaryFunction('ceil', ops.ceil);
/** The complex conjugate. */
export const conj = unaryFunction('conj', ops.conj);
/** The cosine of radians. */
export const cos = unaryFunction('cos', ops.cos);
/** The hyperbolic cosine. */
export const cosh = unaryFunction('cosh', ops.cosh);
/** Degrees as radians. */
export const deg2rad = unaryFunction('deg2rad', (x) => ops.mul(asFloat(x), Math.PI / 180));
/** The derivative of `lgamma`. */
export const digamma = unaryFunction('digamma', ops.digamma);
/** The error function. */
export const erf = unaryFunction('erf', ops.erf);
/** The inverse of the error function. */
export const erfinv = unaryFunction('erfinv', ops.erfinv);
/** `e^x`. */
export const exp = unaryFunction('exp', ops.exp);
/** `e^x - 1`, exact near 0. */
export const expm1 = unaryFunction('expm1', ops.expm1);
/** The next whole number below. */
export const floor = unaryFunction('floor', ops.floor);
/** What is left without the integer part, with the sign of `x`. */
export const frac = unaryFunction('frac', ops.frac);
/** The imaginary part. */
export const imag = unaryFunction('imag', ops.imag);
/** Whether the element is a number, and no infinity. */
export const isfinite = unaryFunction('isfinite', ops.isFinite);
/** Whether the element is an infinity. */
export const isinf = unaryFunction('isinf', ops.isInf);
/** Whether the element is NaN. */
export const isnan = unaryFunction('isnan', ops.isNaN);
/** Whether the element is minus infinity. */
export const isneginf = unaryFunction('isneginf', ops.isNegativeInfinity);
/** Whether the element is plus infinity. */
export const isposinf = unaryFunction('isposinf', ops.isPositiveInfinity);
/** The logarithm of the size of the gamma function. */
export const lgamma = unaryFunction('lgamma', ops.lgamma);
/** The same as `lgamma`. */
export const gammaln = lgamma;
/** The natural logarithm. */
export const log = unaryFunction('log', ops.log);
/** The logarithm to base 10. */
export const log10 = unaryFunction('log10', ops.log10);
/** `log(1 + x)`, exact near 0. */
export const log1p = unaryFunction('log1p', ops.log1p);
/** The logarithm to base 2. */
export const log2 = unaryFunction('log2', ops.log2);
/** `-x`. */
export const neg = unaryFunction('neg', ops.neg);
/** The same as `neg`. */
export const negative = neg;
/** `x` as it is. */
export const positive = unaryFunction('positive', ops.copy);
/** Radians as degrees. */
export const rad2deg = unaryFunction('rad2deg', (x) => ops.mul(asFloat(x), 180 / Math.PI));
/** The real part. */
export const real = unaryFunction('real', ops.real);
/** `1 / x`. */
export const reciprocal = unaryFunction('reciprocal', ops.reciprocal);
/** `1 / sqrt(x)`. */
export const rsqrt = unaryFunction('rsqrt', ops.rsqrt);
/** -1, 0 or 1, as the element is below, at or above 0. */
export const sign = unaryFunction('sign', ops.sign);
/** The same as `sign`. */
export const sgn = sign;
/** Whether the sign is minus; of -0 as well. */
export const signbit = unaryFunction('signbit', ops.signBit);
/** The sine of radians. */
export const sin = unaryFunction('sin', ops.sin);
/** `sin(pi x) / (pi x)`, 1 at 0. */
export const sinc = unaryFunction('sinc', ops.sinc);
/** The hyperbolic sine. */
export const sinh = unaryFunction('sinh', ops.sinh);
/** The square root. */
export const sqrt = unaryFunction('sqrt', ops.sqrt);
/** `x * x`. */
export const square = unaryFunction('square', ops.square);
/** The tangent of radians. */
export const tan = unaryFunction('tan', ops.tan);
/** The hyperbolic tangent. */
export const tanh = unaryFunction('tanh', ops.tanh);
/** `1 / (1 + e^-x)`. */
export const sigmoid = unaryFunction('sigmoid', ops.sigmoid);

/** The integer part. */
export const trunc = define('trunc', ['input'], [], (input: TensorLike) =>
  wrap(ops.trunc(unwrap('trunc', input))),
);

const asFloat = (x: CoreTensor): CoreTensor =>
  dtypes[x.dtype].kind === 'float' ? x : ops.cast(x, 'float32');

/** Whether the element has no imaginary part. */
export const isreal = unaryFunction('isreal', (x) =>
  dtypes[x.dtype].kind === 'complex'
    ? ops.equal(ops.imag(x), 0)
    : ops.onesLike(x.detach(), { dtype: 'bool' }),
);

/** The nearest number of `decimals` digits behind the point; halves go to the even one. */
export const round = define('round', ['x'], ['decimals'], (x: TensorLike, decimals: number = 0) => {
  const tensor = unwrap('round', x);
  if (decimals === 0) return wrap(ops.round(tensor));
  const power = 10 ** Math.abs(decimals);
  return decimals > 0
    ? wrap(ops.div(ops.round(ops.mul(tensor, power)), power))
    : wrap(ops.mul(ops.round(ops.div(tensor, power)), power));
});

/** `scaleB * tanh(scaleA * x)`. */
export const stanh = define(
  'stanh',
  ['x'],
  ['scaleA', 'scaleB'],
  (x: TensorLike, scaleA: number = 0.67, scaleB: number = 1.7159) =>
    wrap(ops.scaledTanh(unwrap('stanh', x), scaleA, scaleB)),
);

/** `scale * x + bias`, or `scale * (x + bias)`; integers stay integers, the factors cut to whole numbers. */
export const scale = define(
  'scale',
  ['x'],
  ['scale', 'bias', 'biasAfterScale', 'act'],
  (
    x: TensorLike,
    factor: number | Tensor = 1,
    bias: number = 0,
    biasAfterScale: boolean = true,
    act?: string,
  ) => {
    const tensor = unwrap('scale', x);
    const whole = (n: number) => (dtypes[tensor.dtype].kind === 'float' ? n : Math.trunc(n));
    const by = typeof factor === 'number' ? whole(factor) : ops.cast(factor.tensor, tensor.dtype);
    const shift = whole(bias);
    const scaled = biasAfterScale
      ? ops.add(ops.mul(tensor, by), shift)
      : ops.mul(ops.add(tensor, shift), by);
    return wrap(act === undefined ? scaled : activate(act, scaled));
  },
);

/** Activations that `scale` takes by name. */
function activate(name: string, x: CoreTensor): CoreTensor {
  switch (name) {
    case 'relu':
      return ops.relu(x);
    case 'sigmoid':
      return ops.sigmoid(x);
    case 'tanh':
      return ops.tanh(x);
    default:
      throw new ValueError(`scale: act must be 'relu', 'sigmoid' or 'tanh', received '${name}'`);
  }
}

/** `log(x / (1 - x))`, x cut to [eps, 1 - eps] first. */
export const logit = define('logit', ['x'], ['eps'], (x: TensorLike, eps?: number) =>
  wrap(ops.logit(unwrap('logit', x), eps ?? null)),
);

/** The n-th derivative of digamma. */
export const polygamma = define('polygamma', ['x', 'n'], [], (x: TensorLike, n: number) =>
  wrap(n === 0 ? ops.digamma(unwrap('polygamma', x)) : ops.polygamma(unwrap('polygamma', x), n)),
);

/** NaN and infinities replaced: 0 and the largest numbers of the type unless given. */
export const nanToNum = define(
  'nanToNum',
  ['x'],
  ['nan', 'posinf', 'neginf'],
  (x: TensorLike, nan: number = 0, posinf?: number, neginf?: number) => {
    const tensor = unwrap('nanToNum', x);
    const most = largestOf[tensor.dtype as keyof typeof largestOf] ?? largestOf.float32;
    return wrap(ops.nanToNum(tensor, nan, posinf ?? most, neginf ?? -most));
  },
);

const largestOf = { float16: 65504, float32: 3.4028234663852886e38, float64: Number.MAX_VALUE };

/** Numbers below `min` become `min`, those above `max` become `max`. */
export const clip = define(
  'clip',
  ['x'],
  ['min', 'max'],
  (x: TensorLike, min?: number | Tensor, max?: number | Tensor) => {
    const tensor = unwrap('clip', x);
    const limit = (end?: number | Tensor) => (end === undefined ? null : numberOf(end));
    const [low, high] = [limit(min), limit(max)];
    const fraction = [low, high].some((end) => end !== null && !Number.isInteger(end));
    const kind = dtypes[tensor.dtype].kind;
    const wide = fraction && kind !== 'float' ? ops.cast(tensor, 'float32') : tensor;
    return wrap(ops.clip(wide, low, high));
  },
);
/** The same as `clip`. */
export const clamp = clip;

/** `x + y`. */
export const add = binaryFunction('add', ops.add);
/** `x - y`. */
export const subtract = binaryFunction('subtract', ops.sub);
/** The same as `subtract`. */
export const sub = subtract;
/** `x * y`, element by element. */
export const multiply = binaryFunction('multiply', ops.mul);
/** The same as `multiply`. */
export const mul = multiply;
/** `x / y`. */
export const divide = binaryFunction('divide', ops.div);
/** The same as `divide`. */
export const div = divide;
/** The same as `divide`. */
export const trueDivide = divide;
/** `x / y`, cut down to the next whole number below. */
export const floorDivide = binaryFunction('floorDivide', ops.floorDiv);
/** What is left of `x / y`, with the sign of `y`. */
export const mod = binaryFunction('mod', ops.mod);
/** The same as `mod`. */
export const remainder = mod;
/** The same as `mod`. */
export const floorMod = mod;
/** `x ** y`. */
export const pow = binaryFunction('pow', ops.pow);
/** The larger one; NaN where either is. Equal ones share the gradient. */
export const maximum = binaryFunction('maximum', ops.sharedMaximum);
/** The smaller one; NaN where either is. Equal ones share the gradient. */
export const minimum = binaryFunction('minimum', ops.sharedMinimum);
/** The larger one; a NaN gives way to a number. */
export const fmax = binaryFunction('fmax', ops.fmax);
/** The smaller one; a NaN gives way to a number. */
export const fmin = binaryFunction('fmin', ops.fmin);
/** The angle of the point `(y, x)`, in radians from -pi to pi. */
export const atan2 = binaryFunction('atan2', ops.atan2);
/** `sqrt(x^2 + y^2)`. */
export const hypot = binaryFunction('hypot', ops.hypot);
/** The size of `x` with the sign of `y`. */
export const copysign = binaryFunction('copysign', ops.copySign);
/** 0 below 0, 1 above, and `y` where `x` is 0. */
export const heaviside = binaryFunction('heaviside', ops.heaviside);
/** `log(e^x + e^y)`. */
export const logaddexp = binaryFunction('logaddexp', ops.logAddExp);

/** `x * 2^y`; whole numbers count as floats. */
export const ldexp = define('ldexp', ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
  const [value, power] = [unwrap('ldexp', x), unwrap('ldexp', y)];
  const float = asFloat(value);
  return wrap(ops.ldexp(float, ops.cast(power, float.dtype)));
});

/** Bits that are set in both. */
export const bitwiseAnd = binaryFunction('bitwiseAnd', ops.bitwiseAnd);
/** Bits that are set in either. */
export const bitwiseOr = binaryFunction('bitwiseOr', ops.bitwiseOr);
/** Bits that are set in one alone. */
export const bitwiseXor = binaryFunction('bitwiseXor', ops.bitwiseXor);
/** The bits of `x` moved up by `y` places. */
export const bitwiseLeftShift = binaryFunction('bitwiseLeftShift', ops.leftShift);
/** The bits of `x` moved down by `y` places. */
export const bitwiseRightShift = binaryFunction('bitwiseRightShift', ops.rightShift);

/** The bits inverted; of a bool its opposite. */
export const bitwiseNot = unaryFunction('bitwiseNot', (x) =>
  x.dtype === 'bool' ? ops.logicalNot(x) : ops.bitwiseNot(x),
);
/** The same as `bitwiseNot`. */
export const bitwiseInvert = bitwiseNot;

/** `x + weight * (y - x)`. */
export const lerp = define(
  'lerp',
  ['x', 'y', 'weight'],
  [],
  (x: TensorLike, y: TensorLike, weight: TensorLike) => {
    const [a, b, t] = operands('lerp', [x, y, weight]);
    // As in Paddle, the weight gets no gradient.
    return wrap(ops.lerp(a, b, typeof t === 'number' ? t : t.detach()));
  },
);

/** The elements in another type. */
export const cast = define('cast', ['x', 'dtype'], [], (x: TensorLike, dtype: string) =>
  wrap(ops.cast(unwrap('cast', x), toDType(dtype))),
);
/** The elements in another type. */
export const astype = cast;

/** `x + value`, in place. */
export const increment = define('increment', ['x'], ['value'], (x: Tensor, value: number = 1) =>
  x.become('increment', ops.add(x.tensor, value)),
);

/** `y - x`, Python's reflected operator. */
export const rsub = binaryFunction('rsub', (x, y) => ops.sub(y, x));
/** `y / x`, Python's reflected operator. */
export const rdivide = binaryFunction('rdivide', (x, y) => ops.div(y, x));
/** `y ** x`, Python's reflected operator. */
export const rpow = binaryFunction('rpow', (x, y) => ops.pow(y, x));

/** The sum of tensors of one shape. */
export const addN = define('addN', ['inputs'], [], (inputs: Tensor | readonly Tensor[]) => {
  const list = (Array.isArray(inputs) ? inputs : [inputs]).map((x) => unwrap('addN', x));
  return wrap(list.length === 1 ? ops.copy(list[0]) : list.reduce((a, b) => ops.add(a, b)));
});

/** A function of two whole numbers, worked out on elements at hand. */
const wholeNumbers = (name: string, operation: (a: number, b: number) => number) =>
  define(name, ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
    const [a, b] = ops.broadcastTensors([unwrap(name, x), unwrap(name, y)]);
    const [left, right] = [a.dataSync(), b.dataSync()];
    const found = Float64Array.from(left, (v, i) => operation(Math.abs(v), Math.abs(right[i])));
    return wrap(ops.cast(ops.reshape(ops.tensor(found), a.shape), a.dtype));
  });

function commonDivisor(a: number, b: number): number {
  while (b) [a, b] = [b, a % b];
  return a;
}

/** The greatest common divisor. */
export const gcd = wholeNumbers('gcd', commonDivisor);
/** The least common multiple. */
export const lcm = wholeNumbers('lcm', (a, b) => (a && b ? (a / commonDivisor(a, b)) * b : 0));

/** Mantissas, of size in [0.5, 1), and exponents, so that `x = mantissa * 2^exponent`. */
export const frexp = define('frexp', ['x'], [], (x: TensorLike): [Tensor, Tensor] => {
  const tensor = unwrap('frexp', x);
  const plain = tensor.detach();
  const exponents = Float64Array.from(plain.dataSync(), exponentOf);
  const powers = ops.cast(ops.reshape(ops.tensor(exponents), tensor.shape), tensor.dtype);
  return [wrap(ops.ldexp(tensor, ops.neg(powers))), wrap(powers)];
});

/** The power of two just above a number's size. */
function exponentOf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 0;
  let [size, exponent] = [Math.abs(x), 0];
  for (; size >= 1; size /= 2) exponent++;
  for (; size < 0.5; size *= 2) exponent--;
  return exponent;
}

/** The logarithm of the multivariate gamma function of dimension `p`. */
export const multigammaln = define('multigammaln', ['x', 'p'], [], (x: TensorLike, p: number) => {
  const tensor = asFloat(unwrap('multigammaln', x));
  const offset = ((p * (p - 1)) / 4) * 1.1447298858494002;
  const parts = Array.from({ length: p }, (_, i) => ops.lgamma(ops.sub(tensor, i / 2)));
  return wrap(parts.reduce((a, b) => ops.add(a, b), ops.full([], offset, { dtype: tensor.dtype })));
});
