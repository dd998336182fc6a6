import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { getBackend } from 'gradus';

/** Threads that a benchmark takes unless told. */
export const usualThreads = availableParallelism();

/** Kilobytes of machine code that have been made. */
export function codeKilobytes(): number {
  const { codeBytes = 0 } = getBackend() as { codeBytes?: number };
  return Math.round(codeBytes / 1000);
}

/** What is measured: version, backend, machine code. */
export function engineName(): string {
  const { version } = createRequire(import.meta.url)('gradus/package.json') as { version: string };
  const backend = getBackend();
  const { native } = backend as { native?: string };
  const code = native?.startsWith('avx') ? ` ${native}` : '';
  return `gradus ${version} ${backend.name}${code}`;
}
