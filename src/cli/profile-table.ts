import type { Backend } from '../backends/index.ts';
import { ValueError } from '../index.ts';
import { print } from './terminal.ts';

/** Lets a backend measure from now on. */
export function startProfile(backend: Backend): void {
  if (backend.profile === undefined) {
    throw new ValueError(`--profile: the backend ${backend.name} does not measure; use wasm`);
  }
  backend.profiling = true;
}

const rowsShown = 30;

/** Prints where the time went: operations, then their kernels, the longest first. */
export function printProfile(backend: Backend): void {
  const report = backend.profile?.();
  if (!report) return;
  const total = report.operations.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const share = (milliseconds: number): string =>
    `${((100 * milliseconds) / total).toFixed(1)} %`.padStart(7);
  const cell = (value: number, unit = ''): string => (value.toFixed(1) + unit).padStart(11);
  print(
    `\n${'operation'.padEnd(24)}${'ms'.padStart(11)}${'share'.padStart(7)}${'GF/s'.padStart(11)}`,
  );
  for (const { operation, milliseconds, operations } of report.operations) {
    const rate = operations ? cell(operations / milliseconds / 1e6) : '';
    print(operation.padEnd(24) + cell(milliseconds) + share(milliseconds) + rate);
  }
  print(`\n${'kernel'.padEnd(48)}${'calls'.padStart(9)}${'ms'.padStart(11)}${'share'.padStart(7)}`);
  for (const { operation, kernel, calls, milliseconds } of report.rows.slice(0, rowsShown)) {
    const name = `${operation}: ${kernel}`.padEnd(48);
    print(name + String(calls).padStart(9) + cell(milliseconds) + share(milliseconds));
  }
  print(
    `\n${report.handOffs} hand-offs to threads; at most ${(report.peakBytes / 2 ** 20).toFixed(1)} MiB of tensors`,
  );
}
