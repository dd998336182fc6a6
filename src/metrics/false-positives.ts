import { ConfusionMetric } from './confusion-metric.ts';

/** How many negative samples were taken for positive, at one threshold (0.5 by default) or several. */
export class FalsePositives extends ConfusionMetric {
  static override readonly className = 'FalsePositives';
  protected override readonly kind = 'falsePositives';
  override readonly direction = 'down';
}
