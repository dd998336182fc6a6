import { getBackend, type Tensor } from 'gradus';
import { type Launch, record } from 'gradus/backends';
import { median } from './figures.ts';

/** How long one thing is measured, in milliseconds. */
const patience = 300;
const rounds = 5;

/**
 * Milliseconds that the kernels of a computation take, without what it costs to call operations: they are recorded once and
 * replayed, as `fit` does. The median of five rounds.
 */
export function timeKernels(compute: () => Tensor | readonly Tensor[]): number {
  const launches: Launch[] = [];
  const listener = { launched: (launch: Launch) => launches.push(launch), allocated: () => {} };
  const results = [record(listener, compute)].flat();
  const plan = getBackend().plan(launches, new Set());
  const time = timeCalls(() => plan.run());
  plan.dispose();
  for (const { storage } of results) storage.release(); // held until here: the plan writes to it
  return time;
}

/** Milliseconds that a call takes: the median of five rounds of many calls. */
function timeCalls(call: () => void): number {
  call();
  const start = performance.now();
  call();
  const once = performance.now() - start;
  const calls = Math.max(1, Math.floor(patience / rounds / Math.max(once, 0.001)));
  const times = Array.from({ length: rounds }, () => {
    const begin = performance.now();
    for (let i = 0; i < calls; i++) call();
    return (performance.now() - begin) / calls;
  });
  return median(times);
}
