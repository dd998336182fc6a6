// An independent reader of machine code: GNU objdump, where it is installed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Encoder, type Memory } from '../src/backends/wasm/builder/x64/encoder.ts';

function disassembler(): string {
  try {
    execFileSync('objdump', ['--version'], { stdio: 'ignore' });
    return '';
  } catch {
    return 'objdump is not installed';
  }
}
/** Why there is none, or nothing. */
export const missing = disassembler();

/** Instructions by their offset, in Intel's notation. */
export function disassemble(code: Uint8Array): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-'));
  try {
    const file = join(folder, 'code.bin');
    writeFileSync(file, code);
    const options = ['-D', '-b', 'binary', '-m', 'i386:x86-64', '-M', 'intel', '--insn-width=16'];
    const text = execFileSync('objdump', [...options, file], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const lines = [...text.matchAll(/^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/gm)];
    return new Map(lines.map(([, at, words]) => [Number.parseInt(at, 16), plain(words)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const plain = (words: string): string =>
  words
    .replace(/^(\{evex\}|rex) /, '')
    .replace(/ *#.*$/, '')
    .replace(/\s+/g, ' ')
    .trim();

/** What is encoded, and how it must read. */
export interface Case {
  readonly write: (e: Encoder) => void;
  readonly expected: string;
}

/** Encodes all cases one behind the other and compares what the disassembler reads. */
export function check(cases: readonly Case[], wide: boolean): void {
  const bytes: number[] = [];
  const starts = cases.map(({ write }) => {
    const encoder = new Encoder(wide);
    write(encoder);
    const start = bytes.length;
    bytes.push(...encoder.finish());
    return start;
  });
  const read = disassemble(new Uint8Array(bytes));
  const wrong = cases
    .map(({ expected }, i) => ({ expected, read: read.get(starts[i]) ?? '(inside another)' }))
    .filter((line) => line.read !== line.expected);
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(read.size).toBe(cases.length);
}

// biome-ignore format: a table
export const general32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi',
  'r8d', 'r9d', 'r10d', 'r11d', 'r12d', 'r13d', 'r14d', 'r15d'];
// biome-ignore format: a table
export const general64 = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi',
  'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
// biome-ignore format: a table
export const general8 = ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil',
  'r8b', 'r9b', 'r10b', 'r11b', 'r12b', 'r13b', 'r14b', 'r15b'];
export const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
export const generals = all(16);
/** Those that may be an index: all but rsp. */
export const indices = generals.filter((reg) => reg !== 4);

export const hex = (n: number): string => `0x${n.toString(16)}`;
export const offset = (n: number): string => (n < 0 ? `-${hex(-n)}` : `+${hex(n)}`);
export const constant = (n: number): string => hex(n >>> 0);

const offsets = [0, 8, -64, 0x12345, 2 ** 31 - 1, -(2 ** 31)];

/** Every form of a memory operand that instructions are given, and how it is written. */
export const memories: readonly { readonly memory: Memory; readonly text: string }[] = [
  ...indices.flatMap((index) =>
    offsets.map((n) => ({
      memory: { at: 'heap', index, offset: n } as const,
      text: `[r15+${general64[index]}*1${offset(n)}]`,
    })),
  ),
  ...offsets.map((n) => ({
    memory: { at: 'heap', index: null, offset: n } as const,
    text: `[r15${offset(n)}]`,
  })),
  ...[0, 64, 65472].map((n) => ({
    memory: { at: 'stack', offset: n } as const,
    text: `[rsp${offset(n)}]`,
  })),
  ...generals.flatMap((base) =>
    [0, 36].map((n) => ({
      memory: { at: 'base', base, offset: n } as const,
      text: `[${general64[base]}${offset(n)}]`,
    })),
  ),
];
