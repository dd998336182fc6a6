// Damages files in the ways that decoders must survive.
import fc from 'fast-check';
import { FormatError } from 'gradus/tensor';

/** Bytes that are cut, changed, doubled or made up, starting from whole files. */
export function damagedFiles(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const sample = fc.constantFrom(...samples);
  const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  const at = (bytes: Uint8Array, where: number) => Math.floor(where * bytes.length);
  const change = fc.tuple(position, fc.integer({ min: 0, max: 255 }));
  // Damage at the beginning, where headers are, finds more than damage in the data.
  const early = fc.tuple(
    position.map((where) => where ** 4),
    fc.integer({ min: 0, max: 255 }),
  );
  const changed = fc
    .tuple(sample, fc.array(fc.oneof(change, early), { minLength: 1, maxLength: 6 }))
    .map(([bytes, changes]) => {
      const copy = bytes.slice();
      for (const [where, value] of changes) copy[at(copy, where)] = value;
      return copy;
    });
  const flipped = fc
    .tuple(
      sample,
      fc.oneof(
        position,
        position.map((where) => where ** 4),
      ),
      fc.nat({ max: 7 }),
    )
    .map(([bytes, where, bit]) => {
      const copy = bytes.slice();
      copy[at(copy, where)] ^= 1 << bit;
      return copy;
    });
  const cut = fc.tuple(sample, position).map(([bytes, where]) => bytes.slice(0, at(bytes, where)));
  const spliced = fc.tuple(sample, sample, position, position).map(([a, b, from, to]) => {
    const [head, tail] = [a.slice(0, at(a, from)), b.slice(at(b, to))];
    const both = new Uint8Array(head.length + tail.length);
    both.set(head);
    both.set(tail, head.length);
    return both;
  });
  return fc.oneof(changed, flipped, cut, spliced, fc.uint8Array({ maxLength: 300 }));
}

/**
 * Decodes damaged files: only a FormatError may leave, and none may take long. Gives how many were refused, so that a
 * test can tell that the damage was seen.
 */
export async function onlyFormatErrors(
  decode: (bytes: Uint8Array) => unknown,
  samples: readonly Uint8Array[],
  { runs = 500, maxMs = 2000, seed = 7 } = {},
): Promise<number> {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(damagedFiles(samples), async (bytes) => {
      const start = performance.now();
      try {
        await decode(bytes);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
      const took = performance.now() - start;
      if (took > maxMs) throw new Error(`${took.toFixed()} ms for ${bytes.length} bytes`);
    }),
    { numRuns: runs, seed },
  );
  return refused;
}
