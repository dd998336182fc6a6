import { type Condition, conditions, type Encoder, type Memory, rax, rdx } from './encoder.ts';
import { setFlag, type WriterContext } from './general-writer.ts';
import { type Instruction, opcodes } from './instructions.ts';

/** Writes instructions on vectors, in AVX2 or AVX-512. */
export class VectorWriter {
  readonly #context: WriterContext;
  readonly #e: Encoder;
  readonly #wide: boolean;
  readonly #lanes: number;
  readonly #vectorCarriers: readonly number[];

  constructor(context: WriterContext) {
    this.#context = context;
    this.#e = context.encoder;
    this.#wide = context.encoder.wide;
    this.#lanes = context.lanes;
    this.#vectorCarriers = context.vectorCarriers;
  }

  /** Writes an instruction whose operands or result are vectors. */
  write(instruction: Instruction, to: number, from: readonly number[]): void {
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
      case 'multiplyAdd':
        this.#multiplyAdd(to, a, b, c, scalar);
        return;
      case 'vectorUnary':
        if (opcode) e.vector(opcode, to, scalar ? a : 0, a, { scalar });
        else this.#round(to, a, immediate, scalar);
        return;
      case 'vectorLoad':
        e.vector(
          scalar ? opcodes.loadScalar : opcodes.load,
          to,
          0,
          this.#context.heap(instruction),
          {
            scalar,
          },
        );
        return;
      case 'vectorLoadSplat':
        e.vector(opcodes.broadcast, to, 0, this.#context.heap(instruction));
        return;
      case 'vectorLoadBytes':
        e.vector(opcodes.loadBytes, to, 0, this.#context.heap(instruction));
        return;
      case 'vectorLoadFirst':
        this.#loadFirst(instruction, to, count);
        return;
      case 'vectorStore':
        e.vector(
          scalar ? opcodes.storeScalar : opcodes.store,
          a,
          0,
          this.#context.heap(instruction),
          {
            scalar,
          },
        );
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
      case 'maskToGeneral':
        if (this.#wide) e.mask(opcodes.kmoveToGeneral, to, a);
        else e.vector(opcodes.signsToGeneral, to, 0, a);
        return;
      case 'maskMove':
        if (to !== a) e.mask(opcodes.maskMove, to, a);
        return;
      case 'maskNot':
        e.mask(opcodes.maskNot, to, a);
        return;
      case 'mask':
        if (opcode) e.mask(opcode, to, b, a);
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
        if (this.#wide) e.vector(opcodes.blendEvex, to, c, b, { mask: a });
        else e.vector(opcodes.blendVex, to, c, b, { immediate: a << 4 });
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

  /** to = a * b + c with one rounding. */
  #multiplyAdd(to: number, a: number, b: number, c: number, scalar: boolean): void {
    const e = this.#e;
    // The forms differ in what the result overwrites: the sum, or a factor.
    if (to !== c && (to === a || to === b)) {
      e.vector(opcodes.multiplyAdd213[scalar ? 1 : 0], to, to === a ? b : a, c, { scalar });
      return;
    }
    if (to !== c) e.vector(opcodes.move, to, 0, c);
    e.vector(opcodes.multiplyAdd231[scalar ? 1 : 0], to, a, b, { scalar });
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
    const memory = this.#context.heap(instruction);
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
    const memory = this.#context.heap(instruction);
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
    const memory = this.#context.heap(instruction);
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
        setFlag(e, to, condition === 'lt' ? 'gtU' : 'geU');
        return;
      case 'gt':
      case 'ge':
        compare(a, b);
        setFlag(e, to, condition === 'gt' ? 'gtU' : 'geU');
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
      e.vector(opcode, to, a, b, { immediate: predicate });
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

  /** to = a ? b : c for floats or vectors and an integer condition. */
  #chooseFloat(to: number, a: number, b: number, c: number): void {
    const e = this.#e;
    e.arithmetic(6, rdx, rdx);
    e.general([0x85], a, a);
    e.general([0x0f, 0x95], 0, rdx, { byte: true });
    e.general([0xf7], 3, rdx);
    if (this.#wide) {
      e.mask(opcodes.kmove, 1, rdx);
      e.vector(opcodes.blendEvex, to, c, b, { mask: 1 });
    } else {
      const mask = this.#vectorCarriers[0];
      e.vector(opcodes.fromGeneral, mask, 0, rdx, { bits: 128 });
      e.vector(opcodes.broadcastInteger, mask, 0, mask);
      e.vector(opcodes.blendVex, to, c, b, { immediate: mask << 4 });
    }
  }
}
