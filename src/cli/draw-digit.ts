import { lineWidth } from './terminal.ts';

/** Points of an image's side. */
const size = 28;
/** From here on, of 255, a point is drawn. */
const drawn = 96;

/** Rows of text, all of one width. */
export type Block = readonly string[];

/** A digit of 28 x 28 points in 14 rows of 28 characters, each of which shows two points one above the other. */
export function drawDigit(pixels: Uint8Array): Block {
  const inked = (x: number, y: number): boolean => pixels[y * size + x] >= drawn;
  return Array.from({ length: size / 2 }, (_, row) =>
    Array.from({ length: size }, (_, x) => {
      const [top, bottom] = [inked(x, 2 * row), inked(x, 2 * row + 1)];
      if (top) return bottom ? '█' : '▀';
      return bottom ? '▄' : ' ';
    }).join(''),
  );
}

/** Takes away what is empty in all blocks: rows above and below, columns left and right. */
export function trimAlike(blocks: readonly Block[]): Block[] {
  const rows = blocks.flat();
  const isEmpty = (row: number): boolean => blocks.every((block) => !block[row].trim());
  const indices = blocks[0].map((_, row) => row).filter((row) => !isEmpty(row));
  const left = Math.min(...rows.map((row) => row.length - row.trimStart().length));
  const right = Math.max(...rows.map((row) => row.trimEnd().length));
  if (indices.length === 0) return [...blocks];
  return blocks.map((block) =>
    block.slice(indices[0], indices[indices.length - 1] + 1).map((row) => row.slice(left, right)),
  );
}

/** Blocks side by side, as many as a line holds; the rest below. */
export function beside(blocks: readonly Block[], gap = 4, width = lineWidth()): string {
  const groups: Block[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const block of blocks) {
    const own = widthOf(block) + gap;
    if (used + own > width + gap) {
      groups.push([]);
      used = 0;
    }
    groups[groups.length - 1].push(block);
    used += own;
  }
  return groups.map((group) => joined(group, ' '.repeat(gap))).join('\n\n');
}

const widthOf = (block: Block): number => Math.max(...block.map((row) => row.length));

function joined(blocks: readonly Block[], gap: string): string {
  const height = Math.max(...blocks.map((block) => block.length));
  const lines = Array.from({ length: height }, (_, row) =>
    blocks.map((block) => (block[row] ?? '').padEnd(widthOf(block))).join(gap),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}
