import { requiredNumber, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { BestAtConstraint } from './best-at-constraint.ts';

/** The best sensitivity (recall) at thresholds where the specificity is at least the given one. */
export class SensitivityAtSpecificity extends withOptions(
  BestAtConstraint,
  { specificity: requiredNumber({ min: 0, max: 1 }) },
  ['specificity', 'numThresholds', 'classId'],
) {
  static override readonly className = 'SensitivityAtSpecificity';

  override result(): Tensor {
    const { specificities, recalls } = this.shares();
    return this.best(specificities, this.specificity, recalls);
  }
}
