import { number, omitted, text, withOptions } from '../config/index.ts';
import { FBetaScore } from './fbeta-score.ts';

/** The harmonic mean of precision and recall: `2 p r / (p + r)`, for labels and predictions [batch, classes]. */
export class F1Score extends withOptions(
  FBetaScore,
  { name: text('f1_score'), beta: omitted(number(1)) },
  ['average', 'threshold'],
) {
  static override readonly className = 'F1Score';
}
