import { anything } from '../config/index.ts';

/** Axes over which overlaps are counted; null for all. */
export type OverlapAxes = number | readonly number[] | null;

/** The option of losses that compare regions. */
export const overlapAxes = () => anything<OverlapAxes>(null);
