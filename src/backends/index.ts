import { hardwareConcurrency } from '#platform';
import { ValueError } from '../tensor/index.ts';
import type { Backend } from './backend.ts';
import { CpuBackend, referenceKernels } from './cpu/index.ts';
import { preferBackends, registerBackend } from './registry.ts';
import { WasmBackend } from './wasm/index.ts';

export type { Backend, MemoryUse, Plan } from './backend.ts';
export * from './kernels.ts';
export type { ProfileReport, ProfileRow, ProfileSummary } from './profile.ts';
export * from './registry.ts';

/** Environment variables, where there are any. */
const environment: Readonly<Record<string, string | undefined>> = globalThis.process?.env ?? {};

/** Number of threads that `GRADUS_THREADS` asks for; undefined if it does not. */
function requestedThreads(): number | undefined {
  const text = environment.GRADUS_THREADS;
  if (!text) return undefined;
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new ValueError(`GRADUS_THREADS: expected a whole number from 1 on, received '${text}'`);
}

/** Registers a backend that opens without waiting. */
function register(name: string, open: (threads: number | undefined) => Backend): void {
  const openSync = () => open(requestedThreads());
  registerBackend(name, { openSync, open: async () => openSync() });
}

/** More threads than this seldom help one training step. */
const mostThreads = 8;

register('wasm', (threads) => {
  const wanted = threads ?? Math.min(hardwareConcurrency(), mostThreads);
  const profiling = environment.GRADUS_PROFILE === '1';
  return new WasmBackend({ reference: referenceKernels, threads: wanted, profiling });
});
register('cpu', () => new CpuBackend());

if (environment.GRADUS_BACKEND) preferBackends([environment.GRADUS_BACKEND]);
