import { describe, expect, test } from 'vitest';
import { serialize } from '../../config/index.ts';
import { getSchedule } from './get.ts';
import * as schedules from './index.ts';

const makers = {
  constant: schedules.piecewiseConstantDecay([2, 4], [1, 0.5, 0.1]),
  exponential: schedules.exponentialDecay(1, 2, 0.25),
  staircase: schedules.exponentialDecay(1, 2, 0.25, { staircase: true }),
  inverse: schedules.inverseTimeDecay(1, 1, 0.5),
  polynomial: schedules.polynomialDecay(1, 4, { endLearningRate: 0.2, power: 1 }),
  cosine: schedules.cosineDecay(1, 4),
  warm: schedules.cosineDecay(0, 2, { warmupTarget: 1, warmupSteps: 2 }),
  restarts: schedules.cosineDecayRestarts(1, 2, { tMul: 1, mMul: 0.5 }),
};

const expected = {
  constant: [1, 1, 1, 0.5, 0.5, 0.1],
  exponential: [1, 0.5, 0.25, 0.125, 0.0625, 0.03125],
  staircase: [1, 1, 0.25, 0.25, 0.0625, 0.0625],
  inverse: [1, 2 / 3, 1 / 2, 2 / 5, 1 / 3, 2 / 7],
  polynomial: [1, 0.8, 0.6, 0.4, 0.2, 0.2],
  cosine: [1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0, 0],
  warm: [0, 0.5, 1, 0.5, 0, 0],
  restarts: [1, 0.5, 0.5, 0.25, 0.25, 0.125],
};

describe.each(Object.keys(makers) as (keyof typeof makers)[])('%s', (name) => {
  test('rates of the first steps', () => {
    expected[name].forEach((rate, step) => {
      expect(makers[name].call(step)).toBeCloseTo(rate, 12);
    });
  });

  test('is built again from its file', () => {
    const file = JSON.parse(JSON.stringify(serialize(makers[name])));
    expect(serialize(getSchedule(file))).toEqual(serialize(makers[name]));
  });
});
