import { squaredHinge } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link squaredHinge}. */
export class SquaredHinge extends meanOf('squared_hinge', 'down', squaredHinge) {
  static override readonly className = 'SquaredHinge';
}
