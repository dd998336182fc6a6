import { boolean, integer, nullable, number, option } from '../config/index.ts';
import { learningRate } from './learning-rate.ts';

/** Options that all optimizers share. */
export const optimizerOptions = {
  name: option<string | null, string | null>((input) => input, null),
  /** Size of the steps: a number, a schedule over the steps, or a function that is asked before each step. */
  learningRate: learningRate(0.001),
  /** Share of each weight, times the rate, that every step takes away. */
  weightDecay: nullable(number(0, { min: 0 })),
  /** Longest gradient of one weight. */
  clipnorm: nullable(number(1, { min: 0, above: true })),
  /** Longest gradient of all weights together. */
  globalClipnorm: nullable(number(1, { min: 0, above: true })),
  /** Largest element of a gradient. */
  clipvalue: nullable(number(1, { min: 0, above: true })),
  /** Whether to keep an exponential moving average of the weights. */
  useEma: boolean(false),
  emaMomentum: number(0.99, { min: 0, max: 1 }),
  /** After so many steps the averages replace the weights; null for never. */
  emaOverwriteFrequency: nullable(integer(1, { min: 1 })),
  /** What the loss is multiplied by before the gradients are taken. */
  lossScaleFactor: nullable(number(1)),
  /** How many batches' gradients are averaged for one step. */
  gradientAccumulationSteps: nullable(integer(2, { min: 2 })),
};
