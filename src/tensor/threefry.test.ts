import { expect, test } from 'vitest';
import { threefry2x32 } from './threefry.ts';

test('gives the known answers of the Random123 library for 13 rounds', () => {
  const words = new Int32Array(2);
  const run = (key: number[], counter: number[]): string => {
    threefry2x32(key[0], key[1], counter[0], counter[1], words);
    return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ');
  };
  expect(run([0, 0], [0, 0])).toBe('9d1c5ec6 8bd50731');
  expect(run([-1, -1], [-1, -1])).toBe('fd36d048 2d17272c');
  expect(run([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toBe('fd36d048 2d17272c');
  expect(run([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toBe('ba3e4725 f27d669e');
});

test('writes where it is told', () => {
  const words = new Int32Array(4).fill(7);
  threefry2x32(1, 2, 3, 4, words, 1);
  expect([words[0], words[3]]).toEqual([7, 7]);
  expect(words[1]).not.toBe(7);
});
