import type { KernelBuilder } from './kernel-builder.ts';
import type { Value } from './value.ts';

/**
 * Elementary functions of float32 scalars and vectors, the same bits on every machine. Reductions and polynomials are those
 * of Moshier's Cephes library (single precision), errors about 2 units in the last place unless said.
 */

/** p[0] x^n + p[1] x^(n-1) + …, by Horner's rule. */
function polynomial(b: KernelBuilder, x: Value, coefficients: readonly number[]): Value {
  const [first, ...rest] = coefficients;
  let sum = x.like(first);
  for (const c of rest) sum = sum.mul(x).add(c);
  return b.let(sum);
}

/** (e^r - 1 - r) / r² on |r| <= ln(2) / 2. */
const expPolynomial = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
  5.0000001201e-1,
];
const ln2High = 0.693359375;
const ln2Low = -2.1219444e-4;

/** 2^n for whole n in [-126, 127], as the bits of a float. */
const powerOfTwo = (n: Value): Value => n.add(127).shl(23).f32OfBits();

export function exp(b: KernelBuilder, x: Value): Value {
  const clamped = b.let(x.pmin(89).pmax(-105));
  const n = b.let(clamped.mul(Math.LOG2E).nearest());
  const r = b.let(clamped.sub(n.mul(ln2High)).sub(n.mul(ln2Low)));
  const p = polynomial(b, r, expPolynomial);
  const mantissa = b.let(p.mul(r).mul(r).add(r).add(1));
  // Two factors, since 2^n alone may be out of range where the product is not.
  const whole = b.let(n.toI32());
  const half = b.let(whole.shrS(1));
  return b.let(mantissa.mul(powerOfTwo(half)).mul(powerOfTwo(whole.sub(half))));
}

/** The sign of x's bits: that of zero too. */
const signOf = (x: Value): Value => x.bitsOfF32().and(-(2 ** 31));

/** A value whose sign is that of x, zero included. */
const withSign = (value: Value, x: Value): Value => value.bitsOfF32().or(signOf(x)).f32OfBits();

export function expm1(b: KernelBuilder, x: Value): Value {
  const p = polynomial(b, x, expPolynomial);
  const small = withSign(b.let(p.mul(x).mul(x).add(x)), x);
  return b.let(x.abs().lt(0.34).select(small, exp(b, x).sub(1)));
}

export function log(b: KernelBuilder, x: Value): Value {
  const tiny = x.lt(1.17549435e-38);
  const scaled = b.let(tiny.select(x.mul(8388608), x));
  const bits = b.let(scaled.bitsOfF32());
  const exponent = b.let(
    bits
      .shrS(23)
      .sub(126)
      .toF32()
      .sub(tiny.select(x.like(23), 0)),
  );
  const mantissa = b.let(bits.and(0x7fffff).or(0x3f000000).f32OfBits());
  const low = mantissa.lt(Math.SQRT1_2);
  const e = b.let(low.select(exponent.sub(1), exponent));
  const m = b.let(low.select(mantissa.add(mantissa).sub(1), mantissa.sub(1)));
  const z = b.let(m.mul(m));
  const p = polynomial(
    b,
    m,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
      -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const tail = b.let(p.mul(m).mul(z).add(e.mul(ln2Low)).sub(z.mul(0.5)));
  const result = b.let(m.add(tail).add(e.mul(ln2High)));
  const finite = x.lt(Number.POSITIVE_INFINITY).select(result, x);
  const positive = x.gt(0).select(finite, x.like(Number.NaN));
  return b.let(x.eq(0).select(x.like(Number.NEGATIVE_INFINITY), x.ne(x).select(x, positive)));
}

/** log(1 + x), exact for small x by Kahan's correction. */
export function log1p(b: KernelBuilder, x: Value): Value {
  const u = b.let(x.add(1));
  const corrected = log(b, u).mul(x.div(u.sub(1)));
  const large = x.lt(Number.POSITIVE_INFINITY).select(b.let(corrected), x);
  return b.let(u.eq(1).select(x, x.gt(-1).select(large, log(b, u))));
}

export function tanh(b: KernelBuilder, x: Value): Value {
  const size = b.let(x.abs());
  const z = b.let(x.mul(x));
  const p = polynomial(
    b,
    z,
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  );
  const small = b.let(p.mul(z).mul(size).add(size));
  const e = exp(b, b.let(size.add(size)));
  const large = b.let(x.like(1).sub(x.like(2).div(e.add(1))));
  return b.let(withSign(b.let(size.lt(0.625).select(small, large)), x));
}

/** sin and cos, exact to |x| = 8192, less so beyond, and in [-1, 1] for any finite x. */
function sinOrCos(b: KernelBuilder, x: Value, wantsCos: boolean): Value {
  const size = b.let(x.abs());
  const octant = b.let(
    size
      .mul(4 / Math.PI)
      .pmin(2 ** 30)
      .toI32(),
  );
  const even = b.let(octant.add(octant.and(1)));
  const j = b.let(even.toF32());
  const reduced = b.let(
    size.sub(j.mul(0.78515625)).sub(j.mul(2.4187564849853516e-4)).sub(j.mul(3.774894977445941e-8)),
  );
  const r = b.let(reduced.pmin(0.8).pmax(-0.8));
  const z = b.let(r.mul(r));
  const sine = polynomial(b, z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);
  const cosine = polynomial(
    b,
    z,
    [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2],
  );
  const s = b.let(sine.mul(z).mul(r).add(r));
  const c = b.let(cosine.mul(z).mul(z).sub(z.mul(0.5)).add(1));
  const quarter = b.let(even.shrS(1).and(3));
  const odd = quarter.and(1).eq(1);
  const value = b.let(odd.select(wantsCos ? s : c, wantsCos ? c : s));
  const flipped = wantsCos
    ? quarter.add(1).and(2).eq(2).select(value.neg(), value)
    : quarter.and(2).eq(2).select(value.neg(), value);
  const signed = wantsCos ? flipped : flipped.bitsOfF32().xor(signOf(x)).f32OfBits();
  return b.let(size.lt(Number.POSITIVE_INFINITY).select(signed, x.like(Number.NaN)));
}

export const sin = (b: KernelBuilder, x: Value): Value => sinOrCos(b, x, false);
export const cos = (b: KernelBuilder, x: Value): Value => sinOrCos(b, x, true);

export function erf(b: KernelBuilder, x: Value): Value {
  const size = b.let(x.abs());
  const z = b.let(x.mul(x));
  const inner = polynomial(
    b,
    z,
    [
      7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2,
      1.128358514861418e-1, -3.7612625824233e-1, 1.12837916572671,
    ],
  );
  const small = b.let(inner.mul(x));
  const q = b.let(x.like(1).div(size));
  const y = b.let(q.mul(q));
  const middle = polynomial(
    b,
    y,
    [
      2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1,
      6.210004621745983e-1, -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1,
      5.638259427386472e-1,
    ],
  );
  const far = polynomial(
    b,
    y,
    [
      -1.047766399936249e1, 1.297719955372516e1, -7.495518717768503, 2.92101901921078,
      -1.0152652792027, 4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1,
    ],
  );
  const tail = b.let(exp(b, b.let(z.neg())).mul(q).mul(size.lt(2).select(middle, far)));
  const large = b.let(x.like(1).sub(tail));
  const signed = x.lt(0).select(large.neg(), large);
  const outer = size.lt(6).select(signed, x.lt(0).select(x.like(-1), x.like(1)));
  return b.let(size.lt(1).select(small, x.ne(x).select(x, outer)));
}

/** Giles, "Approximating the erfinv function" (2010), single precision. */
export function erfinv(b: KernelBuilder, x: Value): Value {
  const w = b.let(log(b, b.let(x.like(1).sub(x).mul(x.add(1)))).neg());
  const near = polynomial(
    b,
    b.let(w.sub(2.5)),
    [
      2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3,
      -4.17768164e-3, 2.46640727e-1, 1.50140941,
    ],
  );
  const far = polynomial(
    b,
    b.let(w.sqrt().sub(3)),
    [
      -2.00214257e-4, 1.00950558e-4, 1.34934322e-3, -3.67342844e-3, 5.73950773e-3, -7.6224613e-3,
      9.43887047e-3, 1.00167406, 2.83297682,
    ],
  );
  const inside = b.let(w.lt(5).select(near, far).mul(x));
  const edge = x.abs().eq(1).select(x.mul(Number.POSITIVE_INFINITY), inside);
  return b.let(x.abs().gt(1).select(x.like(Number.NaN), edge));
}
