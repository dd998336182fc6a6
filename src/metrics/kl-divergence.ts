import { klDivergence } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link klDivergence}. */
export class KLDivergence extends meanOf('kl_divergence', 'down', klDivergence) {
  static override readonly className = 'KLDivergence';
}
