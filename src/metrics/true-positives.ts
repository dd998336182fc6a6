import { ConfusionMetric } from './confusion-metric.ts';

/** How many positive samples were told as such, at one threshold (0.5 by default) or several. */
export class TruePositives extends ConfusionMetric {
  static override readonly className = 'TruePositives';
  protected override readonly kind = 'truePositives';
  override readonly direction = 'up';
}
