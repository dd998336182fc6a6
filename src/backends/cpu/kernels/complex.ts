import { type Expr, evaluatePart, mapParts, math } from '../../../expr/index.ts';
import { DTypeError, dtypes, readSlot, type View, writeSlot } from '../../../tensor/index.ts';
import { offsetsOf } from '../offsets.ts';

/** Real and imaginary part. */
export type Complex = readonly [number, number];

export const isComplex = ({ dtype }: View): boolean => dtypes[dtype].kind === 'complex';

/** A view's elements as complex numbers, by their place in row-major order. */
export function complexElements({ storage, dtype, shape, strides, offset }: View) {
  const offsets = offsetsOf(shape, strides);
  const { array } = storage;
  const { slots } = dtypes[dtype];
  return {
    read(i: number): Complex {
      const at = (offset + offsets[i]) * slots;
      return [readSlot(array, dtype, at), slots === 2 ? array[at + 1] : 0];
    },
    write(i: number, [re, im]: Complex): void {
      const at = (offset + offsets[i]) * slots;
      writeSlot(array, dtype, at, re);
      if (slots === 2) array[at + 1] = im;
    },
  };
}

/** The formula's value in complex numbers. */
export const evaluateComplex = (formula: Expr, inputs: readonly Complex[]): Complex =>
  mapParts<Complex>(formula, (part, args) => evaluateComplexPart(part, args, inputs));

function evaluateComplexPart(
  part: Expr,
  args: readonly Complex[],
  inputs: readonly Complex[],
): Complex {
  const { op } = part;
  if (op === 'input') return inputs[part.value];
  const rule = rules[op];
  if (rule) return rule(args[0], args[1], args[2]);
  if (args.some(([, im]) => im !== 0)) {
    throw new DTypeError(
      `${op} is not defined for complex numbers; take abs(), real() or imag() of them first`,
    );
  }
  const reals = args.map(([re]) => re);
  return [evaluatePart(part, reals, []), 0];
}

const flag = (condition: boolean): Complex => [condition ? 1 : 0, 0];

/** |x + i y| without overflow on the way. */
function modulus([x, y]: Complex): number {
  const size = Math.max(Math.abs(x), Math.abs(y));
  if (size === 0 || size === Number.POSITIVE_INFINITY) return size;
  return size * Math.sqrt((x / size) ** 2 + (y / size) ** 2);
}

/** Smith's division, which scales by the larger part of the divisor. */
function divide([a, b]: Complex, [c, d]: Complex): Complex {
  if (Math.abs(c) >= Math.abs(d)) {
    const ratio = d / c;
    const scale = c + d * ratio;
    return d === 0 ? [a / c, b / c] : [(a + b * ratio) / scale, (b - a * ratio) / scale];
  }
  const ratio = c / d;
  const scale = c * ratio + d;
  return [(a * ratio + b) / scale, (b * ratio - a) / scale];
}

/** The principal square root: its real part is not negative. */
function squareRoot(z: Complex): Complex {
  const [x, y] = z;
  const size = modulus(z);
  if (size === 0) return [0, y];
  const large = Math.sqrt((size + Math.abs(x)) / 2);
  const small = Math.abs(y) / (2 * large);
  const sign = y < 0 || Object.is(y, -0) ? -1 : 1;
  return x >= 0 ? [large, sign * small] : [small, sign * large];
}

/** What differs from the reals; primitives that are missing here take numbers without an imaginary part only. */
const rules: Partial<Record<Expr['op'], (x: Complex, y: Complex, z: Complex) => Complex>> = {
  add: ([a, b], [c, d]) => [a + c, b + d],
  sub: ([a, b], [c, d]) => [a - c, b - d],
  mul: ([a, b], [c, d]) => [a * c - b * d, a * d + b * c],
  div: divide,
  neg: ([a, b]) => [-a, -b],
  conj: ([a, b]) => [a, -b],
  real: ([a]) => [a, 0],
  imag: ([, b]) => [b, 0],
  complex: ([a], [b]) => [a, b],
  abs: (z) => [modulus(z), 0],
  sqrt: squareRoot,
  exp: ([a, b]) => {
    const size = math.exp(a);
    return b === 0 ? [size, b] : [size * math.cos(b), size * math.sin(b)];
  },
  log: (z) => [math.log(modulus(z)), math.atan2(z[1], z[0])],
  eq: ([a, b], [c, d]) => flag(a === c && b === d),
  ne: ([a, b], [c, d]) => flag(a !== c || b !== d),
  not: ([a, b]) => flag(a === 0 && b === 0),
  isNaN: ([a, b]) => flag(Number.isNaN(a) || Number.isNaN(b)),
  select: ([a, b], x, y) => (a !== 0 || b !== 0 ? x : y),
};
