import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { setBackend } from '../backends/index.ts';
import { ValueError } from '../tensor/index.ts';
import { multiHot } from './multi-hot.ts';
import { padSequences } from './pad-sequences.ts';
import { Sequences } from './sequences.ts';

beforeAll(() => setBackend('cpu'));

describe('Sequences', () => {
  const lists = Sequences.from([[1, 2], [], [3]]);
  test('hold lists', () => {
    expect(lists.length).toBe(3);
    expect([...lists].map((list) => [...list])).toEqual([[1, 2], [], [3]]);
    expect(lists.at(-1)).toEqual(Int32Array.of(3));
    expect([...lists.slice(1)].map((list) => [...list])).toEqual([[], [3]]);
    expect([...lists.slice(-3, -1)].map((list) => [...list])).toEqual([[1, 2], []]);
    expect(lists.slice(2, 1).length).toBe(0);
  });
  test('refuse what is none', () => {
    expect(() => lists.at(3)).toThrow('3 is no place among 3 lists');
    expect(() => Sequences.from([[1, 2.5]])).toThrow('element 1 of list 0 is 2.5');
    expect(() => Sequences.from([3] as never)).toThrow('item 0 is no list but 3');
    expect(() => new Sequences(Int32Array.of(1), Int32Array.of(0, 2, 1))).toThrow('must rise');
  });
});

describe('multiHot', () => {
  test('marks each number once', () => {
    const x = multiHot([[3, 1, 3], [], [0, 4]], 5);
    expect(x.storedSize).toBe(4);
    expect(x.toDense().toArray()).toEqual([
      [0, 1, 0, 1, 0],
      [0, 0, 0, 0, 0],
      [1, 0, 0, 0, 1],
    ]);
  });
  test('gives the columns in order, short lists and long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat({ max: 1999 }), { maxLength: 60 }), { maxLength: 5 }),
        fc.constantFrom(2000, 100_000),
        (lists, dimension) => {
          const { columns, rowStarts } = multiHot(lists, dimension);
          const [all, starts] = [columns.dataSync(), rowStarts.dataSync()];
          lists.forEach((list, row) => {
            const expected = [...new Set(list)].sort((a, b) => a - b);
            expect([...all.subarray(starts[row], starts[row + 1])]).toEqual(expected);
          });
        },
      ),
      { numRuns: 100 },
    );
  });
  test('refuses numbers outside', () => {
    expect(() => multiHot([[1], [5]], 5)).toThrow('list 1 holds 5, which is outside [0, 5)');
    expect(() => multiHot([[-1]], 5)).toThrow(ValueError);
    expect(() => multiHot([[1]], 0)).toThrow('dimension must be a whole number >= 1');
  });
});

describe('padSequences', () => {
  const lists = [[1], [2, 3], [4, 5, 6]];
  // The examples of Keras' documentation.
  test.each([
    [
      {},
      [
        [0, 0, 1],
        [0, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      { value: -1 },
      [
        [-1, -1, 1],
        [-1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      { padding: 'post' },
      [
        [1, 0, 0],
        [2, 3, 0],
        [4, 5, 6],
      ],
    ],
    [
      { maxlen: 2 },
      [
        [0, 1],
        [2, 3],
        [5, 6],
      ],
    ],
    [
      { maxlen: 2, truncating: 'post' },
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ],
  ] as const)('%j', (options, expected) => {
    const padded = padSequences(lists, options);
    expect(padded.dtype).toBe('int32');
    expect(padded.toArray()).toEqual(expected);
  });
  test('other types, no lists, bad options', () => {
    expect(padSequences([[1]], { maxlen: 2, dtype: 'float32', value: 0.5 }).toArray()).toEqual([
      [0.5, 1],
    ]);
    expect(padSequences([]).shape).toEqual([0, 0]);
    expect(() => padSequences(lists, { padding: 'left' as never })).toThrow(
      "'pre' or 'post', received left",
    );
    expect(() => padSequences(lists, { maxlen: 0 })).toThrow('maxlen must be');
  });
});
