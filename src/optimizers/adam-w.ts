import { factory, nullable, number, withDefault, withOptions } from '../config/index.ts';
import { Adam } from './adam.ts';

/**
 * Adam with weights that shrink by `weightDecay` apart from the gradient. Loshchilov and Hutter 2017,
 * https://arxiv.org/abs/1711.05101
 */
export class AdamW extends withOptions(
  Adam,
  { weightDecay: withDefault(nullable(number(0, { min: 0 })), 0.004) },
  ['learningRate', 'weightDecay'],
) {
  static override readonly className = 'AdamW';
}

/** Makes an {@link AdamW}. */
export const adamW = factory(AdamW);
