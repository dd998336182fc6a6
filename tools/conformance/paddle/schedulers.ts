import type paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { resolved } from './call.ts';
import { compareJson } from './compare.ts';

/** A schedule over some steps. */
export function schedulerCase(c: Case, file: CaseFile, checks: Checks): void {
  const make = () =>
    resolved(c.scheduler, new Map(), file) as paddle.optimizer.lr.LRScheduler & {
      // biome-ignore lint/suspicious/noExplicitAny: an epoch, or what a plateau is found in
      step(argument?: any): void;
    };
  let scheduler = make();
  const rates: number[] = [];
  for (let t = 0; t < c.steps; t++) {
    rates.push(scheduler.call());
    const argument = c.metrics?.[t] ?? c.epochs?.[t];
    if (argument === undefined) scheduler.step();
    else scheduler.step(argument);
    if (c.resume_after === t + 1) {
      const state = scheduler.stateDict();
      scheduler = make();
      scheduler.setStateDict(state);
    }
  }
  const want = typeof c.lrs === 'string' ? file.tensor(c.lrs).dataSync() : c.lrs;
  checks.numbers('rates', rates, want, c.tolerance);
  checks.numbers('last rate', [scheduler.lastLr], [c.last_lr], c.tolerance);
  checks.equal('last epoch', scheduler.lastEpoch, c.last_epoch);
  compareJson(checks, 'state', scheduler.stateDict(), c.state_dict, c);
}
