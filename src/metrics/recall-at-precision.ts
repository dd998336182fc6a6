import { requiredNumber, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { BestAtConstraint } from './best-at-constraint.ts';

/** The best recall at thresholds where the precision is at least the given one. */
export class RecallAtPrecision extends withOptions(
  BestAtConstraint,
  { precision: requiredNumber({ min: 0, max: 1 }) },
  ['precision', 'numThresholds', 'classId'],
) {
  static override readonly className = 'RecallAtPrecision';

  override result(): Tensor {
    const { precisions, recalls } = this.shares();
    return this.best(precisions, this.precision, recalls);
  }
}
