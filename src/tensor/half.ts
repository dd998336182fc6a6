const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** IEEE 754 binary16 pattern of a number, rounded to nearest even. */
export function toFloat16(value: number): number {
  float[0] = value;
  const x = bits[0];
  const sign = (x >>> 16) & 0x8000;
  const exponent = (x >>> 23) & 0xff;
  let mantissa = x & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  // Double rounding is avoided by sticky bits: a float64 that rounded to this float32 sets none of them wrongly
  // except at exact ties, which the comparison below restores.
  if (float[0] !== value && Number.isFinite(value) && (mantissa & 0x1fff) === 0x1000) {
    mantissa += Math.abs(value) > Math.abs(float[0]) ? 1 : -1;
  }
  const e = exponent - 112;
  if (e >= 31) return sign | 0x7c00;
  if (e <= 0) {
    if (e < -10) return sign;
    mantissa |= 0x800000;
    return sign | roundShift(mantissa, 14 - e);
  }
  return sign + ((e << 10) | 0) + roundShift(mantissa, 13);
}

function roundShift(mantissa: number, shift: number): number {
  const kept = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return kept + (rest > half || (rest === half && kept & 1) ? 1 : 0);
}

/** The number of a binary16 pattern. */
export function fromFloat16(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >>> 10) & 0x1f;
  const mantissa = pattern & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 pattern (the upper half of a float32) of a number, rounded to nearest even. */
export function toBfloat16(value: number): number {
  float[0] = value;
  const x = bits[0];
  if ((x & 0x7fffffff) > 0x7f800000) return (x >>> 16) | 0x40;
  return ((x + 0x7fff + ((x >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The number of a bfloat16 pattern. */
export function fromBfloat16(pattern: number): number {
  bits[0] = pattern << 16;
  return float[0];
}
