import type { KernelCode, TargetTraits } from '../kernel-builder.ts';
import {
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
import { type WriterContext, writeGeneral } from './general-writer.ts';
import { type Instruction, NotEncodable, opcodes } from './instructions.ts';
import { lower } from './lowering.ts';
import { allocateRegisters, type Location, type RegisterClass } from './registers.ts';
import { VectorWriter } from './vector-writer.ts';

export const avx2Traits: TargetTraits = {
  name: 'avx2',
  lanes: 8,
  tileRows: 4,
  tileVectors: 2,
  sums: 8,
  products: 'fused',
  prefetches: true,
  unrolls: true,
};
export const avx512Traits: TargetTraits = {
  name: 'avx512',
  lanes: 16,
  tileRows: 8,
  tileVectors: 2,
  sums: 24,
  products: 'fused',
  prefetches: true,
  unrolls: true,
};

/** Left for the allocator: not the carriers, not r15 (the memory), not rsp. */
const generalRegisters = [rcx, rbx, rbp, rsi, rdi, r8, r9, 10, 11, 12, 13];
/** They bring operands that live on the stack, and serve inside one instruction. */
const generalCarriers = [rax, r14, rdx];
/** k0 stands for no mask. */
const maskCarriers = [1, 2];
const maskRegisters = [3, 4, 5, 6, 7];
const vectorCarriers = { wide: [29, 30, 31], narrow: [13, 14, 15] };
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const slotBytes = 64;
/** What a kernel may take of a call's stack, which has a megabyte. */
const mostFrameBytes = 65536;

/**
 * Encodes one kernel as a machine function: rdi, rsi and rdx hold the address of the arguments, the task and the scratch
 * memory, r15 the linear memory; everything else may change but the stack.
 */
export function encodeX64(kernel: KernelCode, target: TargetTraits): Uint8Array<ArrayBuffer> {
  const wide = target.lanes === 16;
  const { code, classes, loops } = lower(kernel, wide ? 'mask' : 'vector');
  const { locations, slots } = allocateRegisters(code, classes, loops, {
    general: [...generalRegisters].reverse(),
    vector: range(wide ? 29 : 13).reverse(),
    mask: maskRegisters,
  });
  const writer = new Writer(target.lanes, locations, classes);
  writer.begin(slots, code);
  for (const instruction of code) writer.write(instruction);
  return writer.end();
}

class Writer {
  readonly #e: Encoder;
  readonly #context: WriterContext;
  readonly #vectors: VectorWriter;
  readonly #locations: readonly Location[];
  readonly #classes: readonly RegisterClass[];
  readonly #vectorCarriers: readonly number[];
  #frame = 0;

  constructor(lanes: number, locations: readonly Location[], classes: readonly RegisterClass[]) {
    const wide = lanes === 16;
    this.#e = new Encoder(wide);
    this.#locations = locations;
    this.#classes = classes;
    this.#vectorCarriers = wide ? vectorCarriers.wide : vectorCarriers.narrow;
    this.#context = {
      encoder: this.#e,
      lanes,
      vectorCarriers: this.#vectorCarriers,
      heap: (instruction) => this.#heap(instruction),
    };
    this.#vectors = new VectorWriter(this.#context);
  }

  begin(slots: number, code: readonly Instruction[]): void {
    // One slot more than the allocator asked for: the parameters pass through it, since they may trade places.
    this.#frame = (slots + 1) * slotBytes;
    if (this.#frame > mostFrameBytes) throw new NotEncodable('too many values at once');
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
    const kind = instruction.to === null ? 'general' : this.#classes[instruction.to];
    const carrier = { general: rax, vector: this.#vectorCarriers[0], mask: maskCarriers[0] }[kind];
    const to = place === null ? 0 : 'register' in place ? place.register : carrier;
    if (generalOps.has(instruction.op)) writeGeneral(this.#context, instruction, to, from);
    else this.#vectors.write(instruction, to, from);
    if (place === null || 'register' in place) return;
    const memory = stack(place.slot * slotBytes);
    if (kind === 'vector') {
      this.#e.vector(opcodes.store, to, 0, memory);
      return;
    }
    if (kind === 'mask') this.#e.mask(opcodes.kmoveToGeneral, rax, to);
    this.#e.general([0x89], kind === 'mask' ? rax : to, memory);
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
    if (this.#classes[register] === 'mask') {
      this.#e.general([0x8b], rax, memory);
      this.#e.mask(opcodes.kmove, maskCarriers[position], rax);
      return maskCarriers[position];
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
  'firstBit',
  'divide',
  'remainder',
  'compare',
  'compareConstant',
  'choose',
  'load',
  'loadByte',
  'store',
  'storeByte',
  'prefetch',
  'label',
  'jump',
  'jumpIf',
  'jumpIfConstant',
  'jumpIfZero',
]);
