import { meanAbsoluteError } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link meanAbsoluteError}. */
export class MeanAbsoluteError extends meanOf('mean_absolute_error', 'down', meanAbsoluteError) {
  static override readonly className = 'MeanAbsoluteError';
}
