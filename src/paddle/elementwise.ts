// Functions of every element by itself. Each is an operation of Gradus under Paddle's name.
import * as ops from '../ops/index.ts';
import { type Tensor as CoreTensor, dtypes } from '../tensor/index.ts';
import { toDType } from './dtype.ts';
import { binaryFunction, operands, unaryFunction } from './operands.ts';
import { define } from './signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

export const abs = unaryFunction('abs', ops.abs);
export const acos = unaryFunction('acos', ops.acos);
export const acosh = unaryFunction('acosh', ops.acosh);
export const angle = unaryFunction('angle', ops.angle);
export const asin = unaryFunction('asin', ops.asin);
export const asinh = unaryFunction('asinh', ops.asinh);
export const atan = unaryFunction('atan', ops.atan);
export const atanh = unaryFunction('atanh', ops.atanh);
export const ceil = unaryFunction('ceil', ops.ceil);
export const conj = unaryFunction('conj', ops.conj);
export const cos = unaryFunction('cos', ops.cos);
export const cosh = unaryFunction('cosh', ops.cosh);
export const deg2rad = unaryFunction('deg2rad', (x) => ops.mul(asFloat(x), Math.PI / 180));
export const digamma = unaryFunction('digamma', ops.digamma);
export const erf = unaryFunction('erf', ops.erf);
export const erfinv = unaryFunction('erfinv', ops.erfinv);
export const exp = unaryFunction('exp', ops.exp);
export const expm1 = unaryFunction('expm1', ops.expm1);
export const floor = unaryFunction('floor', ops.floor);
export const frac = unaryFunction('frac', ops.frac);
export const imag = unaryFunction('imag', ops.imag);
export const isfinite = unaryFunction('isfinite', ops.isFinite);
export const isinf = unaryFunction('isinf', ops.isInf);
export const isnan = unaryFunction('isnan', ops.isNaN);
export const isneginf = unaryFunction('isneginf', ops.isNegativeInfinity);
export const isposinf = unaryFunction('isposinf', ops.isPositiveInfinity);
export const lgamma = unaryFunction('lgamma', ops.lgamma);
export const gammaln = lgamma;
export const log = unaryFunction('log', ops.log);
export const log10 = unaryFunction('log10', ops.log10);
export const log1p = unaryFunction('log1p', ops.log1p);
export const log2 = unaryFunction('log2', ops.log2);
export const neg = unaryFunction('neg', ops.neg);
export const negative = neg;
export const positive = unaryFunction('positive', ops.copy);
export const rad2deg = unaryFunction('rad2deg', (x) => ops.mul(asFloat(x), 180 / Math.PI));
export const real = unaryFunction('real', ops.real);
export const reciprocal = unaryFunction('reciprocal', ops.reciprocal);
export const rsqrt = unaryFunction('rsqrt', ops.rsqrt);
export const sign = unaryFunction('sign', ops.sign);
export const sgn = sign;
export const signbit = unaryFunction('signbit', ops.signBit);
export const sin = unaryFunction('sin', ops.sin);
export const sinc = unaryFunction('sinc', ops.sinc);
export const sinh = unaryFunction('sinh', ops.sinh);
export const sqrt = unaryFunction('sqrt', ops.sqrt);
export const square = unaryFunction('square', ops.square);
export const tan = unaryFunction('tan', ops.tan);
export const tanh = unaryFunction('tanh', ops.tanh);
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
  return ({ relu: ops.relu, sigmoid: ops.sigmoid, tanh: ops.tanh } as const)[
    name as 'relu' | 'sigmoid' | 'tanh'
  ](x);
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
    const limit = (end?: number | Tensor) =>
      end === undefined ? null : typeof end === 'number' ? end : Number(end.item());
    const [low, high] = [limit(min), limit(max)];
    const fraction = [low, high].some((end) => end !== null && !Number.isInteger(end));
    const kind = dtypes[tensor.dtype].kind;
    const wide = fraction && kind !== 'float' ? ops.cast(tensor, 'float32') : tensor;
    return wrap(ops.clip(wide, low, high));
  },
);
export const clamp = clip;

export const add = binaryFunction('add', ops.add);
export const subtract = binaryFunction('subtract', ops.sub);
export const sub = subtract;
export const multiply = binaryFunction('multiply', ops.mul);
export const mul = multiply;
export const divide = binaryFunction('divide', ops.div);
export const div = divide;
export const trueDivide = divide;
export const floorDivide = binaryFunction('floorDivide', ops.floorDiv);
export const mod = binaryFunction('mod', ops.mod);
export const remainder = mod;
export const floorMod = mod;
export const pow = binaryFunction('pow', ops.pow);
export const maximum = binaryFunction('maximum', ops.sharedMaximum);
export const minimum = binaryFunction('minimum', ops.sharedMinimum);
export const fmax = binaryFunction('fmax', ops.fmax);
export const fmin = binaryFunction('fmin', ops.fmin);
export const atan2 = binaryFunction('atan2', ops.atan2);
export const hypot = binaryFunction('hypot', ops.hypot);
export const copysign = binaryFunction('copysign', ops.copySign);
export const heaviside = binaryFunction('heaviside', ops.heaviside);
export const logaddexp = binaryFunction('logaddexp', ops.logAddExp);

/** `x * 2^y`; whole numbers count as floats. */
export const ldexp = define('ldexp', ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
  const [value, power] = [unwrap('ldexp', x), unwrap('ldexp', y)];
  const float = asFloat(value);
  return wrap(ops.ldexp(float, ops.cast(power, float.dtype)));
});

export const bitwiseAnd = binaryFunction('bitwiseAnd', ops.bitwiseAnd);
export const bitwiseOr = binaryFunction('bitwiseOr', ops.bitwiseOr);
export const bitwiseXor = binaryFunction('bitwiseXor', ops.bitwiseXor);
export const bitwiseLeftShift = binaryFunction('bitwiseLeftShift', ops.leftShift);
export const bitwiseRightShift = binaryFunction('bitwiseRightShift', ops.rightShift);

/** The bits inverted; of a bool its opposite. */
export const bitwiseNot = unaryFunction('bitwiseNot', (x) =>
  x.dtype === 'bool' ? ops.logicalNot(x) : ops.bitwiseNot(x),
);
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
