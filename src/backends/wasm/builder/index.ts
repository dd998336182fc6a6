export * from './kernel-builder.ts';
export * from './value.ts';
export { encodeModule, wasmTraits, wasmTraitsBeside } from './wasm-target.ts';
