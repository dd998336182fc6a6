// What a kernel does, said in plain JavaScript for any number of lanes: the judge of all targets.
import type { KernelCode, Statement } from '../../src/backends/wasm/builder/kernel-builder.ts';
import type { Value } from '../../src/backends/wasm/builder/value.ts';

/** A scalar, or the lanes of a vector; masks are lanes of 0 and 1. */
type Lanes = readonly number[];
type Result = number | Lanes;

const { fround } = Math;

/** To the nearest whole number, halves to even. */
function nearest(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 23) return x;
  const low = Math.floor(x);
  const rest = x - low;
  const whole = rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
  return whole === 0 && (x < 0 || Object.is(x, -0)) ? -0 : whole;
}

const words = new DataView(new ArrayBuffer(4));
const bitsOf = (x: number): number => {
  words.setFloat32(0, x);
  return words.getInt32(0);
};
const ofBits = (x: number): number => {
  words.setInt32(0, x);
  return words.getFloat32(0);
};

/** The float32 next to x on the side of y. */
function neighbour(x: number, y: number): number {
  if (x === 0) return y > 0 ? 2 ** -149 : -(2 ** -149);
  return ofBits(bitsOf(x) + (y > x === x > 0 ? 1 : -1));
}

/** x * y + z with one rounding: the product is exact in double precision, and what the sum loses decides between two neighbours. */
export function multiplyAdd(x: number, y: number, z: number): number {
  const product = x * y;
  const sum = product + z;
  const rounded = fround(sum);
  if (rounded === sum || !Number.isFinite(sum)) return rounded;
  const near = Number.isFinite(rounded) ? rounded : Math.sign(sum) * 2 ** 128;
  const far = neighbour(near, sum);
  if (Math.abs(sum - near) !== Math.abs(far - sum)) return rounded;
  const rest = sum - product;
  const lost = product - (sum - rest) + (z - rest);
  if (lost === 0) return rounded;
  return fround(lost > 0 ? Math.max(near, far) : Math.min(near, far));
}

const floats: Record<string, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  min: Math.min,
  max: Math.max,
  pmin: (x, y) => (y < x ? y : x),
  pmax: (x, y) => (x < y ? y : x),
  neg: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  nearest,
};

const integers: Record<string, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: Math.imul,
  divU: (x, y) => Math.floor((x >>> 0) / (y >>> 0)),
  remU: (x, y) => (x >>> 0) % (y >>> 0),
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  min: Math.min,
  max: Math.max,
  neg: (x) => -x,
  abs: Math.abs,
  shl: (x, n) => x << n,
  shrS: (x, n) => x >> n,
  shrU: (x, n) => x >>> n,
};

const comparisons: Record<string, (x: number, y: number) => boolean> = {
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y,
  ltU: (x, y) => x >>> 0 < y >>> 0,
  geU: (x, y) => x >>> 0 >= y >>> 0,
};

/** Runs kernels over a piece of memory whose first byte has the address `base`. */
export class Interpreter {
  readonly #memory: DataView;
  readonly #base: number;
  readonly #lanes: number;
  #variables: Result[] = [];

  constructor(memory: ArrayBuffer, base: number, lanes: number) {
    this.#memory = new DataView(memory);
    this.#base = base;
    this.#lanes = lanes;
  }

  run({ body }: KernelCode, args: number, task: number, scratch: number): void {
    this.#variables = [args, task, scratch];
    this.#statements(body);
  }

  #statements(list: readonly Statement[]): void {
    for (const statement of list) {
      switch (statement.kind) {
        case 'set':
          this.#variables[statement.variable] = this.#value(statement.value);
          break;
        case 'store':
          this.#store(statement);
          break;
        case 'prefetch':
          break;
        case 'transpose': {
          const rows = statement.rows.map((row) => this.#value(row) as Lanes);
          statement.columns.forEach((variable, i) => {
            this.#variables[variable] = rows.map((row) => row[i]);
          });
          break;
        }
        case 'loop':
          do this.#statements(statement.body);
          while (this.#value(statement.again) !== 0);
          break;
        case 'if':
          this.#statements(
            this.#value(statement.condition) !== 0 ? statement.then : statement.otherwise,
          );
      }
    }
  }

  #at(address: Result, offset: number): number {
    return ((address as number) >>> 0) + offset - this.#base;
  }

  #store({ address, offset, value, width, lanes }: Statement & { kind: 'store' }): void {
    const at = this.#at(this.#value(address), offset);
    const result = this.#value(value);
    if (width === 1) this.#memory.setUint8(at, result as number);
    else if (value.type === 'i32') this.#memory.setInt32(at, result as number, true);
    else if (value.type === 'f32') this.#memory.setFloat32(at, result as number, true);
    else {
      (result as Lanes).slice(0, lanes || this.#lanes).forEach((lane, i) => {
        if (value.type === 'f32v') this.#memory.setFloat32(at + i * 4, lane, true);
        else this.#memory.setInt32(at + i * 4, lane, true);
      });
    }
  }

  #all(make: (lane: number) => number): Lanes {
    return Array.from({ length: this.#lanes }, (_, i) => make(i));
  }

  #value(value: Value): Result {
    const { op, type, args, immediate, immediate2 } = value;
    const vector = type !== 'i32' && type !== 'f32';
    const isFloat = type === 'f32' || type === 'f32v';
    switch (op) {
      case 'get':
        return this.#variables[immediate];
      case 'const': {
        const constant = isFloat ? fround(immediate) : immediate | 0;
        return vector ? this.#all(() => constant) : constant;
      }
      case 'laneNumbers':
        return this.#all((i) => i);
      default:
    }
    const [a, b, c] = args.map((arg) => this.#value(arg));
    const read = (at: number): number =>
      isFloat ? this.#memory.getFloat32(at, true) : this.#memory.getInt32(at, true);
    switch (op) {
      case 'load': {
        const at = this.#at(a, immediate);
        return vector ? this.#all((i) => read(at + i * 4)) : read(at);
      }
      case 'loadU8': {
        const at = this.#at(a, immediate);
        return vector ? this.#all((i) => this.#memory.getUint8(at + i)) : this.#memory.getUint8(at);
      }
      case 'loadSplat': {
        const number = read(this.#at(a, immediate));
        return this.#all(() => number);
      }
      case 'loadFirst':
        return this.#all((i) => (i < immediate2 ? read(this.#at(a, immediate) + i * 4) : 0));
      case 'gather':
        return this.#all((i) => (i < immediate2 ? read(this.#at(a, 0) + i * immediate) : 0));
      case 'splat':
        return this.#all(() => a as number);
      case 'lane':
        return (a as Lanes)[immediate];
      case 'bits':
        return (a as Lanes).reduce((bits, lane, i) => bits | (lane ? 1 << i : 0), 0);
      case 'firstBit':
        return a === 0 ? 32 : 31 - Math.clz32((a as number) & -(a as number));
      case 'select':
        if (typeof a === 'number') return a !== 0 ? b : c;
        return this.#all((i) => (a[i] ? (b as Lanes)[i] : (c as Lanes)[i]));
      case 'multiplyAdd':
      case 'emulatedMultiplyAdd':
        return (a as Lanes).map((x, i) => multiplyAdd(x, (b as Lanes)[i], (c as Lanes)[i]));
      case 'shl':
      case 'shrS':
      case 'shrU':
        return this.#each((x) => integers[op](x, immediate & 31) | 0, a);
      default:
    }
    return this.#each((x, y) => this.#scalar(value, x, y), a, b);
  }

  #each(f: (x: number, y: number) => number, a: Result, b: Result = 0): Result {
    if (typeof a === 'number') return f(a, b as number);
    return a.map((x, i) => f(x, typeof b === 'number' ? b : b[i]));
  }

  #scalar({ op, type, args }: Value, x: number, y: number): number {
    const from = args[0].type;
    if (op === 'not') return type === 'i32' || type === 'mask' ? Number(x === 0) : ~x;
    if (op === 'toF32') return fround(x);
    if (op === 'toI32') return Math.trunc(x) | 0;
    if (op === 'bitsOfF32') return bitsOf(x);
    if (op === 'f32OfBits') return ofBits(x);
    const compare = comparisons[op];
    if (compare) return Number(compare(x, y));
    if (from === 'f32' || from === 'f32v') return fround(floats[op](x, y));
    return integers[op](x, y) | 0;
  }
}
