import { meanAbsolutePercentageError } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link meanAbsolutePercentageError}. */
export class MeanAbsolutePercentageError extends meanOf(
  'mean_absolute_percentage_error',
  'down',
  meanAbsolutePercentageError,
) {
  static override readonly className = 'MeanAbsolutePercentageError';
}
