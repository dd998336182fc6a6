const first = 0xc3a5c85c97cb3127n;
const second = 0xb492b66fbe98f273n;
const third = 0x9ae16a3b2f90404fn;

const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
const rotate = (x: bigint, by: bigint): bigint => wrap((x >> by) | (x << (64n - by)));
const fold = (x: bigint): bigint => x ^ (x >> 47n);

/** A 128-bit state. */
type Pair = readonly [bigint, bigint];

/**
 * The 64-bit FarmHash of bytes, as TensorFlow's `to_hash_bucket_fast` computes it: `Fingerprint64` of
 * https://github.com/google/farmhash
 */
export function farmHash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): bigint => view.getBigUint64(at, true);
  const { length } = bytes;
  if (length > 64) return hashLong(word, length);
  if (length > 32) return hashUpTo64(word, length);
  if (length > 16) return hashUpTo32(word, length);
  if (length >= 8) {
    const factor = factorFor(length);
    const a = wrap(word(0) + third);
    const b = word(length - 8);
    const c = wrap(rotate(b, 37n) * factor + a);
    return mix(c, wrap((rotate(a, 25n) + b) * factor), factor);
  }
  if (length >= 4) {
    const [a, b] = [view.getUint32(0, true), view.getUint32(length - 4, true)];
    return mix(BigInt(length) + (BigInt(a) << 3n), BigInt(b), factorFor(length));
  }
  if (length === 0) return third;
  const y = BigInt(bytes[0] + bytes[length >> 1] * 256);
  const z = BigInt(length + bytes[length - 1] * 4);
  return wrap(fold(wrap(y * third) ^ wrap(z * first)) * third);
}

type Words = (at: number) => bigint;

const factorFor = (length: number): bigint => wrap(third + BigInt(length * 2));

function mix(x: bigint, y: bigint, factor: bigint): bigint {
  const a = fold(wrap((x ^ y) * factor));
  return wrap(fold(wrap((y ^ a) * factor)) * factor);
}

function hashUpTo32(word: Words, length: number): bigint {
  const factor = factorFor(length);
  const a = wrap(word(0) * second);
  const b = word(8);
  const c = wrap(word(length - 8) * factor);
  const d = wrap(word(length - 16) * third);
  return mix(
    wrap(rotate(wrap(a + b), 43n) + rotate(c, 30n) + d),
    wrap(a + rotate(wrap(b + third), 18n) + c),
    factor,
  );
}

function hashUpTo64(word: Words, length: number): bigint {
  const factor = factorFor(length);
  const a = wrap(word(0) * third);
  const b = word(8);
  const c = wrap(word(length - 8) * factor);
  const d = wrap(word(length - 16) * third);
  const y = wrap(rotate(wrap(a + b), 43n) + rotate(c, 30n) + d);
  const z = mix(y, wrap(a + rotate(wrap(b + third), 18n) + c), factor);
  const e = wrap(word(16) * factor);
  const f = word(24);
  const g = wrap((y + word(length - 32)) * factor);
  const h = wrap((z + word(length - 24)) * factor);
  return mix(
    wrap(rotate(wrap(e + f), 43n) + rotate(g, 30n) + h),
    wrap(e + rotate(wrap(f + a), 18n) + g),
    factor,
  );
}

/** Takes 32 bytes into two seeds. */
function absorb(word: Words, at: number, seedA: bigint, seedB: bigint): Pair {
  const a = wrap(seedA + word(at));
  const sum = wrap(a + word(at + 8) + word(at + 16));
  const b = rotate(wrap(seedB + a + word(at + 24)), 21n);
  return [wrap(sum + word(at + 24)), wrap(b + rotate(sum, 44n) + a)];
}

function hashLong(word: Words, length: number): bigint {
  let x = wrap(81n * third + word(0));
  let y = wrap(81n * second + 113n);
  let z = wrap(fold(wrap(y * third + 113n)) * third);
  let v: Pair = [0n, 0n];
  let w: Pair = [0n, 0n];
  /** Takes 64 bytes in; the last ones weigh more. */
  const step = (at: number, factor: bigint, weight: bigint): void => {
    x = wrap(rotate(wrap(x + y + v[0] + word(at + 8)), 37n) * factor);
    y = wrap(rotate(wrap(y + v[1] + word(at + 48)), 42n) * factor);
    x ^= wrap(w[1] * weight);
    y = wrap(y + v[0] * weight + word(at + 40));
    z = wrap(rotate(wrap(z + w[0]), 33n) * factor);
    v = absorb(word, at, wrap(v[1] * factor), wrap(x + w[0]));
    w = absorb(word, at + 32, wrap(z + w[1]), wrap(y + word(at + 16)));
    [z, x] = [x, z];
  };
  const rest = (length - 1) % 64;
  for (let at = 0; at < length - 1 - rest; at += 64) step(at, second, 1n);
  const factor = wrap(second + ((z & 0xffn) << 1n));
  const w0 = wrap(w[0] + BigInt(rest));
  const v0 = wrap(v[0] + w0);
  v = [v0, v[1]];
  w = [wrap(w0 + v0), w[1]];
  step(length - 64, factor, 9n);
  return mix(
    wrap(mix(v[0], w[0], factor) + fold(y) * first + z),
    wrap(mix(v[1], w[1], factor) + x),
    factor,
  );
}
