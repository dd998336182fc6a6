export { WasmBackend, type WasmBackendOptions } from './backend.ts';
export { type NativeChoice, nativeChoices } from './native.ts';
