import { boolean, integer, number } from '../config/index.ts';
import { normalizeAxis, type Tensor } from '../tensor/index.ts';
import { epsilon } from './same-rank.ts';

/** Options of the cross-entropies. */
export interface CrossentropyOptions {
  /** Whether predictions are logits rather than probabilities. */
  readonly fromLogits?: boolean;
  /** Share of each label that is spread over all classes. */
  readonly labelSmoothing?: number;
  /** Axis of the classes. */
  readonly axis?: number;
}

/** The same as a table for constructors and configs. */
export const crossentropyOptions = {
  fromLogits: boolean(false),
  labelSmoothing: number(0, { min: 0, max: 1 }),
  axis: integer(-1),
};

/** Probabilities kept away from 0 and 1. */
export const clipped = (probabilities: Tensor): Tensor => probabilities.clip(epsilon, 1 - epsilon);

/** One-hot labels with the share `smoothing` spread over all classes. */
export const smoothClasses = (labels: Tensor, smoothing: number): Tensor =>
  smoothing === 0
    ? labels
    : labels.mul(1 - smoothing).add(smoothing / (labels.shape.at(-1) as number));

/** Labels 0 and 1 moved towards 0.5. */
export const smoothBinary = (labels: Tensor, smoothing: number): Tensor =>
  smoothing === 0 ? labels : labels.mul(1 - smoothing).add(smoothing / 2);

/** Whether an axis is the last one. */
export const isLastAxis = (axis: number, x: Tensor): boolean =>
  normalizeAxis('crossentropy', axis, x.rank) === x.rank - 1;
