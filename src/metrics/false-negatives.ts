import { ConfusionMetric } from './confusion-metric.ts';

/** How many positive samples were taken for negative, at one threshold (0.5 by default) or several. */
export class FalseNegatives extends ConfusionMetric {
  static override readonly className = 'FalseNegatives';
  protected override readonly kind = 'falseNegatives';
  override readonly direction = 'down';
}
