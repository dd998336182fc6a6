import type { ValueOp } from '../value.ts';
import type { Condition, VectorOpcode } from './encoder.ts';

/** A kernel asks for what has no instruction here: it has to run in WebAssembly. */
export class NotEncodable extends TypeError {}

/** A register of unlimited number, before allocation. */
export type VirtualRegister = number;

export interface Address {
  readonly index: VirtualRegister | null;
  readonly offset: number;
}

/**
 * One step of a kernel in terms of virtual registers. `to` is written, `from` are read; the allocator knows
 * nothing else of it.
 */
export interface Instruction {
  readonly op: InstructionOp;
  readonly to: VirtualRegister | null;
  readonly from: readonly VirtualRegister[];
  readonly address?: Address;
  readonly immediate?: number;
  readonly count?: number;
  readonly label?: number;
  readonly condition?: Condition;
  readonly opcode?: VectorOpcode;
  readonly scalar?: boolean;
}

export type InstructionOp =
  // general registers
  | 'constant'
  | 'move'
  | 'add'
  | 'addConstant'
  | 'sub'
  | 'and'
  | 'or'
  | 'xor'
  | 'mul'
  | 'mulConstant'
  | 'bitwiseConstant'
  | 'shift'
  | 'firstBit'
  | 'divide'
  | 'remainder'
  | 'compare'
  | 'compareConstant'
  | 'choose'
  | 'load'
  | 'loadByte'
  | 'store'
  | 'storeByte'
  | 'prefetch'
  // control
  | 'label'
  | 'jump'
  | 'jumpIf'
  | 'jumpIfConstant'
  | 'jumpIfZero'
  // vectors and scalar floats
  | 'vectorMove'
  | 'vectorConstant'
  | 'vectorZero'
  | 'vector'
  | 'multiplyAdd'
  | 'vectorUnary'
  | 'vectorLoad'
  | 'vectorLoadSplat'
  | 'vectorLoadBytes'
  | 'vectorLoadFirst'
  | 'vectorStore'
  | 'vectorStoreFirst'
  | 'vectorShift'
  | 'gather'
  | 'laneNumbers'
  | 'lane'
  | 'splatFloat'
  | 'splatInteger'
  | 'bitsToGeneral'
  | 'maskToGeneral'
  | 'bitsFromGeneral'
  | 'floatToInteger'
  | 'integerToFloat'
  | 'compareFloats'
  | 'compareVectors'
  // mask registers
  | 'maskMove'
  | 'maskNot'
  | 'mask'
  | 'blend'
  | 'chooseFloat';

const op = (prefix: 0 | 1 | 2 | 3, map: 1 | 2 | 3, opcode: number, wide = false): VectorOpcode => ({
  prefix,
  map,
  opcode,
  wide,
});

/** Vector instructions of two operands, by the builder's operation and type. */
export const binaryOpcodes: Readonly<Record<string, VectorOpcode>> = {
  'add.f32v': op(0, 1, 0x58),
  'sub.f32v': op(0, 1, 0x5c),
  'mul.f32v': op(0, 1, 0x59),
  'div.f32v': op(0, 1, 0x5e),
  'add.f32': op(2, 1, 0x58),
  'sub.f32': op(2, 1, 0x5c),
  'mul.f32': op(2, 1, 0x59),
  'div.f32': op(2, 1, 0x5e),
  // minps and maxps give their second operand where the comparison fails: pmin(a, b) is min(b, a).
  'min.f32v': op(0, 1, 0x5d),
  'max.f32v': op(0, 1, 0x5f),
  'min.f32': op(2, 1, 0x5d),
  'max.f32': op(2, 1, 0x5f),
  'add.i32v': op(1, 1, 0xfe),
  'sub.i32v': op(1, 1, 0xfa),
  'mul.i32v': op(1, 2, 0x40),
  'min.i32v': op(1, 2, 0x39),
  'max.i32v': op(1, 2, 0x3d),
  'and.i32v': op(1, 1, 0xdb),
  'or.i32v': op(1, 1, 0xeb),
  'xor.i32v': op(1, 1, 0xef),
  'unpackLow.f32v': op(0, 1, 0x14),
  'unpackHigh.f32v': op(0, 1, 0x15),
  'unpackLowPairs.f32v': op(1, 1, 0x14, true),
  'unpackHighPairs.f32v': op(1, 1, 0x15, true),
};

export const unaryOpcodes: Readonly<Record<string, VectorOpcode>> = {
  'sqrt.f32v': op(0, 1, 0x51),
  'sqrt.f32': op(2, 1, 0x51),
  'abs.i32v': op(1, 2, 0x1e),
  'toF32.i32v': op(0, 1, 0x5b),
  'toI32.f32v': op(2, 1, 0x5b),
};

export const opcodes = {
  move: op(0, 1, 0x28),
  /** Vectors, scalars. */
  multiplyAdd213: [op(1, 2, 0xa8), op(1, 2, 0xa9)],
  multiplyAdd231: [op(1, 2, 0xb8), op(1, 2, 0xb9)],
  load: op(0, 1, 0x10),
  store: op(0, 1, 0x11),
  loadScalar: op(2, 1, 0x10),
  storeScalar: op(2, 1, 0x11),
  broadcast: op(1, 2, 0x18),
  broadcastGeneral: op(1, 2, 0x7c),
  broadcastInteger: op(1, 2, 0x58),
  loadBytes: op(1, 2, 0x31),
  maskLoad: op(1, 2, 0x2c),
  maskStore: op(1, 2, 0x2e),
  toGeneral: op(1, 1, 0x7e),
  fromGeneral: op(1, 1, 0x6e),
  roundVex: op(1, 3, 0x08),
  roundScalarVex: op(1, 3, 0x0a),
  roundEvex: op(1, 3, 0x08),
  roundScalarEvex: op(1, 3, 0x0a),
  compareFloat: op(0, 1, 0xc2),
  compareInteger: op(1, 3, 0x1f),
  compareUnsigned: op(1, 3, 0x1e),
  equalVex: op(1, 1, 0x76),
  greaterVex: op(1, 1, 0x66),
  blendEvex: op(1, 2, 0x65),
  blendVex: op(1, 3, 0x4a),
  compareScalars: op(0, 1, 0x2e),
  truncate: op(2, 1, 0x2c),
  convert: op(2, 1, 0x2a),
  shiftConstant: op(1, 1, 0x72),
  gather: op(1, 2, 0x92),
  alignEvex: op(1, 3, 0x03),
  extractVex: op(1, 3, 0x19),
  shuffleVex: op(1, 1, 0x70),
  shuffleBlocks: op(1, 3, 0x23),
  permuteHalves: op(1, 3, 0x06),
  maskMove: op(0, 1, 0x90),
  maskNot: op(0, 1, 0x44),
  maskAnd: op(0, 1, 0x41),
  maskOr: op(0, 1, 0x45),
  maskXor: op(0, 1, 0x47),
  kmove: op(0, 1, 0x92),
  kmoveToGeneral: op(0, 1, 0x93),
  signsToGeneral: op(0, 1, 0x50),
  bitwiseAnd: op(1, 1, 0xdb),
  bitwiseOr: op(1, 1, 0xeb),
  bitwiseXor: op(1, 1, 0xef),
} as const;

/** What a comparison of the builder asks of two integers. */
export const integerConditions: Partial<Record<ValueOp, Condition>> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'lt',
  le: 'le',
  gt: 'gt',
  ge: 'ge',
  ltU: 'ltU',
  geU: 'geU',
};
export const opposite: Partial<Record<Condition, Condition>> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'ge',
  le: 'gt',
  gt: 'le',
  ge: 'lt',
  ltU: 'geU',
  geU: 'ltU',
};

export const maskOpcodes = {
  and: opcodes.maskAnd,
  or: opcodes.maskOr,
  xor: opcodes.maskXor,
} as const;

/** Numbers from one operand. */
export const toGeneral = {
  bitsOfF32: 'bitsToGeneral',
  bits: 'maskToGeneral',
  firstBit: 'firstBit',
  toI32: 'floatToInteger',
} as const;
