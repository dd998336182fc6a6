import { ConfusionMetric } from './confusion-metric.ts';

/** How many negative samples were told as such, at one threshold (0.5 by default) or several. */
export class TrueNegatives extends ConfusionMetric {
  static override readonly className = 'TrueNegatives';
  protected override readonly kind = 'trueNegatives';
  override readonly direction = 'up';
}
