import { boolean, integer, nullable } from '../config/index.ts';
import { sparseCategoricalCrossentropy } from '../losses/index.ts';
import { meanOf } from './mean-of.ts';

/** Mean over all samples of the loss {@link sparseCategoricalCrossentropy}. */
export class SparseCategoricalCrossentropy extends meanOf(
  'sparse_categorical_crossentropy',
  'down',
  sparseCategoricalCrossentropy,
  { fromLogits: boolean(false), ignoreClass: nullable(integer(0)), axis: integer(-1) },
) {
  static override readonly className = 'SparseCategoricalCrossentropy';
}
