import { boolean, number } from '../config/index.ts';
import { mul, pow, sigmoid, sub, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { binaryLosses } from './binary-crossentropy.ts';
import {
  type CrossentropyOptions,
  crossentropyOptions,
  smoothBinary,
} from './crossentropy-options.ts';
import { lossOf } from './loss.ts';
import { asFloats } from './same-rank.ts';

/** Options of the binary focal cross-entropy. */
export interface BinaryFocalOptions extends CrossentropyOptions {
  /** Whether class 1 counts `alpha` and class 0 the rest. */
  readonly applyClassBalancing?: boolean;
  readonly alpha?: number;
  /** How much easy samples are played down; 0 for not at all. */
  readonly gamma?: number;
}

/**
 * Binary cross-entropy in which easy samples count less, by `(1 - p)^gamma`.
 * Lin et al. 2017, https://arxiv.org/abs/1708.02002
 */
export function binaryFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  {
    applyClassBalancing = false,
    alpha = 0.25,
    gamma = 2,
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
  }: BinaryFocalOptions = {},
): Tensor {
  const [given, predictions] = asFloats('binaryFocalCrossentropy', yTrue, yPred);
  const labels = smoothBinary(given, labelSmoothing);
  const p = fromLogits ? sigmoid(predictions) : predictions;
  const right = mul(labels, p).add(mul(sub(1, labels), sub(1, p)));
  const losses = pow(sub(1, right), gamma).mul(binaryLosses(labels, p));
  const weights = labels.mul(alpha).add(sub(1, labels).mul(1 - alpha));
  return (applyClassBalancing ? losses.mul(weights) : losses).mean(axis);
}

/** The loss {@link binaryFocalCrossentropy}. */
export class BinaryFocalCrossentropy extends lossOf(
  'binary_focal_crossentropy',
  binaryFocalCrossentropy,
  {
    ...crossentropyOptions,
    applyClassBalancing: boolean(false),
    alpha: number(0.25),
    gamma: number(2),
  },
) {
  static override readonly className = 'BinaryFocalCrossentropy';
}
