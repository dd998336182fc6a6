import type { Tensor } from '../tensor.ts';

/** What metrics take besides tensors: arrays of numbers. */
export type Values = Tensor | ArrayLike<number>;

/** Counts something over batches: `update(...compute(prediction, label))` after each, `accumulate()` for the result. */
export abstract class Metric {
  /** What logs call it. */
  abstract name(): string | string[];

  /** What is passed on to `update`; the arguments themselves by default. */
  compute(...args: readonly Tensor[]): Tensor | readonly Tensor[] {
    return args;
  }

  /** Counts a batch. */
  abstract update(...args: readonly Values[]): number | number[] | undefined;

  /** The result of all batches since the last `reset`. */
  abstract accumulate(): number | number[];

  /** Forgets what was counted. */
  abstract reset(): void;
}

/** The numbers of a tensor or array. */
export const numbersOf = (values: Values): ArrayLike<number> =>
  'numpy' in values ? (values as Tensor).numpy() : (values as ArrayLike<number>);
