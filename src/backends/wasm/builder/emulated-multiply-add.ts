import { simd } from './wasm-bytes.ts';

/** Parameters and locals of the function. */
const [x, y, z, product, addend, sum, error, low, high, ones] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];

const shuffle = (lanes: readonly number[]): number[] => [...simd(0x0d), ...lanes];
const bytes = (from: number): number[] => Array.from({ length: 8 }, (_, i) => from + i);
/** The upper two lanes in the place of the lower ones. */
const upper = (local: number): number[] => [
  ...get(local),
  ...get(local),
  ...shuffle([...bytes(8), ...bytes(8)]),
];

const promote = simd(0x5f);
const demote = simd(0x5e);
const [abs, add, sub, mul] = [0xec, 0xf0, 0xf1, 0xf2].map(simd);
const greater = simd(0x4a);
const and = simd(0x4e);
const xor = simd(0x51);
const or = simd(0x50);
const [shl, shrS] = [0xcb, 0xcc].map(simd);
const [addI64, subI64] = [0xce, 0xd1].map(simd);
const long = (value: number): number[] => [0x42, value, ...simd(0x12)];
const zeros = [...simd(0x0c), ...new Array<number>(16).fill(0)];

/** x * y + z of two lanes, rounded to double precision so that the next rounding is as if it were the only one. */
const twoLanes = (lanes: (local: number) => number[]): number[] => [
  // Exact: 24 and 24 bits make 48.
  ...[...lanes(x), ...promote, ...lanes(y), ...promote, ...mul, ...set(product)],
  ...[...lanes(z), ...promote, ...tee(addend), ...get(product), ...add, ...set(sum)],
  // error = (product - (sum - rest)) + (addend - rest), where rest = sum - product
  ...[...get(sum), ...get(product), ...sub, ...set(error)],
  ...[...get(product), ...get(sum), ...get(error), ...sub, ...sub],
  ...[...get(addend), ...get(error), ...sub, ...add, ...set(error)],
  // What is not exact becomes odd in its last bit, towards what was lost: + 1 or - 1 in the last place, where it is even.
  ...get(sum),
  ...[...get(sum), ...get(error), ...xor, 0x41, 63, ...shrS, 0x41, 1, ...shl, ...long(1), ...or],
  ...[...get(error), ...abs, ...zeros, ...greater, ...and],
  ...[...get(sum), ...long(1), ...and, ...long(1), ...subI64, ...and],
  ...addI64,
  ...demote,
];

const together = shuffle([...bytes(0), ...bytes(16)]);
const words = (from: number): number[] =>
  shuffle([0, 8, 16, 24].flatMap((lane) => [0, 1, 2, 3].map((i) => lane + from + i)));
const [equal, lessU] = [0x37, 0x3a].map(simd);
const [shlI32, shrI32, addI32] = [0xab, 0xad, 0xae].map(simd);
const anyTrue = simd(0x53);

/** The sums of two lanes in double precision, rounded as they come. */
const roundedLanes = (lanes: (local: number) => number[]): number[] => [
  ...[...lanes(x), ...promote, ...lanes(y), ...promote, ...mul],
  ...[...lanes(z), ...promote, ...add],
];

/**
 * The body of a function of three vectors that gives x * y + z with one rounding, for engines that have no instruction for it: the sum in
 * double precision rounded to odd, then to single precision (S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums:
 * proved algorithms using rounding to odd", 2008). Where no sum lies in the middle between two normal numbers, or below them, rounding it
 * as it comes gives the same.
 */
export const emulatedMultiplyAdd: readonly number[] = [
  ...[1, 7, 0x7b], // seven more vectors
  ...[...roundedLanes(get), ...set(low), ...roundedLanes(upper), ...set(high)],
  // Constants cost more than to make them of a vector of ones.
  ...[...get(x), ...get(x), ...equal, ...set(ones)],
  ...[...get(low), ...get(high), ...words(0), 0x41, 3, ...shlI32],
  ...[...get(ones), 0x41, 31, ...shlI32, ...equal],
  // Without its sign and less 1, 0 is the largest; what is less than 2^-63 is taken for small.
  ...[...get(low), ...get(high), ...words(4), 0x41, 1, ...shlI32, ...get(ones), ...addI32],
  ...[...get(ones), 0x41, 28, ...shrI32, 0x41, 27, ...shlI32, ...lessU],
  ...[...or, ...anyTrue, 0x04, 0x7b],
  ...twoLanes(get),
  ...[...twoLanes(upper), ...together, 0x05],
  ...[...get(low), ...demote, ...get(high), ...demote, ...together, 0x0b],
  0x0b,
];
