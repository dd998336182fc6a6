// The encoder's general instructions against an independent disassembler, for all registers and all forms of memory operands.
import { describe, expect, test } from 'vitest';
import {
  type Case,
  check,
  constant,
  disassemble,
  general8,
  general32,
  general64,
  generals,
  hex,
  indices,
  memories,
  missing,
  offset,
} from '../../../../../test/disassembler.ts';
import { conditions, Encoder } from './encoder.ts';
import { encodeCpuid, encodeDriver, encodeXgetbv } from './routines.ts';

/** Names of the conditions in jumps and sets. */
const suffixes: Record<keyof typeof conditions, string> = {
  ltU: 'b',
  geU: 'ae',
  eq: 'e',
  ne: 'ne',
  leU: 'be',
  gtU: 'a',
  unordered: 'p',
  ordered: 'np',
  lt: 'l',
  ge: 'ge',
  le: 'le',
  gt: 'g',
};

describe('general instructions', () => {
  const pairs = generals.flatMap((a) => generals.map((b) => [a, b] as const));
  const immediates = [0, 1, -1, 127, -128, 0x12345678, -(2 ** 31)];
  const [add, or, and, sub, xor, cmp] = [0, 1, 4, 5, 6, 7];

  test.skipIf(missing)(`registers ${missing}`, () => {
    const two = (name: string, opcode: readonly number[], reversed = false): Case[] =>
      pairs.map(([a, b]) => ({
        write: (e) => e.general(opcode, a, b),
        expected: `${name} ${general32[reversed ? b : a]},${general32[reversed ? a : b]}`,
      }));
    const arithmetic = Object.entries({ add, or, and, sub, xor, cmp });
    check(
      [
        ...two('mov', [0x8b]),
        ...two('imul', [0x0f, 0xaf]),
        ...two('cmove', [0x0f, 0x44]),
        ...two('cmovne', [0x0f, 0x45]),
        ...two('test', [0x85], true),
        ...arithmetic.flatMap(([name, number]) =>
          pairs.map(
            ([a, b]): Case => ({
              write: (e) => e.arithmetic(number, a, b),
              expected: `${name} ${general32[a]},${general32[b]}`,
            }),
          ),
        ),
        ...pairs.map(
          ([a, b]): Case => ({
            write: (e) => e.trailingZeros(a, b),
            expected: `tzcnt ${general32[a]},${general32[b]}`,
          }),
        ),
        ...pairs.map(
          ([a, b]): Case => ({
            write: (e) => e.general([0x85], a, b, { wide: true }),
            expected: `test ${general64[b]},${general64[a]}`,
          }),
        ),
        ...pairs.map(
          ([a, b]): Case => ({
            write: (e) => e.move(a, b, true),
            expected: `mov ${general64[a]},${general64[b]}`,
          }),
        ),
        ...pairs.map(
          ([a, b]): Case => ({
            write: (e) => e.general([0x0f, 0xb6], a, b, { byte: true }),
            expected: `movzx ${general32[a]},${general8[b]}`,
          }),
        ),
        ...pairs.map(
          ([a, b]): Case => ({
            write: (e) => e.general([0x20], a, b, { byte: true }),
            expected: `and ${general8[b]},${general8[a]}`,
          }),
        ),
        ...generals.flatMap((reg): Case[] => [
          { write: (e) => e.general([0xf7], 3, reg), expected: `neg ${general32[reg]}` },
          { write: (e) => e.general([0xf7], 6, reg), expected: `div ${general32[reg]}` },
          { write: (e) => e.general([0xff], 2, reg), expected: `call ${general64[reg]}` },
        ]),
        ...Object.entries(conditions).flatMap(([name, code]) =>
          generals.map(
            (reg): Case => ({
              write: (e) => e.general([0x0f, 0x90 | code], 0, reg, { byte: true }),
              expected: `set${suffixes[name as keyof typeof conditions]} ${general8[reg]}`,
            }),
          ),
        ),
      ],
      false,
    );
  });

  test.skipIf(missing)(`constants ${missing}`, () => {
    const arithmetic = Object.entries({ add, or, and, sub, xor, cmp });
    check(
      generals.flatMap((reg) => [
        ...immediates.flatMap((n): Case[] => [
          {
            write: (e) => e.moveConstant(reg, n),
            expected: `mov ${general32[reg]},${constant(n)}`,
          },
          {
            write: (e) => {
              e.general([0x69], reg, 15 - reg, { immediateBytes: 4 });
              e.emit32(n);
            },
            expected: `imul ${general32[reg]},${general32[15 - reg]},${constant(n)}`,
          },
          ...arithmetic.map(
            ([name, number]): Case => ({
              write: (e) => e.arithmeticConstant(number, reg, n),
              expected: `${name} ${general32[reg]},${constant(n)}`,
            }),
          ),
        ]),
        ...arithmetic.map(
          ([name, number]): Case => ({
            write: (e) => e.arithmeticConstant(number, reg, 0x1240, true),
            expected: `${name} ${general64[reg]},0x1240`,
          }),
        ),
        ...([4, 5, 7] as const).flatMap((number) =>
          [1, 5, 31].map(
            (count): Case => ({
              write: (e) => e.shift(number, reg, count),
              expected: `${{ 4: 'shl', 5: 'shr', 7: 'sar' }[number]} ${general32[reg]},${hex(count)}`,
            }),
          ),
        ),
      ]),
      false,
    );
  });

  test.skipIf(missing)(`sums of two registers and a constant ${missing}`, () => {
    const cases = generals.flatMap((to) =>
      generals.flatMap((a) => [
        ...[5, -(2 ** 31)].map(
          (n): Case => ({
            write: (e) => e.add(to, a, null, n),
            expected: `lea ${general32[to]},[${general64[a]}${offset(n)}]`,
          }),
        ),
        ...indices.map(
          (b): Case => ({
            write: (e) => e.add(to, a, b, 0),
            expected: `lea ${general32[to]},[${general64[a]}+${general64[b]}*1+0x0]`,
          }),
        ),
      ]),
    );
    check(cases, false);
  });

  test.skipIf(missing)(`memory ${missing}`, () => {
    const cases = memories.flatMap(({ memory, text }) => [
      ...[1, 2].map(
        (level): Case => ({
          write: (e) => e.general([0x0f, 0x18], level, memory),
          expected: `prefetcht${level - 1} BYTE PTR ${text}`,
        }),
      ),
      ...generals.flatMap((reg): Case[] => [
        {
          write: (e) => e.general([0x8b], reg, memory),
          expected: `mov ${general32[reg]},DWORD PTR ${text}`,
        },
        {
          write: (e) => e.general([0x89], reg, memory),
          expected: `mov DWORD PTR ${text},${general32[reg]}`,
        },
        {
          write: (e) => e.general([0x8b], reg, memory, { wide: true }),
          expected: `mov ${general64[reg]},QWORD PTR ${text}`,
        },
        {
          write: (e) => e.general([0x88], reg, memory, { byte: true }),
          expected: `mov BYTE PTR ${text},${general8[reg]}`,
        },
        {
          write: (e) => e.general([0x0f, 0xb6], reg, memory),
          expected: `movzx ${general32[reg]},BYTE PTR ${text}`,
        },
        {
          write: (e) => e.general([0x8d], reg, memory, { wide: true }),
          expected: `lea ${general64[reg]},${text}`,
        },
      ]),
    ]);
    check(cases, false);
  });
});

test.skipIf(missing)(`jumps to labels before and behind ${missing}`, () => {
  const e = new Encoder(false);
  const expected: string[] = [];
  const names = Object.keys(conditions) as (keyof typeof conditions)[];
  e.label(0);
  for (const name of names) {
    e.jump(0, name);
    expected.push(`j${suffixes[name]} 0x0`);
    e.jump(1, name);
    expected.push(`j${suffixes[name]} END`);
  }
  e.jump(1);
  expected.push('jmp END');
  const end = hex(e.length);
  e.label(1);
  e.emit(0xc3);
  expected.push('ret');
  const read = [...disassemble(e.finish()).values()];
  expect(read).toEqual(expected.map((line) => line.replace('END', end)));
});

describe('routines', () => {
  const offsets = { ticket: 64, args: 132, tasks: 136, done: 192, native: 144 };
  for (const convention of ['systemV', 'windows'] as const) {
    test.skipIf(missing)(
      `${convention}: what is pushed is popped, and nothing is unknown ${missing}`,
      () => {
        for (const code of [
          encodeDriver(convention, offsets),
          encodeCpuid(convention),
          encodeXgetbv(),
        ]) {
          const lines = [...disassemble(code).values()];
          expect(lines.filter((line) => line.includes('(bad)'))).toEqual([]);
          const pushed = lines
            .filter((line) => line.startsWith('push'))
            .map((line) => line.slice(5));
          const popped = lines
            .filter((line) => line.startsWith('pop'))
            .map((line) => line.slice(4));
          expect(popped).toEqual(pushed.reverse());
          expect(lines.at(-1)).toBe('ret');
        }
      },
    );
  }

  test.skipIf(missing)(
    `the driver takes a task by an atomic exchange and counts it ${missing}`,
    () => {
      const lines = [...disassemble(encodeDriver('systemV', offsets)).values()];
      for (const line of [
        'lock cmpxchg DWORD PTR [r15+0x40],ecx',
        'lock inc DWORD PTR [r15+0xc0]',
        'mov rax,QWORD PTR [r15+0x90]',
        'mov edi,DWORD PTR [r15+0x84]',
        'mov edx,DWORD PTR [r15+rdx*1+0x0]',
        'call rax',
        'vzeroupper',
      ]) {
        expect(lines).toContain(line);
      }
    },
  );
});
