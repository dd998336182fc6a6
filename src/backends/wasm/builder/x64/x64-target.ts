import type { KernelCode, TargetTraits } from '../kernel-builder.ts';
import {
  type Condition,
  conditions,
  Encoder,
  type Memory,
  r8,
  r9,
  r14,
  rax,
  rbp,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  rsp,
} from './encoder.ts';
import { type Instruction, opcodes } from './instructions.ts';
import { lower } from './lowering.ts';
import { allocateRegisters, type Location, type RegisterClass } from './registers.ts';

export const avx2Traits: TargetTraits = {
  name: 'avx2',
  lanes: 8,
  tileRows: 4,
  tileVectors: 2,
  fused: false,
};
export const avx512Traits: TargetTraits = {
  name: 'avx512',
  lanes: 16,
  tileRows: 8,
  tileVectors: 2,
  fused: false,
};

/** Left for the allocator: not the carriers, not r15 (the memory), not rsp. */
const generalRegisters = [rcx, rbx, rbp, rsi, rdi, r8, r9, 10, 11, 12, 13];
/** They bring operands that live on the stack, and serve inside one instruction. */
const generalCarriers = [rax, r14, rdx];
const vectorCarriers = { wide: [29, 30, 31], narrow: [13, 14, 15] };
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const slotBytes = 64;

/**
 * Encodes one kernel as a machine function: rdi, rsi and rdx hold the address of the arguments, the task and the scratch
 * memory, r15 the linear memory; everything else may change but the stack.
 */
export function encodeX64(kernel: KernelCode, target: TargetTraits): Uint8Array<ArrayBuffer> {
  const wide = target.lanes === 16;
  const { code, classes, loops } = lower(kernel, target.lanes);
  const { locations, slots } = allocateRegisters(code, classes, loops, {
    general: [...generalRegisters].reverse(),
    vector: range(wide ? 29 : 13).reverse(),
  });
  const writer = new Writer(target.lanes, locations, classes);
  writer.begin(slots, code);
  for (const instruction of code) writer.write(instruction);
  return writer.end();
}

class Writer {
  readonly #e: Encoder;
  readonly #wide: boolean;
  readonly #lanes: number;
  readonly #locations: readonly Location[];
  readonly #classes: readonly RegisterClass[];
  readonly #vectorCarriers: readonly number[];
  #frame = 0;

  constructor(lanes: number, locations: readonly Location[], classes: readonly RegisterClass[]) {
    this.#wide = lanes === 16;
    this.#e = new Encoder(this.#wide);
    this.#lanes = lanes;
    this.#locations = locations;
    this.#classes = classes;
    this.#vectorCarriers = this.#wide ? vectorCarriers.wide : vectorCarriers.narrow;
  }

  begin(slots: number, code: readonly Instruction[]): void {
    // One slot more than the allocator asked for: the parameters pass through it, since they may trade places.
    this.#frame = (slots + 1) * slotBytes;
    this.#e.arithmeticConstant(5, rsp, this.#frame, true);
    const used = new Set(code.flatMap(({ from, address, to }) => [...from, address?.index, to]));
    const wanted = [0, 1, 2].filter((parameter) => used.has(parameter));
    const passage = (parameter: number): Memory => stack(slots * slotBytes + parameter * 8);
    for (const p of wanted) this.#e.general([0x89], [rdi, rsi, rdx][p], passage(p));
    for (const p of wanted) {
      const place = this.#locations[p];
      const register = 'register' in place ? place.register : rax;
      this.#e.general([0x8b], register, passage(p));
      if ('slot' in place) this.#e.general([0x89], rax, stack(place.slot * slotBytes));
    }
  }

  end(): Uint8Array<ArrayBuffer> {
    this.#e.arithmeticConstant(0, rsp, this.#frame, true);
    this.#e.emit(0xc3);
    return this.#e.finish();
  }

  write(instruction: Instruction): void {
    const from = instruction.from.map((register, i) => this.#read(register, i));
    const place = instruction.to === null ? null : this.#locations[instruction.to];
    const isVector = instruction.to !== null && this.#classes[instruction.to] === 'vector';
    const carrier = isVector ? this.#vectorCarriers[0] : rax;
    const to = place === null ? 0 : 'register' in place ? place.register : carrier;
    if (generalOps.has(instruction.op)) this.#general(instruction, to, from);
    else this.#vector(instruction, to, from);
    if (place === null || 'register' in place) return;
    const memory = stack(place.slot * slotBytes);
    if (isVector) this.#e.vector(opcodes.store, to, 0, memory);
    else this.#e.general([0x89], to, memory);
  }

  /** The register of an operand, fetched from the stack if it lives there. */
  #read(register: number, position: number): number {
    const place = this.#locations[register];
    if ('register' in place) return place.register;
    const memory = stack(place.slot * slotBytes);
    if (this.#classes[register] === 'vector') {
      const carrier = this.#vectorCarriers[position];
      this.#e.vector(opcodes.load, carrier, 0, memory);
      return carrier;
    }
    this.#e.general([0x8b], generalCarriers[position], memory);
    return generalCarriers[position];
  }

  #heap(instruction: Instruction, carrier = rdx): Memory {
    const { index, offset } = instruction.address as NonNullable<Instruction['address']>;
    if (index === null) return { at: 'heap', index: null, offset };
    const place = this.#locations[index];
    if ('register' in place) return { at: 'heap', index: place.register, offset };
    this.#e.general([0x8b], carrier, stack(place.slot * slotBytes));
    return { at: 'heap', index: carrier, offset };
  }

  #general(instruction: Instruction, to: number, from: readonly number[]): void {
    const e = this.#e;
    const { op, immediate = 0, label = 0, count = 0 } = instruction;
    const condition = instruction.condition as Condition;
    const [a, b, c] = from;
    switch (op) {
      case 'constant':
        e.moveConstant(to, immediate);
        return;
      case 'move':
        e.move(to, a);
        return;
      case 'add':
        e.add(to, a, b, 0);
        return;
      case 'addConstant':
        if (to === a) e.arithmeticConstant(0, to, immediate);
        else e.add(to, a, null, immediate);
        return;
      case 'sub':
        if (to === b && to !== a) {
          e.move(rdx, a);
          e.arithmetic(5, rdx, b);
          e.move(to, rdx);
        } else {
          e.move(to, a);
          e.arithmetic(5, to, b);
        }
        return;
      case 'and':
      case 'or':
      case 'xor': {
        const number = { or: 1, and: 4, xor: 6 }[op];
        if (to === b) e.arithmetic(number, to, a);
        else {
          e.move(to, a);
          e.arithmetic(number, to, b);
        }
        return;
      }
      case 'bitwiseConstant':
        e.move(to, a);
        e.arithmeticConstant(count, to, immediate);
        return;
      case 'mul':
        if (to === b) e.general([0x0f, 0xaf], to, a);
        else {
          e.move(to, a);
          e.general([0x0f, 0xaf], to, b);
        }
        return;
      case 'mulConstant':
        e.general([0x69], to, a, { immediateBytes: 4 });
        e.emit32(immediate);
        return;
      case 'shift':
        e.move(to, a);
        e.shift(count as 4 | 5 | 7, to, immediate);
        return;
      case 'divide':
      case 'remainder':
        e.move(rax, a);
        e.arithmetic(6, rdx, rdx);
        e.general([0xf7], 6, b);
        e.move(to, op === 'divide' ? rax : rdx);
        return;
      case 'compare':
        e.arithmetic(7, a, b);
        this.#setFlag(to, condition);
        return;
      case 'compareConstant':
        e.arithmeticConstant(7, a, immediate);
        this.#setFlag(to, condition);
        return;
      case 'choose':
        e.general([0x85], a, a);
        if (to === b) e.general([0x0f, 0x44], to, c);
        else {
          if (to !== c) e.general([0x8b], to, c);
          e.general([0x0f, 0x45], to, b);
        }
        return;
      case 'load':
        e.general([0x8b], to, this.#heap(instruction));
        return;
      case 'loadByte':
        e.general([0x0f, 0xb6], to, this.#heap(instruction));
        return;
      case 'store':
        e.general([0x89], a, this.#heap(instruction));
        return;
      case 'storeByte':
        e.general([0x88], a, this.#heap(instruction), { byte: true });
        return;
      case 'label':
        e.label(label);
        return;
      case 'jump':
        e.jump(label);
        return;
      case 'jumpIf':
        e.arithmetic(7, a, b);
        e.jump(label, condition);
        return;
      case 'jumpIfConstant':
        e.arithmeticConstant(7, a, immediate);
        e.jump(label, condition);
        return;
      case 'jumpIfZero':
        e.general([0x85], a, a);
        e.jump(label, condition);
        return;
      default:
        throw new TypeError(`x64: ${op}`);
    }
  }

  /** to = 1 if the flags say so, else 0. */
  #setFlag(to: number, condition: Condition): void {
    this.#e.general([0x0f, 0x90 | conditions[condition]], 0, rax, { byte: true });
    this.#e.general([0x0f, 0xb6], to, rax, { byte: true });
  }

  #vector(instruction: Instruction, to: number, from: readonly number[]): void {
    const e = this.#e;
    const { op, immediate = 0, count = 0, scalar = false, opcode } = instruction;
    const [a, b, c] = from;
    switch (op) {
      case 'vectorMove':
        if (to !== a) e.vector(opcodes.move, to, 0, a);
        return;
      case 'vectorZero':
        this.#zero(to);
        return;
      case 'vectorConstant': {
        const bytes = new Uint8Array(
          scalar ? new Float32Array([immediate]).buffer : new Int32Array([immediate]).buffer,
        );
        e.vector(opcodes.broadcast, to, 0, { at: 'pool', bytes });
        return;
      }
      case 'vector':
        if (opcode) {
          e.vector(opcode, to, a, b, { scalar, immediate: instruction.immediate });
        }
        return;
      case 'vectorUnary':
        if (opcode) e.vector(opcode, to, scalar ? a : 0, a, { scalar });
        else this.#round(to, a, immediate, scalar);
        return;
      case 'vectorLoad':
        e.vector(scalar ? opcodes.loadScalar : opcodes.load, to, 0, this.#heap(instruction), {
          scalar,
        });
        return;
      case 'vectorLoadSplat':
        e.vector(opcodes.broadcast, to, 0, this.#heap(instruction));
        return;
      case 'vectorLoadBytes':
        e.vector(opcodes.loadBytes, to, 0, this.#heap(instruction));
        return;
      case 'vectorLoadFirst':
        this.#loadFirst(instruction, to, count);
        return;
      case 'vectorStore':
        e.vector(scalar ? opcodes.storeScalar : opcodes.store, a, 0, this.#heap(instruction), {
          scalar,
        });
        return;
      case 'vectorStoreFirst':
        this.#storeFirst(instruction, a, count);
        return;
      case 'vectorShift':
        e.vector(opcodes.shiftConstant, count, to, a, { immediate });
        return;
      case 'gather':
        this.#gather(instruction, to);
        return;
      case 'laneNumbers':
        e.vector(opcodes.load, to, 0, { at: 'pool', bytes: this.#lanesTimes(1) });
        return;
      case 'lane':
        this.#lane(to, a, immediate);
        return;
      case 'splatFloat':
        e.vector(opcodes.broadcast, to, 0, a);
        return;
      case 'splatInteger':
        if (this.#wide) e.vector(opcodes.broadcastGeneral, to, 0, a);
        else {
          e.vector(opcodes.fromGeneral, to, 0, a, { bits: 128 });
          e.vector(opcodes.broadcastInteger, to, 0, to);
        }
        return;
      case 'bitsToGeneral':
        e.vector(opcodes.toGeneral, a, 0, to, { bits: 128 });
        return;
      case 'bitsFromGeneral':
        e.vector(opcodes.fromGeneral, to, 0, a, { bits: 128 });
        return;
      case 'floatToInteger':
        e.vector(opcodes.truncate, to, 0, a, { scalar: true });
        return;
      case 'integerToFloat':
        this.#zero(to);
        e.vector(opcodes.convert, to, to, a, { scalar: true });
        return;
      case 'compareFloats':
        this.#compareFloats(instruction.condition as Condition, to, a, b);
        return;
      case 'compareVectors':
        this.#compareVectors(to, a, b, immediate, count);
        return;
      case 'blend':
        if (this.#wide) {
          e.vector(opcodes.vectorToMask, 1, 0, a);
          e.vector(opcodes.blendEvex, to, c, b, { mask: 1 });
        } else e.vector(opcodes.blendVex, to, c, b, { immediate: a << 4 });
        return;
      case 'chooseFloat':
        this.#chooseFloat(to, a, b, c);
        return;
      default:
        throw new TypeError(`x64: ${op}`);
    }
  }

  #zero(to: number): void {
    this.#e.vector(opcodes.bitwiseXor, to, to, to);
  }

  #round(to: number, a: number, mode: number, scalar: boolean): void {
    const options = { immediate: mode | 8, scalar };
    if (scalar)
      this.#e.vector(
        this.#wide ? opcodes.roundScalarEvex : opcodes.roundScalarVex,
        to,
        a,
        a,
        options,
      );
    else this.#e.vector(this.#wide ? opcodes.roundEvex : opcodes.roundVex, to, 0, a, options);
  }

  #firstLanes(count: number): Uint8Array {
    return new Uint8Array(
      Int32Array.from({ length: this.#lanes }, (_, i) => (i < count ? -1 : 0)).buffer,
    );
  }

  #lanesTimes(factor: number): Uint8Array {
    return new Uint8Array(Int32Array.from({ length: this.#lanes }, (_, i) => i * factor).buffer);
  }

  /** k1 = the first `count` lanes. */
  #setMask(count: number): void {
    this.#e.moveConstant(rax, 2 ** count - 1);
    this.#e.mask(opcodes.kmove, 1, rax);
  }

  #loadFirst(instruction: Instruction, to: number, count: number): void {
    const e = this.#e;
    const memory = this.#heap(instruction);
    if (count === 1) e.vector(opcodes.loadScalar, to, 0, memory, { scalar: true });
    else if (this.#wide) {
      this.#setMask(count);
      e.vector(opcodes.load, to, 0, memory, { mask: 1, zeroing: true });
    } else {
      const lanes = this.#vectorCarriers[2];
      e.vector(opcodes.load, lanes, 0, { at: 'pool', bytes: this.#firstLanes(count) });
      e.vector(opcodes.maskLoad, to, lanes, memory);
    }
  }

  #storeFirst(instruction: Instruction, value: number, count: number): void {
    const e = this.#e;
    const memory = this.#heap(instruction);
    if (count === 1) e.vector(opcodes.storeScalar, value, 0, memory, { scalar: true });
    else if (this.#wide) {
      this.#setMask(count);
      e.vector(opcodes.store, value, 0, memory, { mask: 1 });
    } else {
      const lanes = this.#vectorCarriers[2];
      e.vector(opcodes.load, lanes, 0, { at: 'pool', bytes: this.#firstLanes(count) });
      e.vector(opcodes.maskStore, value, lanes, memory);
    }
  }

  /** to = the elements at address, address + stride, …; index and mask must differ from it. */
  #gather(instruction: Instruction, to: number): void {
    const e = this.#e;
    const count = instruction.count as number;
    const memory = this.#heap(instruction);
    e.general([0x8d], rax, memory, { wide: true });
    const index = this.#vectorCarriers[2];
    const bytes = this.#lanesTimes(instruction.immediate as number);
    e.vector(opcodes.load, index, 0, { at: 'pool', bytes });
    this.#zero(to);
    const place: Memory = { at: 'gather', base: rax, index };
    if (this.#wide) {
      e.moveConstant(rdx, 2 ** count - 1);
      e.mask(opcodes.kmove, 1, rdx);
      e.vector(opcodes.gather, to, 0, place, { mask: 1 });
    } else {
      const lanes = this.#vectorCarriers[1];
      e.vector(opcodes.load, lanes, 0, { at: 'pool', bytes: this.#firstLanes(count) });
      e.vector(opcodes.gather, to, lanes, place);
    }
  }

  /** to = lane `index` of a, in the first lane. */
  #lane(to: number, a: number, index: number): void {
    const e = this.#e;
    if (index === 0) {
      if (to !== a) e.vector(opcodes.move, to, 0, a);
    } else if (this.#wide) e.vector(opcodes.alignEvex, to, a, a, { immediate: index });
    else {
      const half = index >= 4 ? this.#vectorCarriers[2] : a;
      if (index >= 4) e.vector(opcodes.extractVex, a, 0, half, { immediate: 1 });
      e.vector(opcodes.shuffleVex, to, 0, half, { immediate: (index % 4) * 0x55, bits: 128 });
    }
  }

  #compareFloats(condition: Condition, to: number, a: number, b: number): void {
    const e = this.#e;
    const compare = (x: number, y: number) =>
      e.vector(opcodes.compareScalars, x, 0, y, { bits: 128 });
    switch (condition) {
      case 'lt':
      case 'le':
        compare(b, a);
        this.#setFlag(to, condition === 'lt' ? 'gtU' : 'geU');
        return;
      case 'gt':
      case 'ge':
        compare(a, b);
        this.#setFlag(to, condition === 'gt' ? 'gtU' : 'geU');
        return;
      default: {
        // Equal and ordered; or its opposite.
        compare(a, b);
        e.general([0x0f, 0x90 | conditions.ordered], 0, rax, { byte: true });
        e.general([0x0f, 0x90 | conditions.eq], 0, rdx, { byte: true });
        e.general([0x20], rdx, rax, { byte: true });
        if (condition === 'ne') e.emit(0x34, 1);
        e.general([0x0f, 0xb6], to, rax, { byte: true });
      }
    }
  }

  /** @param kind 0 floats, 1 signed integers, 2 unsigned integers */
  #compareVectors(to: number, a: number, b: number, predicate: number, kind: number): void {
    const e = this.#e;
    if (this.#wide) {
      const opcode = [opcodes.compareFloat, opcodes.compareInteger, opcodes.compareUnsigned][kind];
      e.vector(opcode, 1, a, b, { immediate: predicate });
      e.vector(opcodes.maskToVector, to, 0, 1);
      return;
    }
    if (kind === 0) {
      e.vector(opcodes.compareFloat, to, a, b, { immediate: predicate });
      return;
    }
    const sign = this.#vectorCarriers[2];
    let [left, right] = [a, b];
    if (kind === 2) {
      // Unsigned order is signed order with the top bits turned.
      const other = this.#vectorCarriers[1];
      const bytes = new Uint8Array(Int32Array.from([-(2 ** 31)]).buffer);
      e.vector(opcodes.broadcast, sign, 0, { at: 'pool', bytes });
      e.vector(opcodes.bitwiseXor, other, b, sign);
      e.vector(opcodes.bitwiseXor, sign, a, sign);
      [left, right] = [sign, other];
    }
    const less = predicate === 1 || predicate === 5;
    const equal = predicate === 0 || predicate === 4;
    if (equal) e.vector(opcodes.equalVex, to, left, right);
    else if (less) e.vector(opcodes.greaterVex, to, right, left);
    else e.vector(opcodes.greaterVex, to, left, right);
    // ne, ge and le are the opposites of eq, lt and gt.
    if (predicate === 4 || predicate === 5 || predicate === 2) {
      e.vector(opcodes.equalVex, sign, sign, sign);
      e.vector(opcodes.bitwiseXor, to, to, sign);
    }
  }

  /** to = a ? b : c for scalar floats and an integer condition. */
  #chooseFloat(to: number, a: number, b: number, c: number): void {
    const e = this.#e;
    const mask = this.#vectorCarriers[0];
    e.arithmetic(6, rdx, rdx);
    e.general([0x85], a, a);
    e.general([0x0f, 0x95], 0, rdx, { byte: true });
    e.general([0xf7], 3, rdx);
    if (this.#wide) {
      e.vector(opcodes.broadcastGeneral, mask, 0, rdx);
      e.vector(opcodes.vectorToMask, 1, 0, mask);
      e.vector(opcodes.blendEvex, to, c, b, { mask: 1 });
    } else {
      e.vector(opcodes.fromGeneral, mask, 0, rdx, { bits: 128 });
      e.vector(opcodes.blendVex, to, c, b, { immediate: mask << 4, bits: 128 });
    }
  }
}

const stack = (offset: number): Memory => ({ at: 'stack', offset });

const generalOps = new Set<Instruction['op']>([
  'constant',
  'move',
  'add',
  'addConstant',
  'sub',
  'and',
  'or',
  'xor',
  'mul',
  'mulConstant',
  'bitwiseConstant',
  'shift',
  'divide',
  'remainder',
  'compare',
  'compareConstant',
  'choose',
  'load',
  'loadByte',
  'store',
  'storeByte',
  'label',
  'jump',
  'jumpIf',
  'jumpIfConstant',
  'jumpIfZero',
]);
