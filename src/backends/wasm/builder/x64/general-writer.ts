import { type Condition, conditions, type Encoder, type Memory, rax, rdx } from './encoder.ts';
import type { Instruction } from './instructions.ts';

/** What the writers of instructions share. */
export interface WriterContext {
  readonly encoder: Encoder;
  readonly lanes: number;
  /** Registers for values that live on the stack; free within one instruction. */
  readonly vectorCarriers: readonly number[];
  /** The memory operand of an instruction; its index, if it lives on the stack, comes into rdx. */
  readonly heap: (instruction: Instruction) => Memory;
}

/** Writes an instruction on general registers. */
export function writeGeneral(
  { encoder: e, heap }: WriterContext,
  instruction: Instruction,
  to: number,
  from: readonly number[],
): void {
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
    case 'firstBit':
      e.trailingZeros(to, a);
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
      setFlag(e, to, condition);
      return;
    case 'compareConstant':
      e.arithmeticConstant(7, a, immediate);
      setFlag(e, to, condition);
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
      e.general([0x8b], to, heap(instruction));
      return;
    case 'loadByte':
      e.general([0x0f, 0xb6], to, heap(instruction));
      return;
    case 'store':
      e.general([0x89], a, heap(instruction));
      return;
    case 'storeByte':
      e.general([0x88], a, heap(instruction), { byte: true });
      return;
    case 'prefetch':
      e.general([0x0f, 0x18], count, heap(instruction));
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
export function setFlag(e: Encoder, to: number, condition: Condition): void {
  e.general([0x0f, 0x90 | conditions[condition]], 0, rax, { byte: true });
  e.general([0x0f, 0xb6], to, rax, { byte: true });
}
