import { getBackend, setSeed, tensor } from 'gradus';
import { fusesProducts } from 'gradus/backends';

/** What the engine runs on. */
export interface Status {
  /** `wasm`, or `cpu` where the browser has no WebAssembly with SIMD. */
  readonly backend: string;
  readonly threads: number;
  /** Whether results have the same bits as elsewhere. */
  readonly exact: boolean;
}

/** Starts the engine and says what it runs on. */
export function status(): Status {
  setSeed(0);
  tensor([1]).add(1).dataSync();
  const { name } = getBackend();
  const shared = globalThis.crossOriginIsolated === true;
  const threads = name === 'wasm' && shared ? Math.min(navigator.hardwareConcurrency, 8) : 1;
  return { backend: name, threads, exact: name === 'wasm' && fusesProducts() };
}
