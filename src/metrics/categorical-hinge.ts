import { categoricalHinge } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link categoricalHinge}. */
export class CategoricalHinge extends meanOf('categorical_hinge', 'down', categoricalHinge) {
  static override readonly className = 'CategoricalHinge';
}
