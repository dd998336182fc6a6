import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Allocator } from './allocator.ts';

const start = 65536;

/** An allocator over a pretended memory that grows by at least 4096 bytes. */
function open(bytes = 4096) {
  let end = start + bytes;
  const grown: number[] = [];
  const allocator = new Allocator(start, end, (n) => {
    grown.push(n);
    end += Math.ceil(n / 4096) * 4096;
    return end;
  });
  return { allocator, grown, end: () => end };
}

type Step = { readonly take: number } | { readonly give: number };

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ take: fc.oneof(fc.nat(200), fc.nat(20000)) }) },
    { weight: 2, arbitrary: fc.record({ give: fc.nat() }) },
  ),
  { maxLength: 200 },
) as fc.Arbitrary<Step[]>;

interface Piece {
  readonly address: number;
  readonly bytes: number;
}

function play(list: readonly Step[], visit: (live: readonly Piece[]) => void = () => {}) {
  const { allocator, grown, end } = open();
  const live: Piece[] = [];
  for (const step of list) {
    if ('take' in step) live.push({ address: allocator.allocate(step.take), bytes: step.take });
    else if (live.length) {
      const [piece] = live.splice(step.give % live.length, 1);
      allocator.free(piece.address);
    }
    visit(live);
  }
  return { allocator, grown, end, live };
}

describe('allocator', () => {
  test('pieces lie on cache lines, inside the memory, apart from each other', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { end, live } = play(list);
        const sorted = [...live].sort((a, b) => a.address - b.address);
        sorted.forEach(({ address, bytes }, i) => {
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThanOrEqual(start);
          const next = sorted[i + 1]?.address ?? end();
          // Even empty pieces have an address of their own.
          expect(address + Math.max(bytes, 1)).toBeLessThanOrEqual(next);
        });
      }),
    );
  });

  test('counts what is in use', () => {
    fc.assert(
      fc.property(steps, (list) => {
        let most = 0;
        const lines = (pieces: readonly Piece[]) =>
          pieces.reduce((sum, { bytes }) => sum + Math.ceil(Math.max(bytes, 1) / 64) * 64, 0);
        const { allocator, live } = play(list, (now) => {
          most = Math.max(most, lines(now));
        });
        expect(allocator.used).toBe(lines(live));
        expect(allocator.peak).toBe(most);
        expect(allocator.blocks).toBe(live.length);
      }),
    );
  });

  test('freed neighbours become one: all of the memory can be had again in one piece', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { allocator, grown, end, live } = play(list);
        for (const { address } of live) allocator.free(address);
        expect(allocator.used).toBe(0);
        const before = grown.length;
        expect(allocator.allocate(end() - start)).toBe(start);
        expect(grown.length).toBe(before);
      }),
    );
  });

  test('the same requests again need no more memory', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20000), { minLength: 1, maxLength: 50 }), (sizes) => {
        const { allocator, grown } = open();
        const round = () => sizes.map((bytes) => allocator.allocate(bytes));
        for (const address of round()) allocator.free(address);
        const before = grown.length;
        for (let i = 0; i < 3; i++) for (const address of round()) allocator.free(address);
        expect(grown.length).toBe(before);
      }),
    );
  });

  test('a request that a free end nearly fits asks for what is missing only', () => {
    const { allocator, grown } = open(4096);
    const first = allocator.allocate(1024);
    expect(allocator.allocate(8192)).toBe(first + 1024);
    expect(grown).toEqual([8192 - 3072]);
  });

  test('an address that is not in use cannot be freed', () => {
    const { allocator } = open();
    const address = allocator.allocate(100);
    expect(() => allocator.free(address + 64)).toThrow(RangeError);
    allocator.free(address);
    expect(() => allocator.free(address)).toThrow(`address ${address} is not allocated`);
  });

  test('is unharmed when the memory cannot grow', () => {
    const allocator = new Allocator(start, start + 4096, () => {
      throw new Error('full');
    });
    const address = allocator.allocate(2048);
    expect(() => allocator.allocate(4096)).toThrow('full');
    expect(allocator.used).toBe(2048);
    allocator.free(address);
    expect(allocator.allocate(4096)).toBe(start);
  });

  test('addresses beyond 2 GiB are kept apart as well', () => {
    const end = 2 ** 32 - 65536;
    const allocator = new Allocator(start, end, () => end);
    const low = allocator.allocate(2 ** 31);
    const high = allocator.allocate(2 ** 30);
    expect(high - low).toBe(2 ** 31);
    allocator.free(low);
    expect(allocator.allocate(2 ** 31)).toBe(low);
  });
});
