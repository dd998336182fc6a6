import { DecisionShare } from './decision-share.ts';

/** Share of the positive samples that were found: TP / (TP + FN). */
export class Recall extends DecisionShare {
  static override readonly className = 'Recall';
  protected override readonly other = 'falseNegatives';

  protected override variableName(): string {
    return 'false_negatives';
  }
}
