import { binaryOpcodes, type Instruction, type VirtualRegister } from './instructions.ts';

const shuffleBlocks = { prefix: 1, map: 3, opcode: 0x23 } as const;
const permuteHalves = { prefix: 1, map: 3, opcode: 0x06 } as const;

/** The columns of a square block: interleaves rows, then pairs, then blocks of four lanes. */
export function transpose(
  rows: readonly VirtualRegister[],
  columns: readonly VirtualRegister[],
  newRegister: () => VirtualRegister,
): Instruction[] {
  const lanes = rows.length;
  const code: Instruction[] = [];
  const pairOf = (name: string, a: number, b: number, to = newRegister()) => {
    code.push({ op: 'vector', to, from: [a, b], opcode: binaryOpcodes[`${name}.f32v`] });
    return to;
  };
  const groups: number[][] = [];
  for (let g = 0; g < lanes; g += 4) {
    const [r0, r1, r2, r3] = rows.slice(g, g + 4);
    const [low01, high01] = [pairOf('unpackLow', r0, r1), pairOf('unpackHigh', r0, r1)];
    const [low23, high23] = [pairOf('unpackLow', r2, r3), pairOf('unpackHigh', r2, r3)];
    groups.push([
      pairOf('unpackLowPairs', low01, low23),
      pairOf('unpackHighPairs', low01, low23),
      pairOf('unpackLowPairs', high01, high23),
      pairOf('unpackHighPairs', high01, high23),
    ]);
  }
  // groups[g][j] holds, in its block L of four lanes, rows 4g to 4g + 3 of column 4L + j.
  const blocks = (a: number, b: number, immediate: number, to = newRegister()) => {
    code.push({
      op: 'vector',
      to,
      from: [a, b],
      opcode: lanes === 16 ? shuffleBlocks : permuteHalves,
      immediate,
    });
    return to;
  };
  for (let j = 0; j < 4; j++) {
    if (lanes === 8) {
      blocks(groups[0][j], groups[1][j], 0x20, columns[j]);
      blocks(groups[0][j], groups[1][j], 0x31, columns[4 + j]);
      continue;
    }
    const [g0, g1, g2, g3] = groups.map((group) => group[j]);
    const [even01, even23] = [blocks(g0, g1, 0x88), blocks(g2, g3, 0x88)];
    const [odd01, odd23] = [blocks(g0, g1, 0xdd), blocks(g2, g3, 0xdd)];
    blocks(even01, even23, 0x88, columns[j]);
    blocks(odd01, odd23, 0x88, columns[4 + j]);
    blocks(even01, even23, 0xdd, columns[8 + j]);
    blocks(odd01, odd23, 0xdd, columns[12 + j]);
  }
  return code;
}
