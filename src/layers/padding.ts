import { badOption, option } from '../config/index.ts';

/** Cells before and after, along each image axis. */
export type Pairs = readonly (readonly [number, number])[];

/** One number for all sides, one for each axis, or a pair for each. */
export type PairsLike = number | readonly (number | readonly number[])[];

/** Cells at both ends of each of `rank` axes: one number for all, one for each axis, or a pair for each. */
export const pairs = (rank: number, initial: number) =>
  option((input: PairsLike, where: string): Pairs => {
    const list =
      typeof input === 'number'
        ? new Array<number>(rank).fill(input)
        : Array.isArray(input)
          ? input
          : [];
    const each =
      rank === 1 && list.length === 2 && list.every((n) => typeof n === 'number') ? [list] : list;
    const made = each.map((n) => (typeof n === 'number' ? [n, n] : n));
    const good = (pair: readonly number[]): boolean =>
      Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0);
    if (made.length !== rank || !made.every(good)) {
      throw badOption(
        where,
        `an integer >= 0, or ${rank} of them or of pairs [before, after]`,
        input,
      );
    }
    return made as unknown as Pairs;
  }, initial as PairsLike);
