import type { Serialized } from '../config/index.ts';
import { badOption, isSerialized, option, serialize } from '../config/index.ts';
import { getSchedule } from './schedules/get.ts';
import { LearningRateSchedule } from './schedules/learning-rate-schedule.ts';

/** Where the rate comes from: a number, a schedule over the steps, or a function that is asked before each step. */
export type RateSource = number | LearningRateSchedule | (() => number);

/** Checks a learning rate. */
export function parseLearningRate(input: RateSource | Serialized, where: string): RateSource {
  if (typeof input === 'number') {
    if (Number.isFinite(input)) return input;
  } else if (typeof input === 'function' || input instanceof LearningRateSchedule) {
    return input;
  } else if (isSerialized(input)) {
    return getSchedule(input, where);
  }
  throw badOption(where, 'a finite number, a LearningRateSchedule or a function', input);
}

/** The option of optimizers. */
export const learningRate = (initial: number) =>
  option(parseLearningRate, initial as RateSource | Serialized);

/** A rate as configs hold it. */
export const writeLearningRate = (source: RateSource): unknown =>
  source instanceof LearningRateSchedule
    ? serialize(source)
    : typeof source === 'function'
      ? source()
      : source;
