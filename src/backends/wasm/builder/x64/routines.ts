import {
  Encoder,
  type Memory,
  r8,
  r9,
  r14,
  r15,
  rax,
  rbp,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  rsp,
} from './encoder.ts';

/** Byte offsets of the words through which threads speak, as `pool.ts` numbers them. */
export interface ControlOffsets {
  readonly ticket: number;
  readonly args: number;
  readonly tasks: number;
  readonly done: number;
  /** Address of the machine function of the phase, 64 bits; 0 where only WebAssembly has it. */
  readonly native: number;
}

/** Which registers a caller passes integers in, and which it wants back unharmed. */
export type CallingConvention = 'systemV' | 'windows';

const saved = [rbx, rbp, rsi, rdi, 12, 13, r14, r15];
const savedVectors = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

const push = (e: Encoder, reg: number): void => {
  if (reg & 8) e.emit(0x41);
  e.emit(0x50 | (reg & 7));
};
const pop = (e: Encoder, reg: number): void => {
  if (reg & 8) e.emit(0x41);
  e.emit(0x58 | (reg & 7));
};
const at = (base: number, offset: number): Memory => ({ at: 'base', base, offset });
const onStack = (offset: number): Memory => ({ at: 'stack', offset });

/**
 * `uint32 drive(memory, scratchWord)`: takes tasks off the ticket and does them until none is left (0), or until it has taken
 * one of a phase that has no machine code: then it gives what remained, and the caller does that task. The address of the
 * scratch memory is read for each task, since it may change between phases.
 */
export function encodeDriver(
  convention: CallingConvention,
  offsets: ControlOffsets,
): Uint8Array<ArrayBuffer> {
  const e = new Encoder(false);
  const windows = convention === 'windows';
  for (const reg of saved) push(e, reg);
  const frame = windows ? 32 + savedVectors.length * 16 + 8 : 8 + 16;
  e.arithmeticConstant(5, rsp, frame, true);
  if (windows) {
    savedVectors.forEach((reg, i) => {
      e.vector({ prefix: 0, map: 1, opcode: 0x29 }, reg, 0, onStack(32 + i * 16), { bits: 128 });
    });
  }
  e.move(r15, windows ? rcx : rdi, true);
  e.general([0x89], windows ? rdx : rsi, onStack(0));
  const [next, finished, unknown, out] = [0, 1, 2, 3];
  e.label(next);
  e.general([0x8b], rax, at(r15, offsets.ticket));
  e.general([0x8b], rbx, rax);
  e.arithmeticConstant(4, rbx, 4095);
  e.jump(finished, 'eq');
  e.add(rcx, rax, null, -1);
  e.emit(0xf0);
  e.general([0x0f, 0xb1], rcx, at(r15, offsets.ticket));
  e.jump(next, 'ne');
  e.general([0x8b], rax, at(r15, offsets.native), { wide: true });
  e.general([0x85], rax, rax, { wide: true });
  e.jump(unknown, 'eq');
  e.general([0x8b], rdi, at(r15, offsets.args));
  e.general([0x8b], rsi, at(r15, offsets.tasks));
  e.arithmetic(5, rsi, rbx);
  e.general([0x8b], rdx, onStack(0));
  e.general([0x8b], rdx, { at: 'heap', index: rdx, offset: 0 });
  e.general([0xff], 2, rax);
  e.emit(0xf0);
  e.general([0xff], 0, at(r15, offsets.done));
  e.jump(next);
  e.label(finished);
  e.arithmetic(6, rax, rax);
  e.jump(out);
  e.label(unknown);
  e.move(rax, rbx);
  e.label(out);
  // Leave no dirty upper halves to the caller's SSE code.
  e.emit(0xc5, 0xf8, 0x77);
  if (windows) {
    savedVectors.forEach((reg, i) => {
      e.vector({ prefix: 0, map: 1, opcode: 0x28 }, reg, 0, onStack(32 + i * 16), { bits: 128 });
    });
  }
  e.arithmeticConstant(0, rsp, frame, true);
  for (const reg of [...saved].reverse()) pop(e, reg);
  e.emit(0xc3);
  return e.finish();
}

/** `void cpuid(out, leaf, subleaf)`: out = eax, ebx, ecx, edx. */
export function encodeCpuid(convention: CallingConvention): Uint8Array<ArrayBuffer> {
  const e = new Encoder(false);
  const [out, leaf, subleaf] = convention === 'windows' ? [rcx, rdx, r8] : [rdi, rsi, rdx];
  push(e, rbx);
  e.move(r9, out, true);
  e.move(rax, leaf);
  e.move(rcx, subleaf);
  e.emit(0x0f, 0xa2);
  [rax, rbx, rcx, rdx].forEach((reg, i) => {
    e.general([0x89], reg, at(r9, i * 4));
  });
  pop(e, rbx);
  e.emit(0xc3);
  return e.finish();
}

/** `uint32 xgetbv()`: the low half of XCR0, which register states the system keeps. Needs OSXSAVE. */
export function encodeXgetbv(): Uint8Array<ArrayBuffer> {
  const e = new Encoder(false);
  e.arithmetic(6, rcx, rcx);
  e.emit(0x0f, 0x01, 0xd0, 0xc3);
  return e.finish();
}
