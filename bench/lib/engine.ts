import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { getBackend } from 'gradus';

/** Threads that a benchmark takes unless told. */
export const usualThreads = availableParallelism();

/** What is measured: version, backend, machine code. */
export function engineName(): string {
  const { version } = createRequire(import.meta.url)('gradus/package.json') as { version: string };
  const backend = getBackend();
  const { native } = backend as { native?: string };
  const code = native?.startsWith('avx') ? ` ${native}` : '';
  return `gradus ${version} ${backend.name}${code}`;
}
