import { allowRelaxedSimd } from '#platform';
import { KernelBuilder, panelColumns, type TargetTraits } from './kernel-builder.ts';
import { Value } from './value.ts';
import { encodeModule } from './wasm-target.ts';

/** WebAssembly with 128-bit SIMD and nothing newer. Node 20's compiler spills beyond 8 sums of 4 lanes. */
export const plainWasmTraits: TargetTraits = {
  name: 'wasm',
  lanes: 4,
  tileRows: 4,
  tileVectors: 2,
  sums: 8,
  products: 'separate',
};

let fused: boolean | undefined;

/**
 * Whether WebAssembly here multiplies and adds vectors in one instruction with one rounding. Where it does not (old processors, Safari),
 * `precision: 'exact'` makes products about five times slower, and `'fast'` gives other last bits.
 * @example if (!fusesProducts()) await setBackend('wasm', { precision: 'fast' });
 */
export function fusesProducts(): boolean {
  fused ??= typeof WebAssembly !== 'undefined' && probeFused();
  return fused;
}

/** Computes (1 + e)(1 + e) - (1 + 2e), which is e * e if it is rounded once, and 0 if it is rounded twice. */
function probeFused(): boolean {
  allowRelaxedSimd();
  const builder = new KernelBuilder({ ...plainWasmTraits, products: 'fused' });
  const factor = builder.constant('f32v', 1 + 2 ** -12);
  const product = builder.multiplyAdd(factor, factor, builder.constant('f32v', -(1 + 2 ** -11)));
  builder.store(new Value('i32', 'const'), 0, product);
  const bytes = encodeModule([builder.finish()], { shared: false, maximumPages: 1 });
  if (!WebAssembly.validate(bytes)) return false;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { m: memory } });
  (instance.exports[0] as (...args: readonly number[]) => void)(0, 0, 0);
  return new Float32Array(memory.buffer, 0, 1)[0] === 2 ** -24;
}

/** What there is without the instruction: sums in double precision, which take twice the registers. */
export const emulatedWasmTraits: TargetTraits = {
  ...plainWasmTraits,
  tileRows: 2,
  products: 'emulated',
};

/** What the engine offers; products are rounded once, unless they must not cost more than the engine's own ('fast'). */
export function wasmTraits(precision: 'exact' | 'fast'): TargetTraits {
  if (fusesProducts()) return { ...plainWasmTraits, products: 'fused' };
  return precision === 'exact' ? emulatedWasmTraits : plainWasmTraits;
}

/** The same with another target's tiles and panels: for kernels that share packed data with machine code. */
export function wasmTraitsBeside(target: TargetTraits): TargetTraits {
  const traits = wasmTraits('exact');
  const { tileRows } = target;
  return { ...traits, tileRows, tileVectors: panelColumns(target) / traits.lanes };
}
