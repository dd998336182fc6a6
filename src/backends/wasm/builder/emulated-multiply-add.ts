import { simd } from './wasm-bytes.ts';

/** Parameters and locals of the function. */
const [x, y, z, product, addend, sum, error] = [0, 1, 2, 3, 4, 5, 6];

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

/**
 * The body of a function of three vectors that gives x * y + z with one rounding, for engines that have no instruction for it: the sum in
 * double precision rounded to odd, then to single precision (S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums:
 * proved algorithms using rounding to odd", 2008).
 */
export const emulatedMultiplyAdd: readonly number[] = [
  ...[1, 4, 0x7b], // four more vectors
  ...twoLanes(get),
  ...twoLanes(upper),
  ...shuffle([...bytes(0), ...bytes(16)]),
  0x0b,
];
