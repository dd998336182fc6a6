import type { KernelCode, Statement } from '../kernel-builder.ts';
import type { Value, ValueType } from '../value.ts';
import type { Condition } from './encoder.ts';
import {
  type Address,
  binaryOpcodes,
  type Instruction,
  integerConditions,
  maskOpcodes,
  NotEncodable,
  opposite,
  toGeneral,
  unaryOpcodes,
  type VirtualRegister,
} from './instructions.ts';
import type { LoopRange, RegisterClass } from './registers.ts';
import { transpose } from './transpose.ts';

export interface LoweredKernel {
  readonly code: readonly Instruction[];
  readonly classes: readonly RegisterClass[];
  readonly loops: readonly LoopRange[];
}

/** Turns a kernel's statements into a list of instructions over virtual registers; masks live in those of `masks`. */
export function lower(kernel: KernelCode, masks: 'vector' | 'mask'): LoweredKernel {
  const lowering = new Lowering(kernel.variables, masks);
  lowering.statements(kernel.body);
  return lowering;
}

class Lowering implements LoweredKernel {
  readonly code: Instruction[] = [];
  readonly classes: RegisterClass[];
  readonly loops: LoopRange[] = [];
  readonly #masks: 'vector' | 'mask';
  #labels = 0;

  constructor(variables: readonly ValueType[], masks: 'vector' | 'mask') {
    this.#masks = masks;
    this.classes = variables.map((type) => this.#classOf(type));
  }

  statements(list: readonly Statement[]): void {
    for (const statement of list) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'set':
        this.#valueInto(statement.variable, statement.value);
        return;
      case 'store':
        this.#store(statement);
        return;
      case 'prefetch':
        this.#emit('prefetch', null, [], {
          address: this.#address(statement.address, statement.offset),
          count: statement.level,
        });
        return;
      case 'transpose':
        this.code.push(
          ...transpose(
            statement.rows.map((row) => row.immediate),
            statement.columns,
            () => this.#register('vector'),
          ),
        );
        return;
      case 'loop': {
        const label = this.#labels++;
        const first = this.code.length;
        this.#emit('label', null, [], { label });
        this.statements(statement.body);
        this.#jumpIf(statement.again, label, false);
        this.loops.push({ first, last: this.code.length - 1 });
        return;
      }
      case 'if': {
        const otherwise = this.#labels++;
        this.#jumpIf(statement.condition, otherwise, true);
        this.statements(statement.then);
        if (statement.otherwise.length === 0) {
          this.#emit('label', null, [], { label: otherwise });
          return;
        }
        const end = this.#labels++;
        this.#emit('jump', null, [], { label: end });
        this.#emit('label', null, [], { label: otherwise });
        this.statements(statement.otherwise);
        this.#emit('label', null, [], { label: end });
      }
    }
  }

  #store({ address, offset, value, width, lanes }: Statement & { kind: 'store' }): void {
    const source = this.#value(value);
    const place = this.#address(address, offset);
    if (value.type === 'i32') {
      this.#emit(width === 1 ? 'storeByte' : 'store', null, [source], { address: place });
    } else if (lanes > 0) {
      this.#emit('vectorStoreFirst', null, [source], { address: place, count: lanes });
    } else {
      this.#emit('vectorStore', null, [source], { address: place, scalar: value.type === 'f32' });
    }
  }

  /** Jumps where the condition holds, or, `negated`, where it does not. */
  #jumpIf(condition: Value, label: number, negated: boolean): void {
    const direct = condition.args[0]?.type === 'i32' ? integerConditions[condition.op] : undefined;
    if (!direct) {
      const value = this.#value(condition);
      this.#emit('jumpIfZero', null, [value], { label, condition: negated ? 'eq' : 'ne' });
      return;
    }
    const test = negated ? (opposite[direct] as Condition) : direct;
    const [a, b] = condition.args;
    const left = this.#value(a);
    if (b.op === 'const') {
      this.#emit('jumpIfConstant', null, [left], {
        label,
        condition: test,
        immediate: b.immediate,
      });
    } else this.#emit('jumpIf', null, [left, this.#value(b)], { label, condition: test });
  }

  #classOf(type: ValueType): RegisterClass {
    if (type === 'mask') return this.#masks;
    return type === 'i32' ? 'general' : 'vector';
  }

  #value(value: Value): VirtualRegister {
    if (value.op === 'get') return value.immediate;
    const to = this.#register(this.#classOf(value.type));
    this.#valueInto(to, value);
    return to;
  }

  #values(values: readonly Value[]): VirtualRegister[] {
    return values.map((value) => this.#value(value));
  }

  #register(kind: RegisterClass): VirtualRegister {
    this.classes.push(kind);
    return this.classes.length - 1;
  }

  #emit(
    op: Instruction['op'],
    to: VirtualRegister | null,
    from: readonly VirtualRegister[],
    rest: Partial<Instruction> = {},
  ): void {
    this.code.push({ op, to, from, ...rest });
  }

  /** A memory operand; constants added to the pointer become part of its offset. */
  #address(pointer: Value, offset: number): Address {
    let rest = pointer;
    let sum = offset;
    while (rest.op === 'add' && rest.args[1].op === 'const') {
      sum += rest.args[1].immediate;
      rest = rest.args[0];
    }
    if (Math.abs(sum) >= 2 ** 31) return { index: this.#value(pointer), offset };
    if (rest.op === 'const') return { index: null, offset: sum + rest.immediate };
    return { index: this.#value(rest), offset: sum };
  }

  #valueInto(to: VirtualRegister, value: Value): void {
    if (value.type === 'i32' && this.#integerInto(to, value)) return;
    if (value.type === 'mask' && this.#masks === 'mask' && this.#maskInto(to, value)) return;
    const { op, type, args, immediate } = value;
    const scalar = type === 'f32';
    switch (op) {
      case 'get':
        this.#emit('vectorMove', to, [immediate]);
        return;
      case 'const':
        if (Object.is(immediate, 0)) this.#emit('vectorZero', to, []);
        else this.#emit('vectorConstant', to, [], { immediate, scalar: type !== 'i32v' });
        return;
      case 'load':
        this.#emit('vectorLoad', to, [], { address: this.#address(args[0], immediate), scalar });
        return;
      case 'loadU8':
        this.#emit('vectorLoadBytes', to, [], { address: this.#address(args[0], immediate) });
        return;
      case 'loadSplat':
        this.#emit('vectorLoadSplat', to, [], { address: this.#address(args[0], immediate) });
        return;
      case 'loadFirst':
        this.#emit('vectorLoadFirst', to, [], {
          address: this.#address(args[0], immediate),
          count: value.immediate2,
        });
        return;
      case 'gather':
        this.#emit('gather', to, [], {
          address: this.#address(args[0], 0),
          immediate,
          count: value.immediate2,
        });
        return;
      case 'laneNumbers':
        this.#emit('laneNumbers', to, []);
        return;
      case 'lane':
        this.#emit('lane', to, [this.#value(args[0])], { immediate });
        return;
      case 'splat':
        this.#emit(args[0].type === 'i32' ? 'splatInteger' : 'splatFloat', to, [
          this.#value(args[0]),
        ]);
        return;
      case 'select':
        this.#select(to, value);
        return;
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
      case 'ltU':
      case 'geU':
        this.#compareVectors(to, value);
        return;
      case 'not': {
        const ones = this.#register('vector');
        this.#emit('vectorConstant', ones, [], { immediate: -1, scalar: false });
        this.#emit('vector', to, [this.#value(args[0]), ones], {
          opcode: binaryOpcodes['xor.i32v'],
        });
        return;
      }
      case 'neg':
      case 'abs':
        if (type === 'i32v') {
          if (op === 'abs') break;
          const zero = this.#register('vector');
          this.#emit('vectorZero', zero, []);
          this.#emit('vector', to, [zero, this.#value(args[0])], {
            opcode: binaryOpcodes['sub.i32v'],
          });
        } else {
          const bits = this.#register('vector');
          this.#emit('vectorConstant', bits, [], {
            immediate: op === 'neg' ? -(2 ** 31) : 0x7fffffff,
            scalar: false,
          });
          this.#emit('vector', to, [this.#value(args[0]), bits], {
            opcode: binaryOpcodes[op === 'neg' ? 'xor.i32v' : 'and.i32v'],
          });
        }
        return;
      case 'floor':
      case 'ceil':
      case 'trunc':
      case 'nearest': {
        const mode = { nearest: 0, floor: 1, ceil: 2, trunc: 3 }[op];
        this.#emit('vectorUnary', to, [this.#value(args[0])], { immediate: mode, scalar });
        return;
      }
      case 'shl':
      case 'shrS':
      case 'shrU':
        this.#emit('vectorShift', to, [this.#value(args[0])], {
          immediate: immediate & 31,
          count: { shl: 6, shrS: 4, shrU: 2 }[op],
        });
        return;
      case 'bitsOfF32':
      case 'f32OfBits':
        if (args[0].type === 'i32') this.#emit('bitsFromGeneral', to, [this.#value(args[0])]);
        else this.#emit('vectorMove', to, [this.#value(args[0])]);
        return;
      case 'toF32':
        if (args[0].type === 'i32') {
          this.#emit('integerToFloat', to, [this.#value(args[0])]);
          return;
        }
        break;
      case 'multiplyAdd': {
        const factors = this.#values(args);
        this.#emit('multiplyAdd', to, factors, { scalar });
        return;
      }
      case 'pmin':
      case 'pmax': {
        const [a, b] = this.#values(args);
        const opcode = binaryOpcodes[`${op === 'pmin' ? 'min' : 'max'}.${type}`];
        this.#emit('vector', to, [b, a], { opcode, scalar });
        return;
      }
      case 'min':
      case 'max':
        if (type !== 'i32v') {
          this.#properExtreme(to, op, args, scalar);
          return;
        }
        break;
      default:
    }
    const unary = unaryOpcodes[`${op}.${args[0].type}`];
    if (unary) {
      this.#emit('vectorUnary', to, [this.#value(args[0])], { opcode: unary, scalar });
      return;
    }
    const kind = args[0].type === 'mask' ? 'i32v' : args[0].type;
    const opcode = binaryOpcodes[`${op}.${kind}`];
    if (!opcode) throw new NotEncodable(`no x64 instruction for ${op}.${args[0].type}`);
    this.#emit('vector', to, this.#values(args), { opcode, scalar });
  }

  /** What becomes of masks in registers of their own; false for comparisons, which make them of vectors. */
  #maskInto(to: VirtualRegister, { op, args, immediate }: Value): boolean {
    switch (op) {
      case 'get':
        this.#emit('maskMove', to, [immediate]);
        return true;
      case 'not':
        this.#emit('maskNot', to, this.#values(args));
        return true;
      case 'and':
      case 'or':
      case 'xor':
        this.#emit('mask', to, this.#values(args), { opcode: maskOpcodes[op] });
        return true;
      default:
        return false;
    }
  }

  /** Minimum or maximum as WebAssembly defines it: NaN if either is, and -0 below +0. */
  #properExtreme(
    to: VirtualRegister,
    op: 'min' | 'max',
    args: readonly Value[],
    scalar: boolean,
  ): void {
    const type = scalar ? 'f32' : 'f32v';
    const [a, b] = this.#values(args);
    const [ab, ba, joined, sum] = Array.from({ length: 4 }, () => this.#register('vector'));
    const unordered = this.#register(this.#masks);
    const opcode = binaryOpcodes[`${op}.${type}`];
    this.#emit('vector', ab, [a, b], { opcode, scalar });
    this.#emit('vector', ba, [b, a], { opcode, scalar });
    // The two differ only in the sign of zeros, or where one is NaN.
    this.#emit('vector', joined, [ab, ba], {
      opcode: binaryOpcodes[op === 'min' ? 'or.i32v' : 'and.i32v'],
    });
    this.#emit('vector', sum, [a, b], { opcode: binaryOpcodes[`add.${type}`], scalar });
    this.#emit('compareVectors', unordered, [a, b], { immediate: 3, scalar: false, count: 0 });
    this.#emit('blend', to, [unordered, sum, joined]);
  }

  #compareVectors(to: VirtualRegister, { op, args }: Value): void {
    const integers = args[0].type === 'i32v';
    const [a, b] = this.#values(args);
    const predicate = integers
      ? { eq: 0, lt: 1, le: 2, ne: 4, ge: 5, gt: 6, ltU: 1, geU: 5 }[op as 'eq']
      : { eq: 0, lt: 1, le: 2, ne: 4, ge: 13, gt: 14 }[op as 'eq'];
    const unsigned = op === 'ltU' || op === 'geU';
    this.#emit('compareVectors', to, [a, b], {
      immediate: predicate,
      count: integers ? (unsigned ? 2 : 1) : 0,
    });
  }

  #select(to: VirtualRegister, { args, type }: Value): void {
    const [condition, a, b] = args;
    if (condition.type === 'mask') {
      this.#emit('blend', to, this.#values(args));
      return;
    }
    const registers = [this.#value(condition), this.#value(a), this.#value(b)];
    this.#emit(type === 'i32' ? 'choose' : 'chooseFloat', to, registers);
  }

  /** Integers in general registers; false where the operation is none of theirs. */
  #integerInto(to: VirtualRegister, value: Value): boolean {
    const { op, args, immediate } = value;
    const constant = args[1]?.op === 'const' ? args[1].immediate : null;
    switch (op) {
      case 'const':
        this.#emit('constant', to, [], { immediate });
        return true;
      case 'get':
        this.#emit('move', to, [immediate]);
        return true;
      case 'load':
      case 'loadU8':
        this.#emit(op === 'load' ? 'load' : 'loadByte', to, [], {
          address: this.#address(args[0], immediate),
        });
        return true;
      case 'add':
      case 'sub':
        if (constant !== null) {
          this.#emit('addConstant', to, [this.#value(args[0])], {
            immediate: op === 'add' ? constant : -constant,
          });
        } else this.#emit(op, to, this.#values(args));
        return true;
      case 'mul':
        if (constant !== null) {
          this.#emit('mulConstant', to, [this.#value(args[0])], { immediate: constant });
        } else this.#emit('mul', to, this.#values(args));
        return true;
      case 'and':
      case 'or':
      case 'xor':
        if (constant !== null) {
          this.#emit('bitwiseConstant', to, [this.#value(args[0])], {
            immediate: constant,
            count: { or: 1, and: 4, xor: 6 }[op],
          });
        } else this.#emit(op, to, this.#values(args));
        return true;
      case 'shl':
      case 'shrS':
      case 'shrU':
        this.#emit('shift', to, [this.#value(args[0])], {
          immediate: immediate & 31,
          count: { shl: 4, shrU: 5, shrS: 7 }[op],
        });
        return true;
      case 'divU':
      case 'remU':
        this.#emit(op === 'divU' ? 'divide' : 'remainder', to, this.#values(args));
        return true;
      case 'neg': {
        const zero = this.#register('general');
        this.#emit('constant', zero, [], { immediate: 0 });
        this.#emit('sub', to, [zero, this.#value(args[0])]);
        return true;
      }
      case 'not':
        this.#emit('compareConstant', to, [this.#value(args[0])], {
          condition: 'eq',
          immediate: 0,
        });
        return true;
      case 'select':
        this.#select(to, value);
        return true;
      case 'lane': {
        const lane = this.#register('vector');
        this.#emit('lane', lane, [this.#value(args[0])], { immediate });
        this.#emit('bitsToGeneral', to, [lane]);
        return true;
      }
      case 'bitsOfF32':
      case 'bits':
      case 'firstBit':
      case 'toI32':
        this.#emit(toGeneral[op], to, [this.#value(args[0])]);
        return true;
      default: {
        const condition = integerConditions[op];
        if (!condition) return false;
        if (args[0].type !== 'i32')
          this.#emit('compareFloats', to, this.#values(args), { condition });
        else if (constant !== null) {
          this.#emit('compareConstant', to, [this.#value(args[0])], {
            condition,
            immediate: constant,
          });
        } else this.#emit('compare', to, this.#values(args), { condition });
        return true;
      }
    }
  }
}
