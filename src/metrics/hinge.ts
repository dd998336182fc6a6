import { hinge } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link hinge}. */
export class Hinge extends meanOf('hinge', 'down', hinge) {
  static override readonly className = 'Hinge';
}
