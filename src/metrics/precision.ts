import { text, withOptions } from '../config/index.ts';
import { DecisionShare } from './decision-share.ts';

/** Share of the samples taken for positive that are: TP / (TP + FP). */
export class Precision extends withOptions(DecisionShare, { name: text('precision') }, [
  'thresholds',
  'topK',
  'classId',
]) {
  static override readonly className = 'Precision';
  protected override readonly other = 'falsePositives';

  protected override variableName(): string {
    return 'false_positives';
  }
}
