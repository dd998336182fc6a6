// The encoder's vector instructions against an independent disassembler, for all registers and all forms of memory operands.
import { describe, expect, test } from 'vitest';
import {
  all,
  type Case,
  check,
  disassemble,
  general32,
  general64,
  generals,
  memories,
  missing,
} from '../../../../../test/disassembler.ts';
import { Encoder, type VectorOpcode, type VectorOptions } from './encoder.ts';
import { binaryOpcodes, opcodes, unaryOpcodes } from './instructions.ts';

/** How an instruction is written: v vector, x its first 128 bits, g general register, k mask; 0 reg, 1 second, 2 operand. */
interface Form {
  readonly text: string;
  /** What the operand, which then lies in memory, is called. */
  readonly memory?: string;
  readonly options?: VectorOptions;
  /** Which of several opcodes it is. */
  readonly which?: number;
  /** Which encoding has it; both if absent. */
  readonly only?: 'vex' | 'evex';
}

const whole = 'V';
const three = (name: string): Form => ({ text: `${name} v0,v1,v2` });
const scalar3 = (name: string): Form => ({ text: `${name} x0,x1,x2`, options: { scalar: true } });
const narrow = { bits: 128 } as const;
const integerNames = (vex: string, evex: string): Form[] => [
  { text: `${vex} v0,v1,v2`, only: 'vex' },
  { text: `${evex} v0,v1,v2`, only: 'evex' },
];

const binaryForms: Readonly<Record<string, readonly Form[]>> = {
  'add.f32v': [three('vaddps')],
  'sub.f32v': [three('vsubps')],
  'mul.f32v': [three('vmulps')],
  'div.f32v': [three('vdivps')],
  'add.f32': [scalar3('vaddss')],
  'sub.f32': [scalar3('vsubss')],
  'mul.f32': [scalar3('vmulss')],
  'div.f32': [scalar3('vdivss')],
  'min.f32v': [three('vminps')],
  'max.f32v': [three('vmaxps')],
  'min.f32': [scalar3('vminss')],
  'max.f32': [scalar3('vmaxss')],
  'add.i32v': [three('vpaddd')],
  'sub.i32v': [three('vpsubd')],
  'mul.i32v': [three('vpmulld')],
  'min.i32v': [three('vpminsd')],
  'max.i32v': [three('vpmaxsd')],
  'and.i32v': integerNames('vpand', 'vpandd'),
  'or.i32v': integerNames('vpor', 'vpord'),
  'xor.i32v': integerNames('vpxor', 'vpxord'),
  'unpackLow.f32v': [three('vunpcklps')],
  'unpackHigh.f32v': [three('vunpckhps')],
  'unpackLowPairs.f32v': [three('vunpcklpd')],
  'unpackHighPairs.f32v': [three('vunpckhpd')],
};

const unaryForms: Readonly<Record<string, readonly Form[]>> = {
  'sqrt.f32v': [{ text: 'vsqrtps v0,v2' }],
  'sqrt.f32': [scalar3('vsqrtss')],
  'abs.i32v': [{ text: 'vpabsd v0,v2' }],
  'toF32.i32v': [{ text: 'vcvtdq2ps v0,v2' }],
  'toI32.f32v': [{ text: 'vcvttps2dq v0,v2' }],
};

const compares = (type: string, names: Readonly<Record<number, string>>): Form[] =>
  Object.entries(names).flatMap(([immediate, name]): Form[] => {
    const options = { immediate: Number(immediate) };
    const evex: Form = { text: `vcmp${name}${type} k0,v1,v2`, options, only: 'evex' };
    return type === 'ps'
      ? [{ ...evex, text: `vcmp${name}ps v0,v1,v2`, only: 'vex' }, evex]
      : [{ ...evex, text: `vpcmp${name}${type} k0,v1,v2` }];
  });

const fused = (order: string): Form[] => [
  { ...three(`vfmadd${order}ps`), which: 0 },
  { ...scalar3(`vfmadd${order}ss`), which: 1 },
];

const forms: Readonly<Record<keyof typeof opcodes, readonly Form[]>> = {
  move: [{ text: 'vmovaps v0,v2' }],
  multiplyAdd213: fused('213'),
  multiplyAdd231: fused('231'),
  load: [
    { text: 'vmovups v0,v2', memory: whole },
    {
      text: 'vmovups v0{k1}{z},v2',
      memory: whole,
      options: { mask: 1, zeroing: true },
      only: 'evex',
    },
  ],
  store: [
    { text: 'vmovups v2,v0', memory: whole },
    { text: 'vmovups v2{k1},v0', memory: whole, options: { mask: 1 }, only: 'evex' },
  ],
  loadScalar: [{ text: 'vmovss x0,x2', memory: 'DWORD', options: { scalar: true } }],
  storeScalar: [{ text: 'vmovss x2,x0', memory: 'DWORD', options: { scalar: true } }],
  broadcast: [{ text: 'vbroadcastss v0,x2' }, { text: 'vbroadcastss v0,x2', memory: 'DWORD' }],
  broadcastGeneral: [{ text: 'vpbroadcastd v0,g2', only: 'evex' }],
  broadcastInteger: [{ text: 'vpbroadcastd v0,x2' }],
  loadBytes: [
    { text: 'vpmovzxbd v0,x2', memory: 'QWORD', only: 'vex' },
    { text: 'vpmovzxbd v0,x2', memory: 'XMMWORD', only: 'evex' },
  ],
  maskLoad: [{ text: 'vmaskmovps v0,v1,v2', memory: whole, only: 'vex' }],
  maskStore: [{ text: 'vmaskmovps v2,v1,v0', memory: whole, only: 'vex' }],
  toGeneral: [{ text: 'vmovd g2,x0', options: narrow }],
  fromGeneral: [{ text: 'vmovd x0,g2', options: narrow }],
  roundVex: [{ text: 'vroundps v0,v2,0x9', options: { immediate: 9 }, only: 'vex' }],
  roundScalarVex: [
    { text: 'vroundss x0,x1,x2,0xb', options: { immediate: 11, scalar: true }, only: 'vex' },
  ],
  roundEvex: [{ text: 'vrndscaleps v0,v2,0x9', options: { immediate: 9 }, only: 'evex' }],
  roundScalarEvex: [
    { text: 'vrndscaless x0,x1,x2,0xb', options: { immediate: 11, scalar: true }, only: 'evex' },
  ],
  compareFloat: compares('ps', {
    0: 'eq',
    1: 'lt',
    2: 'le',
    3: 'unord',
    4: 'neq',
    13: 'ge',
    14: 'gt',
  }),
  compareInteger: compares('d', { 0: 'eq', 1: 'lt', 2: 'le', 4: 'neq', 5: 'nlt', 6: 'nle' }),
  compareUnsigned: compares('ud', { 1: 'lt', 5: 'nlt' }),
  equalVex: [{ text: 'vpcmpeqd v0,v1,v2', only: 'vex' }],
  greaterVex: [{ text: 'vpcmpgtd v0,v1,v2', only: 'vex' }],
  blendEvex: [{ text: 'vblendmps v0{k1},v1,v2', options: { mask: 1 }, only: 'evex' }],
  blendVex: all(16).map((selector) => ({
    text: `vblendvps v0,v1,v2,ymm${selector}`,
    options: { immediate: selector << 4 },
    only: 'vex',
  })),
  compareScalars: [{ text: 'vucomiss x0,x2', options: narrow }],
  truncate: [{ text: 'vcvttss2si g0,x2', options: { scalar: true } }],
  convert: [{ text: 'vcvtsi2ss x0,x1,g2', options: { scalar: true } }],
  // Mask registers alone: below.
  maskMove: [],
  maskNot: [],
  maskAnd: [],
  maskOr: [],
  maskXor: [],
  // The register field says which shift it is.
  shiftConstant: [],
  gather: [],
  alignEvex: [{ text: 'valignd v0,v1,v2,0x5', options: { immediate: 5 }, only: 'evex' }],
  extractVex: [{ text: 'vextractf128 x2,v0,0x1', options: { immediate: 1 }, only: 'vex' }],
  shuffleVex: [
    { text: 'vpshufd x0,x2,0xaa', options: { immediate: 0xaa, bits: 128 }, only: 'vex' },
  ],
  shuffleBlocks: [{ text: 'vshuff32x4 v0,v1,v2,0x88', options: { immediate: 0x88 }, only: 'evex' }],
  permuteHalves: [{ text: 'vperm2f128 v0,v1,v2,0x31', options: { immediate: 0x31 }, only: 'vex' }],
  kmove: [],
  kmoveToGeneral: [],
  signsToGeneral: [{ text: 'vmovmskps g0,v2', only: 'vex' }],
  bitwiseAnd: integerNames('vpand', 'vpandd'),
  bitwiseOr: integerNames('vpor', 'vpord'),
  bitwiseXor: integerNames('vpxor', 'vpxord'),
};

for (const wide of [false, true]) {
  const count = wide ? 32 : 16;
  const vector = wide ? 'zmm' : 'ymm';
  const word = wide ? 'ZMMWORD' : 'YMMWORD';
  const own = wide ? 'evex' : 'vex';

  const register = (kind: string, n: number): string =>
    ({ v: `${vector}${n}`, x: `xmm${n}`, g: general32[n], k: `k${n}` })[kind] as string;
  const limit = (text: string, role: string): number => {
    const kind = text.match(new RegExp(`(?<!\\{)\\b([vxgk])${role}\\b`))?.[1];
    return kind === 'g' ? 16 : kind === 'k' ? 8 : count;
  };

  const uses = (text: string, role: number): boolean =>
    new RegExp(`(?<!\\{)\\b[vxgk]${role}\\b`).test(text);

  /** The text with registers in place of the roles. */
  const written = (text: string, numbers: readonly number[], memory?: string): string =>
    text.replace(/(?<!\{)\b([vxgk])([012])\b/g, (_, kind: string, role: string) =>
      role === '2' && memory !== undefined ? memory : register(kind, numbers[Number(role)]),
    );

  function casesOf(entry: VectorOpcode | readonly VectorOpcode[], form: Form): Case[] {
    const { text, options = {}, which = 0 } = form;
    const opcode = [entry].flat()[which];
    if (form.only && form.only !== own) return [];
    if (form.memory) return memoryCases(opcode, form);
    const limits = ['0', '1', '2'].map((role) => limit(text, role));
    const cases: Case[] = [];
    for (let role = 0; role < 3; role++) {
      if (!uses(text, role)) continue;
      for (let n = 0; n < limits[role]; n++) {
        const numbers = [n * 7 + 3, n * 5 + 1, n * 11 + 6].map((m, i) =>
          i === role ? n : m % limits[i],
        );
        if (!uses(text, 1)) numbers[1] = 0;
        cases.push({
          write: (e) => e.vector(opcode, numbers[0], numbers[1], numbers[2], options),
          expected: written(text, numbers),
        });
      }
    }
    return cases;
  }

  function memoryCases(opcode: VectorOpcode, { text, memory: size, options }: Form): Case[] {
    const name = size === whole ? word : size;
    return memories.map(({ memory, text: place }, i) => {
      const numbers = [(i * 7) % count, uses(text, 1) ? (i * 5 + 3) % count : 0, 0];
      return {
        write: (e) => e.vector(opcode, numbers[0], numbers[1], memory, options),
        expected: written(text, numbers, `${name} PTR ${place}`),
      };
    });
  }

  describe(wide ? 'AVX-512' : 'AVX2', () => {
    const groups = [
      ['binary', binaryOpcodes, binaryForms],
      ['unary', unaryOpcodes, unaryForms],
      ['other', opcodes, forms],
    ] as const;
    for (const [group, table, texts] of groups) {
      test.skipIf(missing)(`${group} instructions ${missing}`, () => {
        expect(Object.keys(texts).sort()).toEqual(Object.keys(table).sort());
        const cases = Object.entries(table).flatMap(([name, opcode]) =>
          (texts as Record<string, readonly Form[]>)[name].flatMap((form) => casesOf(opcode, form)),
        );
        check(cases, wide);
      });
    }

    test.skipIf(missing)(`shifts, gathers, masks ${missing}`, () => {
      const shifts = { 2: 'vpsrld', 4: 'vpsrad', 6: 'vpslld' };
      const cases = all(count).flatMap((n) => {
        const m = (n * 7 + 3) % count;
        const list: Case[] = Object.entries(shifts).map(([number, name]) => ({
          write: (e) => e.vector(opcodes.shiftConstant, Number(number), n, m, { immediate: 9 }),
          expected: `${name} ${vector}${n},${vector}${m},0x9`,
        }));
        const base = n % 16;
        const place = { at: 'gather', base, index: m } as const;
        const text = `[${general64[base]}+${vector}${m}*1+0x0]`;
        const mask = (n + 1) % count;
        list.push(
          wide
            ? {
                write: (e) => e.vector(opcodes.gather, n, 0, place, { mask: 1 }),
                expected: `vgatherdps zmm${n}{k1},DWORD PTR ${text}`,
              }
            : {
                write: (e) => e.vector(opcodes.gather, n, mask, place),
                expected: `vgatherdps ymm${n},DWORD PTR ${text},ymm${mask}`,
              },
        );
        return list;
      });
      const masks = generals.flatMap((reg): Case[] => [
        {
          write: (e) => e.mask(opcodes.kmove, 1, reg),
          expected: `kmovw k1,${general32[reg]}`,
        },
        {
          write: (e) => e.mask(opcodes.kmoveToGeneral, reg, 1),
          expected: `kmovw ${general32[reg]},k1`,
        },
      ]);
      const among = all(8).flatMap((k): Case[] => {
        const [a, b] = [(k + 3) % 8, (k * 5 + 2) % 8];
        const three = { kandw: opcodes.maskAnd, korw: opcodes.maskOr, kxorw: opcodes.maskXor };
        const lanes = (i: number) => `${vector}${i}`;
        return [
          ...Object.entries(three).map(([name, opcode]) => ({
            write: (e: Encoder) => e.mask(opcode, k, b, a),
            expected: `${name} k${k},k${a},k${b}`,
          })),
          { write: (e) => e.mask(opcodes.maskMove, k, a), expected: `kmovw k${k},k${a}` },
          { write: (e) => e.mask(opcodes.maskNot, k, a), expected: `knotw k${k},k${a}` },
          ...(wide && k > 0
            ? [
                {
                  write: (e: Encoder) => e.vector(opcodes.blendEvex, 9, 17, 30, { mask: k }),
                  expected: `vblendmps ${lanes(9)}{k${k}},${lanes(17)},${lanes(30)}`,
                },
                {
                  write: (e: Encoder) =>
                    e.vector(opcodes.compareFloat, k, 17, 30, { immediate: 1 }),
                  expected: `vcmpltps k${k},${lanes(17)},${lanes(30)}`,
                },
              ]
            : []),
        ];
      });
      const scalars = cases.filter(({ expected }) => !sameRegister(expected));
      check([...scalars, ...masks, ...among], wide);
    });

    test.skipIf(missing)(`constants behind the code ${missing}`, () => {
      const e = new Encoder(wide);
      const pools = [[1, 2, 3, 4], all(count * 2), [1, 2, 3, 4], [5, 6, 7, 8]].map((list) =>
        Uint8Array.from(list),
      );
      const uses = pools.map((bytes, i) => {
        e.vector(i === 1 ? opcodes.load : opcodes.broadcast, i, 0, { at: 'pool', bytes });
        return { end: e.length, bytes };
      });
      e.vector(opcodes.compareFloat, 1, 2, { at: 'pool', bytes: pools[3] }, { immediate: 1 });
      uses.push({ end: e.length, bytes: pools[3] });
      e.emit(0xc3);
      const code = e.finish();
      const lines = [...disassemble(code).values()].slice(0, uses.length);
      uses.forEach(({ end, bytes }, i) => {
        const [, sign, distance] = lines[i].match(/\[rip([+-])0x([0-9a-f]+)\]/) ?? [];
        expect(sign).toBe('+');
        const at = end + Number.parseInt(distance, 16);
        expect([...code.subarray(at, at + bytes.length)]).toEqual([...bytes]);
        expect(at % bytes.length).toBe(0);
      });
    });
  });
}

/** A gather must not have one register twice: the disassembler says (bad). */
const sameRegister = (text: string): boolean => {
  if (!text.startsWith('vgather')) return false;
  const names = [...text.matchAll(/[yz]mm\d+/g)].map(([name]) => name);
  return new Set(names).size < names.length;
};
