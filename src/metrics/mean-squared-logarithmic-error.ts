import { meanSquaredLogarithmicError } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link meanSquaredLogarithmicError}. */
export class MeanSquaredLogarithmicError extends meanOf(
  'mean_squared_logarithmic_error',
  'down',
  meanSquaredLogarithmicError,
) {
  static override readonly className = 'MeanSquaredLogarithmicError';
}
