export * from './kernel-builder.ts';
export * from './value.ts';
export { encodeModule } from './wasm-target.ts';
export {
  emulatedWasmTraits,
  fusesProducts,
  plainWasmTraits,
  wasmTraits,
  wasmTraitsBeside,
} from './wasm-traits.ts';
