import { isPlainObject, isSerialized, spelling } from '../config/index.ts';
import { getLoss } from '../losses/index.ts';
import { getMetric } from '../metrics/index.ts';
import type { CompileOptions } from './compiled.ts';

/** Names of what fits the data, which is found once there is any. */
const fitting = ['crossentropy', 'ce'];

/** Throws for names of losses and metrics that there are not: at `compile`, and not only at the first step. */
export function checkNames({ loss, metrics, weightedMetrics }: CompileOptions): void {
  for (const name of namesIn(loss)) {
    if (!fitting.includes(spelling(name))) getLoss(name, 'compile: loss');
  }
  for (const name of [...namesIn(metrics), ...namesIn(weightedMetrics)]) {
    if (!fitting.includes(spelling(name))) getMetric(name, 'compile: metrics');
  }
}

/** The names in one value for all outputs, a list, or an object by output. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (isPlainObject(value) && !isSerialized(value)) return Object.values(value).flatMap(namesIn);
  return [];
}
