import type { View } from '../tensor/index.ts';
import {
  adoptFresh,
  BackendError,
  type DType,
  type Storage,
  type TypedArray,
} from '../tensor/index.ts';
import type { Backend, Precision } from './backend.ts';
import type { KernelAttributes, KernelName, Launch } from './kernels.ts';

/** How a backend is to be opened. */
export interface BackendOptions {
  readonly precision?: Precision;
}

/** Opens a backend; `open` may be asynchronous (WebGPU) or not (cpu, wasm). */
export interface BackendEntry {
  /** Opens it now, or throws a BackendError that says what is missing. */
  readonly openSync?: (options: BackendOptions) => Backend;
  readonly open: (options: BackendOptions) => Promise<Backend>;
}

const entries = new Map<string, BackendEntry>();
const opened = new Map<string, Backend>();
let current: Backend | null = null;
let preferred: readonly string[] = [];

/** Adds a backend under a name; the first registered is the default unless `preferBackends` says otherwise. */
export function registerBackend(name: string, entry: BackendEntry): void {
  entries.set(name, entry);
}

/** The order in which backends are tried when none was chosen. */
export function preferBackends(names: readonly string[]): void {
  preferred = names;
}

/** Names that `setBackend` takes. */
export const backendNames = (): string[] => [...entries.keys()];

/** The backend in use; opens the default one at first. */
export function getBackend(): Backend {
  if (current) return current;
  const failures: string[] = [];
  for (const name of preferred.length ? preferred : entries.keys()) {
    const entry = entries.get(name);
    if (!entry) throw unknownBackend(name);
    if (!entry.openSync) {
      failures.push(`${name}: opens asynchronously, call await setBackend('${name}')`);
      continue;
    }
    try {
      current = opened.get(name) ?? entry.openSync({});
      opened.set(name, current);
      return current;
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new BackendError(`no backend could be opened\n${failures.join('\n')}`);
}

/**
 * Chooses the backend for all tensors made from now on.
 * @example await setBackend('cpu');
 * @example await setBackend('wasm', { precision: 'fast' });
 */
export async function setBackend(name: string, options: BackendOptions = {}): Promise<Backend> {
  current = await openBackend(name, options);
  return current;
}

/** Opens a backend beside the current one, for checks and comparisons. */
export async function openBackend(name: string, options: BackendOptions = {}): Promise<Backend> {
  const entry = entries.get(name);
  if (!entry) throw unknownBackend(name);
  const backend = opened.get(name) ?? (await entry.open(options));
  if (options.precision && options.precision !== backend.precision) {
    throw new BackendError(
      `backend '${name}' is open with precision '${backend.precision}' already; ` +
        `choose '${options.precision}' before the first tensor is made`,
    );
  }
  opened.set(name, backend);
  return backend;
}

/** Sets how many threads kernels are split over; the results do not depend on it. */
export function setThreads(threads: number): void {
  getBackend().threads = threads;
}

function unknownBackend(name: string): BackendError {
  return new BackendError(`unknown backend '${name}'; known: ${backendNames().join(', ')}`);
}

/** Memory on the current backend, owned by the scope in charge. */
export function allocate(dtype: DType, length: number, data?: TypedArray): Storage {
  const backend = getBackend();
  const storage =
    recorder && !data ? backend.reserve(dtype, length) : backend.allocate(dtype, length, data);
  adoptFresh(storage);
  if (recorder) {
    recorder.allocated(storage, data !== undefined);
    if (!data) computedLater.add(storage);
  }
  return storage;
}

/** What a recorded step will compute. */
const computedLater = new WeakSet<Storage>();

/** Whether the host may look at a storage's elements to check them; a step that is being recorded has not computed its own. */
export function canCheck(storage: Storage): boolean {
  if (!recorder || !computedLater.has(storage)) return getBackend().synchronous;
  recorder.unchecked?.();
  return false;
}

/** Takes note of kernels and allocations while a step is recorded; the kernels do not run. */
export interface Recorder {
  launched(launch: Launch): void;
  allocated(storage: Storage, filled: boolean): void;
  /** Elements were to be checked which the step has not computed yet. */
  unchecked?(): void;
}

let recorder: Recorder | null = null;

/** Runs `f` while `listener` gets every kernel call in place of the backend. Recordings do not nest. */
export function record<T>(listener: Recorder, f: () => T): T {
  if (recorder) throw new BackendError('a step is already being recorded');
  recorder = listener;
  try {
    return f();
  } finally {
    recorder = null;
  }
}

/** Runs a kernel on the current backend. */
export function run<K extends KernelName>(
  kernel: K,
  inputs: readonly View[],
  outputs: readonly View[],
  attributes: KernelAttributes[K],
): void {
  const backend = getBackend();
  for (const { storage } of inputs) {
    if (storage.device !== backend.name) {
      throw new BackendError(
        `${kernel}: a tensor lives on backend '${storage.device}' but '${backend.name}' is in use; ` +
          'make it anew after setBackend, or switch back',
      );
    }
  }
  const launch = { kernel, inputs, outputs, attributes } as Launch;
  if (recorder) recorder.launched(launch);
  else backend.run(launch);
}
