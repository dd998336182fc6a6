import { badOption, nullable, option } from '../config/index.ts';

/** Thresholds in [0, 1], one or several; null for the class's own. */
export const thresholdsOption = () =>
  nullable(
    option(
      (input: number | readonly number[], where: string): number | readonly number[] => {
        const list = typeof input === 'number' ? [input] : input;
        const good = Array.isArray(list) && list.length > 0 && list.every((t) => t >= 0 && t <= 1);
        if (!good) throw badOption(where, 'a threshold in [0, 1] or a list of them', input);
        return input;
      },
      0.5 as number | readonly number[],
    ),
  );

/** The thresholds as a list. */
export const listOf = (
  thresholds: number | readonly number[] | null,
  initial: number,
): readonly number[] =>
  thresholds === null ? [initial] : typeof thresholds === 'number' ? [thresholds] : thresholds;
