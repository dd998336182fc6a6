import type { BinaryOp, UnaryOp } from './expr.ts';
import { powerOfTwo } from './math/double.ts';
import * as math from './math.ts';

/** Rounds to the nearest whole number, halves to the even one. */
function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest < 0.5) return low;
  if (rest > 0.5 || low % 2 !== 0) return low === -1 ? -0 : low + 1;
  return low;
}

/** The remainder with the divisor's sign, exactly. */
function floorMod(x: number, y: number): number {
  const rest = x % y;
  if (rest === 0) return y < 0 ? -0 : 0;
  return rest < 0 === y < 0 ? rest : rest + y;
}

/** Applies an operation on bits: 32 of them, or 64 where the numbers need more. */
const onBits =
  (narrow: (x: number, y: number) => number, wide: (x: bigint, y: bigint) => bigint) =>
  (x: number, y: number): number =>
    (x | 0) === x && (y | 0) === y
      ? narrow(x, y)
      : Number(wide(BigInt(Math.trunc(x)), BigInt(Math.trunc(y))));

/** What the primitives of one number compute, on float64 numbers. */
export const unaryFunctions: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  trunc: Math.trunc,
  sqrt: Math.sqrt,
  exp: math.exp,
  expm1: math.expm1,
  log: math.log,
  log1p: math.log1p,
  sin: math.sin,
  cos: math.cos,
  tan: math.tan,
  asin: math.asin,
  acos: math.acos,
  atan: math.atan,
  tanh: math.tanh,
  erf: math.erf,
  erfinv: math.erfinv,
  lgamma: math.lgamma,
  digamma: math.digamma,
  not: (x) => (x === 0 ? 1 : 0),
  isNaN: (x) => (Number.isNaN(x) ? 1 : 0),
  bitNot: (x) => -1 - x,
  real: (x) => x,
  imag: () => 0,
  conj: (x) => x,
};

/** What the primitives of two numbers compute, on float64 numbers. */
export const binaryFunctions: Readonly<Record<BinaryOp, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  min: Math.min,
  max: Math.max,
  pow: math.pow,
  mod: floorMod,
  atan2: math.atan2,
  lt: (x, y) => (x < y ? 1 : 0),
  le: (x, y) => (x <= y ? 1 : 0),
  eq: (x, y) => (x === y ? 1 : 0),
  ne: (x, y) => (x !== y ? 1 : 0),
  bitAnd: onBits(
    (x, y) => x & y,
    (x, y) => x & y,
  ),
  bitOr: onBits(
    (x, y) => x | y,
    (x, y) => x | y,
  ),
  bitXor: onBits(
    (x, y) => x ^ y,
    (x, y) => x ^ y,
  ),
  shiftLeft: (x, y) => x * powerOfTwo(Math.min(y, 1023)),
  shiftRight: (x, y) => Math.floor(x / powerOfTwo(Math.min(y, 1023))),
  polygamma: math.polygamma,
  complex: (x) => x,
};

/** Whether a part's name is that of a primitive of one number. */
export const isUnary = (op: string): op is UnaryOp => Object.hasOwn(unaryFunctions, op);
/** Whether a part's name is that of a primitive of two numbers. */
export const isBinary = (op: string): op is BinaryOp => Object.hasOwn(binaryFunctions, op);
