import { boolean, integer, number } from '../config/index.ts';
import { categoricalCrossentropy } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link categoricalCrossentropy}. */
export class CategoricalCrossentropy extends meanOf(
  'categorical_crossentropy',
  'down',
  categoricalCrossentropy,
  {
    fromLogits: boolean(false),
    labelSmoothing: number(0, { min: 0, max: 1 }),
    axis: integer(-1),
  },
) {
  static override readonly className = 'CategoricalCrossentropy';
}
