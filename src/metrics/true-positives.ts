import { text, withOptions } from '../config/index.ts';
import { ConfusionMetric } from './confusion-metric.ts';

/** How many positive samples were told as such, at one threshold (0.5 by default) or several. */
export class TruePositives extends withOptions(ConfusionMetric, { name: text('true_positives') }, [
  'thresholds',
]) {
  static override readonly className = 'TruePositives';
  protected override readonly kind = 'truePositives';
  override readonly direction = 'up';
}
