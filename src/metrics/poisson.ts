import { poisson } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link poisson}. */
export class Poisson extends meanOf('poisson', 'down', poisson) {
  static override readonly className = 'Poisson';
}
