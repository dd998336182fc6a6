import { hardwareConcurrency } from '#platform';
import { ValueError } from '../tensor/index.ts';
import type { Backend, Precision } from './backend.ts';
import { CpuBackend, referenceKernels } from './cpu/index.ts';
import { type BackendOptions, preferBackends, registerBackend } from './registry.ts';
import { type NativeChoice, nativeChoices, WasmBackend } from './wasm/index.ts';

export type { Backend, MemoryUse, Plan, Precision } from './backend.ts';
export * from './kernels.ts';
export type { ProfileReport, ProfileRow, ProfileSummary } from './profile.ts';
export * from './registry.ts';
export { fusesProducts } from './wasm/index.ts';

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

/** Machine code that `GRADUS_NATIVE` asks for; undefined if it does not. */
function requestedNative(): NativeChoice | undefined {
  const text = environment.GRADUS_NATIVE;
  if (!text) return undefined;
  const choice = nativeChoices.find((known) => known === text);
  if (choice) return choice;
  throw new ValueError(`GRADUS_NATIVE: expected ${nativeChoices.join(', ')}, received '${text}'`);
}

/** Precision that `GRADUS_PRECISION` asks for. */
function requestedPrecision(): Precision {
  const text = environment.GRADUS_PRECISION || 'exact';
  if (text === 'exact' || text === 'fast') return text;
  throw new ValueError(`GRADUS_PRECISION: expected exact or fast, received '${text}'`);
}

/** What the environment asks of backends. */
interface Requests {
  readonly threads: number | undefined;
  readonly native: NativeChoice | undefined;
  readonly precision: Precision;
}

/** Registers a backend that opens without waiting. */
function register(name: string, open: (requests: Requests) => Backend): void {
  const openSync = ({ precision = requestedPrecision() }: BackendOptions) =>
    open({ threads: requestedThreads(), native: requestedNative(), precision });
  registerBackend(name, { openSync, open: async (options) => openSync(options) });
}

/** More threads than this seldom help one training step. */
const mostThreads = 8;

register('wasm', ({ threads = Math.min(hardwareConcurrency(), mostThreads), ...requests }) => {
  const profiling = environment.GRADUS_PROFILE === '1';
  return new WasmBackend({ reference: referenceKernels, threads, profiling, ...requests });
});
register('cpu', () => new CpuBackend());

if (environment.GRADUS_BACKEND) preferBackends([environment.GRADUS_BACKEND]);
