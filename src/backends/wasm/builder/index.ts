export * from './kernel-builder.ts';
export * from './value.ts';
export { encodeModule, wasmTraits } from './wasm-target.ts';
