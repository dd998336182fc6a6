import { requiredNumber, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { BestAtConstraint } from './best-at-constraint.ts';

/** The best specificity at thresholds where the sensitivity (recall) is at least the given one. */
export class SpecificityAtSensitivity extends withOptions(
  BestAtConstraint,
  { sensitivity: requiredNumber({ min: 0, max: 1 }) },
  ['sensitivity', 'numThresholds', 'classId'],
) {
  static override readonly className = 'SpecificityAtSensitivity';

  override result(): Tensor {
    const { recalls, specificities } = this.shares();
    return this.best(recalls, this.sensitivity, specificities);
  }
}
