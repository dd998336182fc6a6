import type { Expr } from '../../expr/index.ts';
import { log, pow } from '../../expr/math.ts';
import type { CounterSpec, RuleOptions } from './optimizer.ts';

/** `old` moved towards `value` by the share that `decay` leaves. */
export const averaged = (old: Expr, value: Expr, decay: number): Expr =>
  old.mul(decay).add(value.mul(1 - decay));

/** The number of steps after which `base` to that power is `value`. */
export const stepsOf = (value: number, base: number): number =>
  value > 0 && base > 0 && base < 1 ? Math.round(log(value) / log(base)) : 0;

/** A running power of an option: `after` says how many factors it has before the first step. */
export const powerOf = (
  name: string,
  option: string,
  before: 0 | 1,
  wide = false,
): CounterSpec => ({
  name,
  wide,
  value: (steps: number, options: RuleOptions) => pow(options[option], steps + before),
  steps: (value: number, options: RuleOptions) => stepsOf(value, options[option]) - before,
});
