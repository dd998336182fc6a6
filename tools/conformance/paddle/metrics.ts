import type paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { build, resolved, toPaddle } from './call.ts';
import { compareJson, compareTensors } from './compare.ts';

/** A metric over several batches. */
export function metricCase(c: Case, file: CaseFile, checks: Checks): void {
  const args = resolved(c.args ?? {}, new Map(), file) as Record<string, unknown>;
  const metric = build(c.class, [], args) as paddle.metric.Metric;
  checks.equal('name', metric.name(), c.name);
  const updates: unknown[] = [];
  const accumulates: unknown[] = [];
  const count = c.preds.length;
  for (let pass = 0; pass < (c.reset_after ? 2 : 1); pass++) {
    if (pass > 0) metric.reset();
    for (let i = 0; i < count; i++) {
      const prediction = toPaddle(file.tensor(c.preds[i]));
      const label = toPaddle(file.tensor(c.labels[i]));
      const computed = metric.compute(prediction, label);
      if (i === 0 && pass === 0 && c.first_compute) {
        compareTensors(checks, 'compute', computed, file.tensor(c.first_compute), c.tolerance);
      }
      // compute passes on its arguments where a metric has nothing to prepare.
      const given = Array.isArray(computed) ? computed : [computed];
      updates.push(metric.update(...given) ?? null);
      accumulates.push(metric.accumulate());
    }
  }
  compareJson(checks, 'update', updates, c.updates, c);
  compareJson(checks, 'accumulate', accumulates, c.accumulates, c);
}
