import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { input } from '../../expr/index.ts';
import type { Storage, View } from '../../tensor/index.ts';
import type { Launch } from '../kernels.ts';
import { placeTransients, relocate, withoutDeadLaunches } from './placement.ts';

/** As much of a storage as placement sees. */
const storageOf = (bytes: number): Storage => ({ length: bytes }) as unknown as Storage;
const bytesOf = (storage: Storage): number => storage.length;

const viewOf = (storage: Storage): View => ({
  storage,
  offset: 0,
  shape: [1],
  strides: [1],
  dtype: 'float32',
});

const launchOf = (inputs: readonly Storage[], outputs: readonly Storage[]): Launch => ({
  kernel: 'elementwise',
  inputs: inputs.map(viewOf),
  outputs: outputs.map(viewOf),
  attributes: { formulas: outputs.map(() => input(0)) },
});

interface Drawn {
  readonly storages: readonly Storage[];
  readonly transient: ReadonlySet<Storage>;
  readonly launches: readonly Launch[];
}

/** Launches that read any storages and write others, some of them seen outside. */
const plans: fc.Arbitrary<Drawn> = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(5000), fc.boolean()), { minLength: 1, maxLength: 20 }),
    fc.array(
      fc.tuple(
        fc.array(fc.nat(), { maxLength: 3 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 2 }),
      ),
      {
        maxLength: 30,
      },
    ),
  )
  .map(([sizes, calls]) => {
    const storages = sizes.map(([bytes]) => storageOf(bytes));
    const pick = (n: number) => storages[n % storages.length];
    return {
      storages,
      transient: new Set(storages.filter((_, i) => sizes[i][1])),
      launches: calls.map(([reads, writes]) => launchOf(reads.map(pick), writes.map(pick))),
    };
  });

const uses = ({ inputs, outputs }: Launch): Storage[] =>
  [...inputs, ...outputs].map(({ storage }) => storage);

describe('placement', () => {
  test('storages that are alive together never share memory', () => {
    fc.assert(
      fc.property(plans, ({ launches, transient }) => {
        const { offsets, bytes } = placeTransients(launches, transient, bytesOf);
        const lives = [...offsets].map(([storage, offset]) => {
          const when = launches.flatMap((launch, i) => (uses(launch).includes(storage) ? [i] : []));
          return {
            offset,
            end: offset + storage.length,
            first: when[0],
            last: when.at(-1) as number,
          };
        });
        lives.forEach((a, i) => {
          expect(a.offset % 64).toBe(0);
          expect(a.end).toBeLessThanOrEqual(bytes);
          for (const b of lives.slice(i + 1)) {
            const together = a.first <= b.last && b.first <= a.last;
            const apart = a.end <= b.offset || b.end <= a.offset;
            if (together) expect(apart || a.end === a.offset || b.end === b.offset).toBe(true);
          }
        });
      }),
    );
  });

  test('every transient storage in use has a place, and no other has', () => {
    fc.assert(
      fc.property(plans, ({ launches, transient }) => {
        const { offsets } = placeTransients(launches, transient, bytesOf);
        const wanted = new Set(launches.flatMap(uses).filter((storage) => transient.has(storage)));
        expect(new Set(offsets.keys())).toEqual(wanted);
      }),
    );
  });

  test('a chain needs memory for two links, however long it is', () => {
    const storages = Array.from({ length: 20 }, () => storageOf(1000));
    const launches = storages.slice(1).map((storage, i) => launchOf([storages[i]], [storage]));
    const { bytes } = placeTransients(launches, new Set(storages), bytesOf);
    expect(bytes).toBe(2 * 1024);
  });
});

describe('dead launches', () => {
  test('go, and those that a result outside depends on stay, in order', () => {
    fc.assert(
      fc.property(plans, ({ launches, transient }) => {
        const live = withoutDeadLaunches(launches, transient);
        expect(live).toEqual(launches.filter((launch) => live.includes(launch)));
        // Needed, going backwards: what writes outside, or what a later launch that is needed touches.
        const touched = new Set<Storage>();
        for (const launch of [...launches].reverse()) {
          const outputs = launch.outputs.map(({ storage }) => storage);
          const needed = outputs.some((storage) => !transient.has(storage) || touched.has(storage));
          expect(live.includes(launch)).toBe(needed);
          if (needed) for (const storage of uses(launch)) touched.add(storage);
        }
      }),
    );
  });

  test('a chain that nobody reads goes as a whole', () => {
    const [a, b, c, d] = [1, 2, 3, 4].map(storageOf);
    const kept = launchOf([a], [d]);
    const launches = [launchOf([a], [b]), kept, launchOf([b], [c])];
    expect(withoutDeadLaunches(launches, new Set([b, c]))).toEqual([kept]);
  });

  test('a storage that is written twice keeps both launches: the second may add to the first', () => {
    const [a, b] = [1, 2].map(storageOf);
    const launches = [launchOf([], [a]), launchOf([b], [a])];
    expect(withoutDeadLaunches(launches, new Set([b]))).toEqual(launches);
  });
});

test('relocate moves views and keeps all else', () => {
  const [a, b, moved] = [1, 2, 3].map(storageOf);
  const launch = launchOf([a, b], [a]);
  const result = relocate(launch, (storage) => (storage === a ? moved : storage));
  expect(result.inputs.map(({ storage }) => storage)).toEqual([moved, b]);
  expect(result.outputs[0]).toEqual({ ...launch.outputs[0], storage: moved });
  expect(result.attributes).toBe(launch.attributes);
  expect(launch.inputs[0].storage).toBe(a);
});
