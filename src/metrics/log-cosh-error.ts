import { logCosh } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link logCosh}. */
export class LogCoshError extends meanOf('logcosh', 'down', logCosh) {
  static override readonly className = 'LogCoshError';
}
