import { text, withOptions } from '../config/index.ts';
import { ConfusionMetric } from './confusion-metric.ts';

/** How many negative samples were told as such, at one threshold (0.5 by default) or several. */
export class TrueNegatives extends withOptions(ConfusionMetric, { name: text('true_negatives') }, [
  'thresholds',
]) {
  static override readonly className = 'TrueNegatives';
  protected override readonly kind = 'trueNegatives';
  override readonly direction = 'up';
}
