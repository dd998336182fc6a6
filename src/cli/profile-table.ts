import type { Backend, ProfileReport } from '../backends/index.ts';
import { matmul, random, ValueError } from '../index.ts';
import { print } from './terminal.ts';

/** Lets a backend measure from now on. */
export function startProfile(backend: Backend): void {
  if (backend.profile === undefined) {
    throw new ValueError(`--profile: the backend ${backend.name} does not measure; use wasm`);
  }
  backend.profiling = true;
}

/** What was measured since `startProfile`; measuring ends. */
export function endProfile(backend: Backend): ProfileReport | null {
  const report = backend.profile?.() ?? null;
  backend.profiling = false;
  return report;
}

const rowsShown = 25;

/** Prints where the time of a training's steps went: operations, then their kernels, the longest first. */
export function printProfile(report: ProfileReport, steps: number): void {
  const total = report.operations.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const peak = measurePeak();
  const perStep = (milliseconds: number): string => (milliseconds / steps).toFixed(3).padStart(10);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(9);
  print(`\n${'operation'.padEnd(46)}   ms/step    share      GF/s  of peak`);
  for (const { operation, milliseconds, operations } of report.operations) {
    const rate = operations / milliseconds / 1e6;
    const speed = operations ? rate.toFixed(1).padStart(10) + percent(rate / peak) : '';
    print(operation.padEnd(46) + perStep(milliseconds) + percent(milliseconds / total) + speed);
  }
  print(`\n${'kernel'.padEnd(46)}   ms/step    share     calls`);
  for (const { operation, kernel, calls, milliseconds } of report.rows.slice(0, rowsShown)) {
    const name = `${operation}: ${kernel}`.padEnd(46);
    const count = String(calls).padStart(10);
    print(name + perStep(milliseconds) + percent(milliseconds / total) + count);
  }
  print(
    `\n${(total / steps).toFixed(2)} ms a step in kernels, ${(report.handOffs / steps).toFixed(1)} hand-offs to threads; ` +
      `at most ${(report.peakBytes / 2 ** 20).toFixed(1)} MiB of tensors`,
  );
  print(
    `GF/s as of a direct product; the peak, ${peak.toFixed(1)}, is that of matrices of ${side}.`,
  );
}

const side = 512;

/** What this machine reaches now: 10^9 operations a second of a matrix product that fits its caches. */
function measurePeak(): number {
  const [a, b] = [random.uniform([side, side]), random.uniform([side, side])];
  let best = 0;
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    matmul(a, b).storage.release();
    best = Math.max(best, (2 * side ** 3) / (performance.now() - start) / 1e6);
  }
  return best;
}
