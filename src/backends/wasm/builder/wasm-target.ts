import { emulatedMultiplyAdd } from './emulated-multiply-add.ts';
import { type CodeWriter, EmulatedProducts } from './emulated-products.ts';
import type { KernelCode, Statement } from './kernel-builder.ts';
import { divided, hasProducts } from './product-sums.ts';
import type { Value, ValueType } from './value.ts';
import { float32, int32, section, signed, simd, text, unsigned } from './wasm-bytes.ts';

/** One-instruction operations by `op.type of the first operand`. */
const opcodes: Readonly<Record<string, readonly number[]>> = {
  'add.i32': [0x6a],
  'sub.i32': [0x6b],
  'mul.i32': [0x6c],
  'div.i32': [0x6d],
  'divU.i32': [0x6e],
  'remU.i32': [0x70],
  'and.i32': [0x71],
  'or.i32': [0x72],
  'xor.i32': [0x73],
  'firstBit.i32': [0x68],
  'eq.i32': [0x46],
  'ne.i32': [0x47],
  'lt.i32': [0x48],
  'ltU.i32': [0x49],
  'gt.i32': [0x4a],
  'le.i32': [0x4c],
  'ge.i32': [0x4e],
  'geU.i32': [0x4f],
  'not.i32': [0x45],
  'eq.f32': [0x5b],
  'ne.f32': [0x5c],
  'lt.f32': [0x5d],
  'gt.f32': [0x5e],
  'le.f32': [0x5f],
  'ge.f32': [0x60],
  'abs.f32': [0x8b],
  'neg.f32': [0x8c],
  'ceil.f32': [0x8d],
  'floor.f32': [0x8e],
  'trunc.f32': [0x8f],
  'nearest.f32': [0x90],
  'sqrt.f32': [0x91],
  'add.f32': [0x92],
  'sub.f32': [0x93],
  'mul.f32': [0x94],
  'div.f32': [0x95],
  'min.f32': [0x96],
  'max.f32': [0x97],
  'toI32.f32': [0xfc, 0x00],
  'toF32.i32': [0xb2],
  'bitsOfF32.f32': [0xbc],
  'f32OfBits.i32': [0xbe],
  'splat.i32': simd(0x11),
  'splat.f32': simd(0x13),
  'eq.i32v': simd(0x37),
  'ne.i32v': simd(0x38),
  'lt.i32v': simd(0x39),
  'ltU.i32v': simd(0x3a),
  'gt.i32v': simd(0x3b),
  'le.i32v': simd(0x3d),
  'ge.i32v': simd(0x3f),
  'geU.i32v': simd(0x40),
  'eq.f32v': simd(0x41),
  'ne.f32v': simd(0x42),
  'lt.f32v': simd(0x43),
  'gt.f32v': simd(0x44),
  'le.f32v': simd(0x45),
  'ge.f32v': simd(0x46),
  'not.mask': simd(0x4d),
  'not.i32v': simd(0x4d),
  'bits.mask': simd(0xa4),
  'and.mask': simd(0x4e),
  'or.mask': simd(0x50),
  'xor.mask': simd(0x51),
  'and.i32v': simd(0x4e),
  'or.i32v': simd(0x50),
  'xor.i32v': simd(0x51),
  'and.f32v': simd(0x4e),
  'or.f32v': simd(0x50),
  'xor.f32v': simd(0x51),
  'ceil.f32v': simd(0x67),
  'floor.f32v': simd(0x68),
  'trunc.f32v': simd(0x69),
  'nearest.f32v': simd(0x6a),
  'abs.i32v': simd(0xa0),
  'neg.i32v': simd(0xa1),
  'add.i32v': simd(0xae),
  'sub.i32v': simd(0xb1),
  'mul.i32v': simd(0xb5),
  'min.i32v': simd(0xb6),
  'max.i32v': simd(0xb8),
  'abs.f32v': simd(0xe0),
  'neg.f32v': simd(0xe1),
  'sqrt.f32v': simd(0xe3),
  'add.f32v': simd(0xe4),
  'sub.f32v': simd(0xe5),
  'mul.f32v': simd(0xe6),
  'div.f32v': simd(0xe7),
  'min.f32v': simd(0xe8),
  'max.f32v': simd(0xe9),
  'pmin.f32v': simd(0xea),
  'pmax.f32v': simd(0xeb),
  'toI32.f32v': simd(0xf8),
  'toF32.i32v': simd(0xfa),
  'multiplyAdd.f32v': simd(0x105),
};

const shifts: Readonly<Record<string, readonly number[]>> = {
  'shl.i32': [0x74],
  'shrS.i32': [0x75],
  'shrU.i32': [0x76],
  'shl.i32v': simd(0xab),
  'shrS.i32v': simd(0xac),
  'shrU.i32v': simd(0xad),
};

const wasmTypes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  f32: 0x7d,
  f32v: 0x7b,
  i32v: 0x7b,
  mask: 0x7b,
};

/** Turns one kernel's statements into the body of a WebAssembly function. */
class FunctionEncoder {
  readonly #code: number[] = [];
  /** Locals, beyond the parameters, of the kernel's variables and of transposes. */
  readonly #locals: ValueType[];
  /** The number of the function that does what the engine has no instruction for. */
  readonly #helper: number;
  /** What writes sums of products that have no instruction; null where there are none. */
  readonly #emulated: EmulatedProducts | null = null;
  needsHelper = false;

  constructor(kernel: KernelCode, helper: number) {
    this.#locals = [...kernel.variables];
    this.#helper = helper;
    if (kernel.body.some(hasProducts)) {
      const writer: CodeWriter = {
        emit: (...bytes) => this.#emit(...bytes),
        value: (value) => this.#value(value),
        temporary: (type) => this.#temporary(type),
        plain: (list) => this.#list(list, null),
      };
      this.#emulated = new EmulatedProducts(writer, kernel.body);
    }
    this.#statements(kernel.body, this.#emulated);
  }

  bytes(): number[] {
    const declared: number[] = [];
    const locals = this.#locals.slice(3);
    let groups = 0;
    for (let i = 0; i < locals.length; ) {
      let n = 1;
      while (i + n < locals.length && wasmTypes[locals[i + n]] === wasmTypes[locals[i]]) n++;
      declared.push(...unsigned(n), wasmTypes[locals[i]]);
      groups++;
      i += n;
    }
    return [
      ...unsigned(groups),
      ...declared,
      ...(this.#emulated?.prologue ?? []),
      ...this.#code,
      0x0b,
    ];
  }

  #emit(...bytes: number[]): void {
    for (const byte of bytes) this.#code.push(byte);
  }

  #statements(list: readonly Statement[], emulated: EmulatedProducts | null): void {
    for (const part of emulated ? divided(list) : [{ list, sums: false }]) {
      if (part.sums) emulated?.write(part.list);
      else this.#list(part.list, emulated);
    }
  }

  #list(list: readonly Statement[], emulated: EmulatedProducts | null): void {
    for (const statement of list) {
      switch (statement.kind) {
        case 'set':
          this.#value(statement.value);
          this.#emit(0x21, ...unsigned(statement.variable));
          break;
        case 'store':
          this.#store(statement);
          break;
        case 'transpose':
          this.#transpose(statement);
          break;
        case 'loop':
          this.#emit(0x03, 0x40);
          this.#statements(statement.body, emulated);
          this.#value(statement.again);
          this.#emit(0x0d, 0x00, 0x0b);
          break;
        case 'if':
          this.#value(statement.condition);
          this.#emit(0x04, 0x40);
          this.#statements(statement.then, emulated);
          if (statement.otherwise.length) {
            this.#emit(0x05);
            this.#statements(statement.otherwise, emulated);
          }
          this.#emit(0x0b);
          break;
      }
    }
  }

  #store({ address, offset, value, width, lanes }: Statement & { kind: 'store' }): void {
    const at = (opcode: readonly number[], alignment: number, shift: number, lane?: number) => {
      this.#value(address);
      this.#value(value);
      this.#emit(...opcode, alignment, ...unsigned(offset + shift));
      if (lane !== undefined) this.#emit(lane);
    };
    if (value.type === 'i32') at(width === 1 ? [0x3a] : [0x36], width === 1 ? 0 : 2, 0);
    else if (value.type === 'f32') at([0x38], 2, 0);
    else if (lanes === 0) at(simd(0x0b), 2, 0);
    else {
      if (lanes >= 2) at(simd(0x5b), 2, 0, 0);
      if (lanes & 1) at(simd(0x5a), 2, lanes === 3 ? 8 : 0, lanes - 1);
    }
  }

  #value(value: Value): void {
    const { op, type, args, immediate } = value;
    switch (op) {
      case 'const':
        this.#constant(type, immediate);
        return;
      case 'get':
        this.#emit(0x20, ...unsigned(immediate));
        return;
      case 'load':
        this.#value(args[0]);
        if (type === 'i32') this.#emit(0x28, 2, ...unsigned(immediate));
        else if (type === 'f32') this.#emit(0x2a, 2, ...unsigned(immediate));
        else this.#emit(...simd(0x00), 2, ...unsigned(immediate));
        return;
      case 'loadU8':
        this.#value(args[0]);
        if (type === 'i32') this.#emit(0x2d, 0, ...unsigned(immediate));
        else {
          this.#emit(...simd(0x5c), 0, ...unsigned(immediate));
          this.#emit(...simd(0x89), ...simd(0xa9));
        }
        return;
      case 'loadSplat':
        this.#value(args[0]);
        this.#emit(...simd(0x09), 2, ...unsigned(immediate));
        return;
      case 'loadFirst':
        this.#loadFirst(value);
        return;
      case 'lane':
        this.#value(args[0]);
        this.#emit(...simd(type === 'i32' ? 0x1b : 0x1f), immediate);
        return;
      case 'shl':
      case 'shrS':
      case 'shrU':
        this.#value(args[0]);
        this.#emit(0x41, ...signed(immediate), ...shifts[`${op}.${args[0].type}`]);
        return;
      case 'select':
        this.#value(args[1]);
        this.#value(args[2]);
        this.#value(args[0]);
        if (args[0].type === 'mask') this.#emit(...simd(0x52));
        else this.#emit(0x1b);
        return;
      case 'neg':
        if (type === 'i32') {
          this.#emit(0x41, 0);
          this.#value(args[0]);
          this.#emit(0x6b);
          return;
        }
        break;
      case 'pmin':
      case 'pmax':
        if (type === 'f32') {
          // a, b, condition: picks b's side as the vector instruction does.
          this.#value(args[1]);
          this.#value(args[0]);
          this.#value(args[op === 'pmin' ? 1 : 0]);
          this.#value(args[op === 'pmin' ? 0 : 1]);
          this.#emit(0x5d, 0x1b);
          return;
        }
        break;
      case 'bitsOfF32':
      case 'f32OfBits':
        if (type === 'i32v' || type === 'f32v') {
          this.#value(args[0]);
          return;
        }
        break;
      case 'laneNumbers':
        this.#emit(...simd(0x0c), ...[0, 1, 2, 3].flatMap(int32));
        return;
      case 'gather':
        this.#gather(value);
        return;
      default:
    }
    for (const arg of args) this.#value(arg);
    if (op === 'emulatedMultiplyAdd') {
      this.needsHelper = true;
      this.#emit(0x10, ...unsigned(this.#helper));
      return;
    }
    const key = `${op}.${args[0].type}`;
    const opcode = opcodes[key];
    if (!opcode) throw new TypeError(`no WebAssembly instruction for ${key}`);
    this.#emit(...opcode);
  }

  #constant(type: ValueType, value: number): void {
    if (type === 'i32') this.#emit(0x41, ...signed(value));
    else if (type === 'f32') this.#emit(0x43, ...float32(value));
    else {
      const lane = type === 'f32v' ? float32(value) : int32(value);
      this.#emit(...simd(0x0c), ...lane, ...lane, ...lane, ...lane);
    }
  }

  #loadFirst({ args, immediate, immediate2: count }: Value): void {
    const load = (opcode: number, shift: number) => {
      this.#value(args[0]);
      return [...simd(opcode), 2, ...unsigned(immediate + shift)];
    };
    if (count === 1) this.#emit(...load(0x5c, 0));
    else if (count === 2) this.#emit(...load(0x5d, 0));
    else {
      const low = this.#temporary('f32v');
      this.#emit(...load(0x5d, 0), 0x21, ...unsigned(low));
      const high = load(0x56, 8);
      this.#emit(0x20, ...unsigned(low), ...high, 2);
    }
  }

  #gather({ args, immediate: stride, immediate2: count }: Value): void {
    const address = this.#temporary('i32');
    this.#value(args[0]);
    this.#emit(0x22, ...unsigned(address), ...simd(0x5c), 2, 0);
    for (let lane = 1; lane < count; lane++) {
      const sum = this.#temporary('f32v');
      this.#emit(0x21, ...unsigned(sum), 0x20, ...unsigned(address), 0x20, ...unsigned(sum));
      this.#emit(...simd(0x56), 2, ...unsigned(lane * stride), lane);
    }
  }

  /** Two rounds of interleaving, which become unpack instructions. */
  #transpose({ rows, columns }: Statement & { kind: 'transpose' }): void {
    const shuffle = (a: number, b: number, lanes: readonly number[], to: number) => {
      this.#emit(0x20, ...unsigned(a), 0x20, ...unsigned(b), ...simd(0x0d));
      this.#emit(
        ...lanes.flatMap((l) => [0, 1, 2, 3].map((k) => l * 4 + k)),
        0x21,
        ...unsigned(to),
      );
    };
    const [r0, r1, r2, r3] = rows.map((row) => row.immediate);
    const [low01, low23, high01, high23] = [0, 1, 2, 3].map(() => this.#temporary('f32v'));
    shuffle(r0, r1, [0, 4, 1, 5], low01);
    shuffle(r2, r3, [0, 4, 1, 5], low23);
    shuffle(r0, r1, [2, 6, 3, 7], high01);
    shuffle(r2, r3, [2, 6, 3, 7], high23);
    shuffle(low01, low23, [0, 1, 4, 5], columns[0]);
    shuffle(low01, low23, [2, 3, 6, 7], columns[1]);
    shuffle(high01, high23, [0, 1, 4, 5], columns[2]);
    shuffle(high01, high23, [2, 3, 6, 7], columns[3]);
  }

  #temporary(type: ValueType): number {
    this.#locals.push(type);
    return this.#locals.length - 1;
  }
}

/**
 * Encodes kernels as one module that imports its memory as `m.m` and exports them as `0`, `1`, ….
 * `shared` must agree with the memory it will be given.
 */
export function encodeModule(
  kernels: readonly KernelCode[],
  { shared, maximumPages }: { readonly shared: boolean; readonly maximumPages: number },
): Uint8Array<ArrayBuffer> {
  const encoders = kernels.map((kernel) => new FunctionEncoder(kernel, kernels.length));
  const bodies = encoders.map((encoder) => encoder.bytes());
  const helpers = encoders.some((encoder) => encoder.needsHelper) ? [emulatedMultiplyAdd] : [];
  const n = unsigned(kernels.length);
  const functions = unsigned(kernels.length + helpers.length);
  const code = [...bodies, ...helpers];
  return new Uint8Array([
    0x00,
    0x61,
    0x73,
    0x6d,
    0x01,
    0x00,
    0x00,
    0x00,
    ...section(1, [
      2,
      ...[0x60, 3, 0x7f, 0x7f, 0x7f, 0], // a kernel
      ...[0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b], // a helper, of vectors
    ]),
    ...section(2, [
      1,
      ...text('m'),
      ...text('m'),
      0x02,
      shared ? 0x03 : 0x01,
      ...unsigned(1),
      ...unsigned(maximumPages),
    ]),
    ...section(3, [...functions, ...kernels.map(() => 0), ...helpers.map(() => 1)]),
    ...section(7, [...n, ...kernels.flatMap((_, i) => [...text(String(i)), 0x00, ...unsigned(i)])]),
    ...section(10, [...functions, ...code.flatMap((body) => [...unsigned(body.length), ...body])]),
  ]);
}
