import { anything, number } from '../config/index.ts';
import { pow, softmax, sub, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import {
  type CrossentropyOptions,
  clipped,
  crossentropyOptions,
  smoothClasses,
} from './crossentropy-options.ts';
import { lossOf } from './loss.ts';
import { asFloats } from './same-rank.ts';

/** Options of the categorical focal cross-entropy. */
export interface CategoricalFocalOptions extends CrossentropyOptions {
  /** Weight of all classes, or one for each. */
  readonly alpha?: number | readonly number[];
  /** How much easy samples are played down; 0 for not at all. */
  readonly gamma?: number;
}

/**
 * Categorical cross-entropy in which easy samples count less, by `(1 - p)^gamma`.
 * Lin et al. 2017, https://arxiv.org/abs/1708.02002
 */
export function categoricalFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  {
    alpha = 0.25,
    gamma = 2,
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
  }: CategoricalFocalOptions = {},
): Tensor {
  const [given, predictions] = asFloats('categoricalFocalCrossentropy', yTrue, yPred);
  const labels = smoothClasses(given, labelSmoothing);
  const scores = fromLogits ? softmax(predictions, axis) : predictions;
  const p = clipped(scores.div(scores.sum(axis, { keepDims: true })));
  const losses = labels.mul(p.log()).neg();
  return pow(sub(1, p), gamma).mul(alpha).mul(losses).sum(axis);
}

/** The loss {@link categoricalFocalCrossentropy}. */
export class CategoricalFocalCrossentropy extends lossOf(
  'categorical_focal_crossentropy',
  categoricalFocalCrossentropy,
  {
    ...crossentropyOptions,
    alpha: anything<number | readonly number[]>(0.25),
    gamma: number(2),
  },
) {
  static override readonly className = 'CategoricalFocalCrossentropy';
}
