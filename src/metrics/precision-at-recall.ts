import { requiredNumber, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { BestAtConstraint } from './best-at-constraint.ts';

/** The best precision at thresholds where the recall is at least the given one. */
export class PrecisionAtRecall extends withOptions(
  BestAtConstraint,
  { recall: requiredNumber({ min: 0, max: 1 }) },
  ['recall', 'numThresholds', 'classId'],
) {
  static override readonly className = 'PrecisionAtRecall';

  override result(): Tensor {
    const { recalls, precisions } = this.shares();
    return this.best(recalls, this.recall, precisions);
  }
}
