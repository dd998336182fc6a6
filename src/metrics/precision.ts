import { DecisionShare } from './decision-share.ts';

/** Share of the samples taken for positive that are: TP / (TP + FP). */
export class Precision extends DecisionShare {
  static override readonly className = 'Precision';
  protected override readonly other = 'falsePositives';

  protected override variableName(): string {
    return 'false_positives';
  }
}
