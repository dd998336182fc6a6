/** General registers by number; r15 holds the address of the linear memory, rsp the stack. */
export const rax = 0;
export const rcx = 1;
export const rdx = 2;
export const rbx = 3;
export const rsp = 4;
export const rbp = 5;
export const rsi = 6;
export const rdi = 7;
export const r8 = 8;
export const r9 = 9;
export const r14 = 14;
export const r15 = 15;

/** An operand in memory: of the linear memory (an index register and an offset), of the stack, or a constant. */
export type Memory =
  | { readonly at: 'heap'; readonly index: number | null; readonly offset: number }
  | { readonly at: 'stack'; readonly offset: number }
  | { readonly at: 'base'; readonly base: number; readonly offset: number }
  | { readonly at: 'gather'; readonly base: number; readonly index: number }
  | { readonly at: 'pool'; readonly bytes: Uint8Array };

/** Condition codes of jumps, sets and moves. */
export const conditions = {
  ltU: 2,
  geU: 3,
  eq: 4,
  ne: 5,
  leU: 6,
  gtU: 7,
  unordered: 10,
  ordered: 11,
  lt: 12,
  ge: 13,
  le: 14,
  gt: 15,
} as const;
export type Condition = keyof typeof conditions;

/** An AVX instruction: mandatory prefix (0, 1 = 66, 2 = F3, 3 = F2), opcode map (1 = 0F, 2 = 0F38, 3 = 0F3A), opcode. */
export interface VectorOpcode {
  readonly prefix: 0 | 1 | 2 | 3;
  readonly map: 1 | 2 | 3;
  readonly opcode: number;
  /** The W bit. */
  readonly wide?: boolean;
}

export interface VectorOptions {
  /** 128 bits instead of the whole vector: scalars. */
  readonly scalar?: boolean;
  readonly immediate?: number;
  /** AVX-512: mask register, and whether the other lanes become 0 rather than stay. */
  readonly mask?: number;
  readonly zeroing?: boolean;
  /** Bits of the vector where they differ from the target's. */
  readonly bits?: 128 | 256 | 512;
}

interface Fixup {
  readonly at: number;
  readonly label: number;
}

/**
 * Writes x64 machine code: general instructions, and AVX2 ones in VEX or AVX-512 ones in EVEX encoding, after Intel's
 * "Architectures Software Developer's Manual", volume 2. Displacements are always 32 bits wide.
 */
export class Encoder {
  readonly wide: boolean;
  readonly #bytes: number[] = [];
  readonly #labels = new Map<number, number>();
  readonly #fixups: Fixup[] = [];
  readonly #pool = new Map<string, { readonly bytes: Uint8Array; readonly uses: number[] }>();

  /** @param wide AVX-512 instead of AVX2 */
  constructor(wide: boolean) {
    this.wide = wide;
  }

  get length(): number {
    return this.#bytes.length;
  }

  emit(...bytes: number[]): void {
    for (const byte of bytes) this.#bytes.push(byte & 0xff);
  }

  emit32(value: number): void {
    this.emit(value, value >> 8, value >> 16, value >> 24);
  }

  label(label: number): void {
    this.#labels.set(label, this.length);
  }

  /** `op reg, rm` with 32-bit operands (or 64 with `wide`). */
  general(
    opcode: readonly number[],
    reg: number,
    rm: number | Memory,
    { wide = false, byte = false, immediateBytes = 0 } = {},
  ): void {
    const [x, b] = this.#extensions(rm);
    const rex = (wide ? 8 : 0) | (reg & 8 ? 4 : 0) | (x ? 2 : 0) | (b ? 1 : 0);
    const needsRex = rex !== 0 || (byte && (reg >= 4 || (typeof rm === 'number' && rm >= 4)));
    if (needsRex) this.emit(0x40 | rex);
    this.emit(...opcode);
    this.#operands(reg & 7, rm, immediateBytes);
  }

  move(to: number, from: number, wide = false): void {
    if (to !== from || wide) this.general([0x8b], to, from, { wide });
  }

  /** reg = 32-bit constant, upper half 0. */
  moveConstant(reg: number, value: number): void {
    if (reg & 8) this.emit(0x41);
    this.emit(0xb8 | (reg & 7));
    this.emit32(value);
  }

  /** add, or, and, sub, xor, cmp by their number 0, 1, 4, 5, 6, 7. */
  arithmetic(number: number, reg: number, rm: number | Memory): void {
    this.general([number * 8 + 3], reg, rm);
  }

  arithmeticConstant(number: number, reg: number, value: number, wide = false): void {
    this.general([0x81], number, reg, { wide, immediateBytes: 4 });
    this.emit32(value);
  }

  /** to = a + b (+ offset) in 32 bits. */
  add(to: number, a: number, b: number | null, offset: number): void {
    const rex = (to & 8 ? 4 : 0) | (b !== null && b & 8 ? 2 : 0) | (a & 8 ? 1 : 0);
    if (rex) this.emit(0x40 | rex);
    this.emit(0x8d);
    if (b === null && (a & 7) !== 4) this.emit(0x80 | ((to & 7) << 3) | (a & 7));
    else this.emit(0x84 | ((to & 7) << 3), ((b === null ? 4 : b & 7) << 3) | (a & 7));
    this.emit32(offset);
  }

  shift(number: 4 | 5 | 7, reg: number, count: number): void {
    this.general([0xc1], number, reg, { immediateBytes: 1 });
    this.emit(count);
  }

  /** reg = the number of zeros below the lowest bit of `from` that is set; 32 where none is. */
  trailingZeros(reg: number, from: number): void {
    this.emit(0xf3);
    this.general([0x0f, 0xbc], reg, from);
  }

  jump(label: number, condition?: Condition): void {
    if (condition === undefined) this.emit(0xe9);
    else this.emit(0x0f, 0x80 | conditions[condition]);
    this.#fixups.push({ at: this.length, label });
    this.emit32(0);
  }

  /** `op reg, second, rm` in the target's encoding. `second` is 0 where the instruction has none. */
  vector(
    { prefix, map, opcode, wide = false }: VectorOpcode,
    reg: number,
    second: number,
    rm: number | Memory,
    options: VectorOptions = {},
  ): void {
    const { immediate, mask = 0, zeroing = false, scalar = false } = options;
    const bits = options.bits ?? (scalar ? 128 : this.wide ? 512 : 256);
    const [x, b] = this.#extensions(rm);
    if (this.wide) {
      const high = typeof rm === 'number' ? (rm >> 4) & 1 : x;
      const upper =
        typeof rm !== 'number' && rm.at === 'gather' ? (rm.index >> 4) & 1 : (second >> 4) & 1;
      this.emit(
        0x62,
        (((reg >> 3) & 1 ? 0 : 1) << 7) |
          ((high ? 0 : 1) << 6) |
          ((b ? 0 : 1) << 5) |
          (((reg >> 4) & 1 ? 0 : 1) << 4) |
          map,
        ((wide ? 1 : 0) << 7) | ((~second & 15) << 3) | 4 | prefix,
        ((zeroing ? 1 : 0) << 7) |
          ((bits === 512 ? 2 : bits === 256 ? 1 : 0) << 5) |
          ((upper ? 0 : 1) << 3) |
          mask,
      );
    } else {
      this.emit(
        0xc4,
        ((reg & 8 ? 0 : 1) << 7) | ((x ? 0 : 1) << 6) | ((b ? 0 : 1) << 5) | map,
        ((wide ? 1 : 0) << 7) | ((~second & 15) << 3) | ((bits === 256 ? 1 : 0) << 2) | prefix,
      );
    }
    this.emit(opcode);
    this.#operands(reg & 7, rm, immediate === undefined ? 0 : 1);
    if (immediate !== undefined) this.emit(immediate);
  }

  /** Instructions on mask registers, and between these and general ones, which have VEX forms on AVX-512 machines too. */
  mask(
    { prefix, map, opcode, wide = false }: VectorOpcode,
    reg: number,
    rm: number,
    second?: number,
  ): void {
    const three = second === undefined ? 15 << 3 : ((~second & 15) << 3) | 4;
    this.emit(
      0xc4,
      ((reg & 8 ? 0 : 1) << 7) | (1 << 6) | ((rm & 8 ? 0 : 1) << 5) | map,
      ((wide ? 1 : 0) << 7) | three | prefix,
      opcode,
      0xc0 | ((reg & 7) << 3) | (rm & 7),
    );
  }

  /** The code with its constants behind it, jumps resolved. It may be placed anywhere. */
  finish(): Uint8Array<ArrayBuffer> {
    for (const { at, label } of this.#fixups) {
      this.#patch(at, (this.#labels.get(label) as number) - (at + 4));
    }
    for (const { bytes, uses } of this.#pool.values()) {
      while (this.length % bytes.length) this.emit(0xcc);
      const place = this.length;
      this.emit(...bytes);
      // The displacement counts from the end of the instruction, which the low bits of the use tell.
      for (const use of uses) {
        const at = Math.floor(use / 8);
        this.#patch(at, place - (at + 4 + (use % 8)));
      }
    }
    return new Uint8Array(this.#bytes);
  }

  #patch(at: number, value: number): void {
    for (let i = 0; i < 4; i++) this.#bytes[at + i] = (value >> (i * 8)) & 0xff;
  }

  /** The upper bits of index and base. */
  #extensions(rm: number | Memory): [number, number] {
    if (typeof rm === 'number') return [0, (rm >> 3) & 1];
    switch (rm.at) {
      case 'heap':
        return [rm.index === null ? 0 : (rm.index >> 3) & 1, 1];
      case 'base':
        return [0, (rm.base >> 3) & 1];
      case 'gather':
        return [(rm.index >> 3) & 1, (rm.base >> 3) & 1];
      default:
        return [0, 0];
    }
  }

  #operands(reg: number, rm: number | Memory, immediateBytes: number): void {
    if (typeof rm === 'number') {
      this.emit(0xc0 | (reg << 3) | (rm & 7));
      return;
    }
    switch (rm.at) {
      case 'heap':
        if (rm.index === null) this.emit(0x87 | (reg << 3));
        else this.emit(0x84 | (reg << 3), ((rm.index & 7) << 3) | 7);
        this.emit32(rm.offset);
        return;
      case 'stack':
        this.emit(0x84 | (reg << 3), 0x24);
        this.emit32(rm.offset);
        return;
      case 'base':
        if ((rm.base & 7) === 4) this.emit(0x84 | (reg << 3), 0x24);
        else this.emit(0x80 | (reg << 3) | (rm.base & 7));
        this.emit32(rm.offset);
        return;
      case 'gather':
        this.emit(0x84 | (reg << 3), ((rm.index & 7) << 3) | (rm.base & 7));
        this.emit32(0);
        return;
      case 'pool': {
        this.emit(0x05 | (reg << 3));
        const key = rm.bytes.join();
        const entry = this.#pool.get(key) ?? { bytes: rm.bytes, uses: [] };
        entry.uses.push(this.length * 8 + immediateBytes);
        this.#pool.set(key, entry);
        this.emit32(0);
      }
    }
  }
}
