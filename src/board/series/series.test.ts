import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chooseExtremes,
  dataAddress,
  decodePacket,
  encodePacket,
  pick,
  positionsOf,
  sliceSeries,
  smooth,
} from './index.ts';

const numbers = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 300 });

describe('chooseExtremes', () => {
  test('keeps the ends, the lowest and the highest, in order', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 4, max: 60 }), (values, points) => {
        const chosen = [...chooseExtremes(values, points)];
        expect(chosen.length).toBeLessThanOrEqual(
          Math.max(points, Math.min(values.length, points)),
        );
        expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
        if (values.length === 0) return;
        expect([chosen[0], chosen.at(-1)]).toEqual([0, values.length - 1]);
        const kept = chosen.map((i) => values[i]);
        expect([Math.min(...kept), Math.max(...kept)]).toEqual([
          Math.min(...values),
          Math.max(...values),
        ]);
      }),
    );
  });

  test('finds one peak among a hundred thousand points', () => {
    const values = new Float64Array(100_000);
    values[54_321] = 9;
    const chosen = chooseExtremes(values, 200);
    expect(chosen.length).toBeLessThanOrEqual(200);
    expect(pick(values, chosen)).toContain(9);
  });

  test('leaves short curves as they are', () => {
    expect([...chooseExtremes([3, 1, 2], 100)]).toEqual([0, 1, 2]);
  });
});

describe('smooth', () => {
  test('is the average of equal numbers, and nothing at weight 0', () => {
    expect([...smooth([5, 5, 5], 0.9)].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([5, 5, 5]);
    expect([...smooth([1, 2, 4], 0)]).toEqual([1, 2, 4]);
    // (0.5 · 0.5 · 2 + 0.5 · 4) / (1 - 0.5²)
    expect(smooth([2, 4], 0.5)[1]).toBeCloseTo(2.5 / 0.75, 12);
  });

  test('passes over what is not finite', () => {
    const [a, b, c] = smooth([1, Number.NaN, 1], 0.5);
    expect([a, Number.isNaN(b), c]).toEqual([1, true, 1]);
  });
});

describe('a curve', () => {
  const series = {
    steps: Float64Array.of(0, 10, 20, 30, 40),
    wallTimes: Float64Array.of(100, 101, 103, 106, 110),
    values: Float64Array.of(1, 2, 3, 4, 5),
  };

  test('has positions on each axis', () => {
    expect([...positionsOf(series, 'step')]).toEqual([0, 10, 20, 30, 40]);
    expect([...positionsOf(series, 'relative')]).toEqual([0, 1, 3, 6, 10]);
    expect(positionsOf(series, 'wall')[0]).toBe(100);
  });

  test('is cut with a neighbour at each side', () => {
    expect([...sliceSeries(series, 'step', 15, 25).values]).toEqual([2, 3, 4]);
    expect([...sliceSeries(series, 'relative', 0, 2).values]).toEqual([1, 2, 3]);
    expect([...sliceSeries(series, 'step', 50, 60).values]).toEqual([5]);
  });
});

test('packets keep JSON and numbers', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(numbers, { maxLength: 4 }), (json, lists) => {
      const arrays = lists.map((list) => Float64Array.from(list));
      const packet = decodePacket(encodePacket({ json, arrays }).buffer);
      expect(packet.json).toEqual(JSON.parse(JSON.stringify(json)));
      expect(packet.arrays).toEqual(arrays);
    }),
  );
});

test('addresses are written in one way', () => {
  expect(dataAddress('scalars', { tag: 'a b', run: ['x/1', '中'], from: undefined })).toBe(
    'api/scalars?run=x%2F1&run=%E4%B8%AD&tag=a+b',
  );
  expect(dataAddress('runs')).toBe('api/runs');
});
