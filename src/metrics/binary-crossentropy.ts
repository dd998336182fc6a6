import { boolean, number } from '../config/index.ts';
import { binaryCrossentropy } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link binaryCrossentropy}. */
export class BinaryCrossentropy extends meanOf('binary_crossentropy', 'down', binaryCrossentropy, {
  fromLogits: boolean(false),
  labelSmoothing: number(0, { min: 0, max: 1 }),
}) {
  static override readonly className = 'BinaryCrossentropy';
}
