import { meanSquaredError } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link meanSquaredError}. */
export class MeanSquaredError extends meanOf('mean_squared_error', 'down', meanSquaredError) {
  static override readonly className = 'MeanSquaredError';
}
