// Cuts the font of plots from Noto Sans SC: node tools/run.mjs tools/plot-font.ts FILE.woff2 LATIN.woff2
// FILE is noto-sans-sc-chinese-simplified-400-normal.woff2 of the package @fontsource/noto-sans-sc 5.3.0.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import subsetFont from 'subset-font';
import { root } from './command.ts';

/** The characters of GB 2312, level 1: those that Chinese texts use most. */
function commonHan(): string {
  const decoder = new TextDecoder('gb2312');
  let text = '';
  for (let row = 0xb0; row <= 0xd7; row++) {
    for (let cell = 0xa1; cell <= 0xfe; cell++) text += decoder.decode(Uint8Array.of(row, cell));
  }
  return text.replaceAll('\ufffd', '').replaceAll(/[\ue000-\uf8ff]/g, '');
}

const ranges: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x391, 0x3c9],
  [0x2010, 0x2026],
  [0x2190, 0x2193],
  [0x2200, 0x2265],
  [0x3000, 0x3011],
  [0xff01, 0xff5e],
];
const others = ranges
  .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
  .map((code) => String.fromCodePoint(code))
  .join('');

for (const [file, name] of [
  [process.argv[2], 'noto-sans-sc.ttf'],
  [process.argv[3], 'noto-sans-sc-latin.ttf'],
]) {
  const text = name.includes('latin') ? others : commonHan() + others;
  const font = await subsetFont(readFileSync(file), text, { targetFormat: 'truetype' });
  writeFileSync(join(root, 'src/plot/fonts', name), font);
  console.log(`${name}: ${font.length} bytes`);
}
