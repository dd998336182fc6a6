import { expect, test } from 'vitest';
import { beside, drawDigit, trimAlike } from './draw-digit.ts';

test('two points stand one above the other in a character', () => {
  const pixels = new Uint8Array(28 * 28);
  pixels[0] = 255; // above
  pixels[28 + 1] = 255; // below
  pixels[2] = pixels[28 + 2] = 200; // both
  pixels[3] = 40; // too faint
  const rows = drawDigit(pixels);
  expect(rows).toHaveLength(14);
  expect(rows[0]).toBe(`▀▄█${' '.repeat(25)}`);
  expect(rows[1]).toBe(' '.repeat(28));
});

test('what is empty in all blocks is cut away', () => {
  const blocks = [
    ['    ', ' █  ', '    '],
    ['    ', '  █ ', '    '],
  ];
  expect(trimAlike(blocks)).toEqual([['█ '], [' █']]);
  expect(trimAlike([['  ', '  ']])).toEqual([['  ', '  ']]);
});

test('blocks stand beside one another as far as the line goes', () => {
  const blocks = [['ab', 'c'], ['d'], ['e']];
  expect(beside(blocks, 2, 80)).toBe('ab  d  e\nc');
  expect(beside(blocks, 2, 5)).toBe('ab  d\nc\n\ne');
  expect(beside(blocks, 2, 1)).toBe('ab\nc\n\nd\n\ne');
});
