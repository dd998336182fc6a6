// The targets of the builder, on kernels drawn at random, against an interpreter.
import { describe, expect, test } from 'vitest';
import { Interpreter } from '../../../../test/random-kernels/interpreter.ts';
import {
  inputBytes,
  outputBytes,
  RandomKernel,
} from '../../../../test/random-kernels/random-kernel.ts';
import { Draw } from '../../../../test/random-launches/draw.ts';
import { Allocator } from '../allocator.ts';
import { LinearMemory } from '../memory.ts';
import { type NativeChoice, nativeChoices, openNative } from '../native.ts';
import type { KernelSpec } from '../phases.ts';
import { controlOffsets, ThreadPool } from '../pool.ts';
import { KernelLibrary, Program } from '../program.ts';
import type { Arena } from '../storage.ts';
import { KernelBuilder, type TargetTraits, wasmTraits } from './index.ts';

/** All that runs one kernel, without a backend around it. */
function openBench(choice: NativeChoice) {
  const memory = new LinearMemory();
  const allocator = new Allocator(65536, memory.buffer.byteLength, (n) => memory.grow(n));
  const arena: Arena = { memory, allocator, collected: new FinalizationRegistry(() => {}) };
  const native = openNative(memory.buffer, memory.shared, controlOffsets, choice, 'exact');
  const code = typeof native === 'string' ? null : native;
  const pool = new ThreadPool(memory, code);
  const library = new KernelLibrary(arena, pool, code?.target ?? wasmTraits, code);
  const base = allocator.allocate(inputBytes + outputBytes);
  const run = (spec: KernelSpec, ...args: number[]): void => {
    const phase = { spec, args, tasks: 1, operation: 'test' };
    const program = new Program([phase], arena, library, pool, null);
    program.run();
    program.dispose();
  };
  const bytes = () => new Uint8Array(memory.buffer, base, inputBytes + outputBytes);
  const missing = choice === '0' ? '' : code ? '' : (native as string);
  const target: TargetTraits = code?.target ?? wasmTraits;
  return { library, base, run, bytes, target, missing };
}

/** Bytes to read: floats of all sizes among arbitrary words. */
function drawInput(seed: number): Uint8Array {
  const draw = new Draw(seed);
  const words = new Int32Array(inputBytes / 4).map(() => draw.whole(-(2 ** 31), 2 ** 31 - 1));
  const floats = new Float32Array(words.buffer);
  floats.forEach((value, i) => {
    const ordinary = (draw.random() - 0.5) * 10 ** draw.whole(-2, 3);
    floats[i] = draw.chance(0.8) || Number.isNaN(value) ? ordinary : value;
  });
  return new Uint8Array(words.buffer);
}

/** The words, all NaN as one: their bits are the machine's own. */
const wordsOf = (bytes: Uint8Array): Int32Array =>
  new Int32Array(bytes.slice().buffer).map((word) =>
    (word & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : word,
  );

const kernels = 400;

for (const choice of nativeChoices) {
  const bench = openBench(choice);
  describe(choice === '0' ? 'WebAssembly' : choice, () => {
    test.skipIf(bench.missing)(`${kernels} random kernels ${bench.missing}`, () => {
      const { base, library, target } = bench;
      for (let seed = 0; seed < kernels; seed++) {
        const spec: KernelSpec = {
          key: `random ${seed}`,
          write: (b) => new RandomKernel(seed, b).write(),
        };
        const builder = new KernelBuilder(target);
        spec.write(builder);
        const start = new Uint8Array(inputBytes + outputBytes);
        start.set(drawInput(seed));
        const expected = new ArrayBuffer(start.length + 64);
        new Uint8Array(expected).set(start);
        const args = expected.byteLength - 64;
        new Int32Array(expected, args, 2).set([base, base + inputBytes]);
        new Interpreter(expected, base, target.lanes).run(builder.finish(), base + args, 0, 0);
        bench.bytes().set(start);
        bench.run(spec, base, base + inputBytes);
        expect(library.get(spec).native !== 0, `${seed} is machine code`).toBe(choice !== '0');
        const wanted = wordsOf(new Uint8Array(expected, 0, start.length));
        const place = wordsOf(bench.bytes()).findIndex((word, i) => word !== wanted[i]);
        if (place === -1) continue;
        const actual = wordsOf(bench.bytes())[place];
        expect.fail(`kernel ${seed}: word ${place} is ${actual}, expected ${wanted[place]}`);
      }
    });
  });
}
