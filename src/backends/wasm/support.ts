import { BackendError } from '../../tensor/index.ts';
import { encodeModule, KernelBuilder, plainWasmTraits } from './builder/index.ts';

/** Throws a BackendError that says what is missing where WebAssembly with SIMD cannot run. */
export function requireWebAssembly(): void {
  if (typeof WebAssembly === 'undefined') {
    throw new BackendError(
      'wasm: there is no WebAssembly here (node --jitless switches it off); the cpu backend runs everywhere',
    );
  }
  const probe = new KernelBuilder(plainWasmTraits);
  probe.let(probe.zero());
  const bytes = encodeModule([probe.finish()], { shared: false, maximumPages: 1 });
  if (!WebAssembly.validate(bytes)) {
    throw new BackendError('wasm: WebAssembly has no SIMD here; the cpu backend runs everywhere');
  }
  try {
    new WebAssembly.Module(bytes);
  } catch (error) {
    throw new BackendError(
      `wasm: WebAssembly may not be compiled here (a page's policy needs 'wasm-unsafe-eval'): ${(error as Error).message}`,
    );
  }
}
