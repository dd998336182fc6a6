export { WasmBackend, type WasmBackendOptions } from './backend.ts';
export { fusesProducts } from './builder/index.ts';
export { type NativeChoice, nativeChoices } from './native.ts';
