export * from './kernel-builder.ts';
export * from './value.ts';
export { encodeModule, wasmTarget, wasmTraits, wasmTraitsBeside } from './wasm-target.ts';
