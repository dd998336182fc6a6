// The targets of the builder, on kernels drawn at random, against an interpreter.
import { describe, expect, test } from 'vitest';
import { Interpreter } from '../../../../test/random-kernels/interpreter.ts';
import {
  inputBytes,
  outputBytes,
  RandomKernel,
} from '../../../../test/random-kernels/random-kernel.ts';
import { Draw } from '../../../../test/random-launches/draw.ts';
import { openParts } from '../../../../test/wasm-parts.ts';
import { nativeChoices } from '../native.ts';
import type { KernelSpec } from '../phases.ts';
import { emulatedWasmTraits, KernelBuilder, wasmTraits } from './index.ts';

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

const ways = [
  ...nativeChoices.map((choice) => ({
    name: choice === '0' ? 'WebAssembly' : choice,
    choice,
    traits: wasmTraits('exact'),
  })),
  {
    name: 'WebAssembly that emulates products',
    choice: '0' as const,
    traits: emulatedWasmTraits,
  },
];

for (const { name, choice, traits } of ways) {
  const { allocator, library, memory, missing, run, target } = openParts(choice, 1, traits);
  const base = allocator.allocate(inputBytes + outputBytes);
  const bytes = new Uint8Array(memory.buffer, base, inputBytes + outputBytes);
  describe(name, () => {
    test.skipIf(missing)(`${kernels} random kernels ${missing}`, () => {
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
        bytes.set(start);
        run(spec, [base, base + inputBytes]);
        expect(library.get(spec).native !== 0, `${seed} is machine code`).toBe(choice !== '0');
        const wanted = wordsOf(new Uint8Array(expected, 0, start.length));
        const place = wordsOf(bytes).findIndex((word, i) => word !== wanted[i]);
        if (place === -1) continue;
        const actual = wordsOf(bytes)[place];
        expect.fail(`kernel ${seed}: word ${place} is ${actual}, expected ${wanted[place]}`);
      }
    });
  });
}
