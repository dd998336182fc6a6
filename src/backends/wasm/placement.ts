import type { Storage, View } from '../../tensor/index.ts';
import type { Launch } from '../kernels.ts';

/** Launches whose results nobody reads are dropped; the rest keep their order. */
export function withoutDeadLaunches(
  launches: readonly Launch[],
  transient: ReadonlySet<Storage>,
): Launch[] {
  const needed = new Set<Storage>();
  const live: Launch[] = [];
  for (let i = launches.length - 1; i >= 0; i--) {
    const launch = launches[i];
    const used = launch.outputs.some(
      ({ storage }) => !transient.has(storage) || needed.has(storage),
    );
    if (!used) continue;
    for (const { storage } of launch.inputs) needed.add(storage);
    for (const { storage } of launch.outputs) needed.add(storage);
    live.push(launch);
  }
  return live.reverse();
}

interface Lifetime {
  readonly storage: Storage;
  readonly bytes: number;
  readonly first: number;
  last: number;
  offset: number;
}

const lineBytes = 64;
const roundUp = (n: number): number => Math.ceil(n / lineBytes) * lineBytes;

/**
 * Offsets for storages that live only inside a list of launches, so that those which are never alive together share memory:
 * the largest is placed first, each at the lowest free offset.
 */
export function placeTransients(
  launches: readonly Launch[],
  transient: ReadonlySet<Storage>,
  bytesOf: (storage: Storage) => number,
): { readonly offsets: ReadonlyMap<Storage, number>; readonly bytes: number } {
  const lifetimes = new Map<Storage, Lifetime>();
  launches.forEach((launch, i) => {
    for (const { storage } of [...launch.inputs, ...launch.outputs]) {
      if (!transient.has(storage)) continue;
      const life = lifetimes.get(storage);
      if (life) life.last = i;
      else {
        const bytes = roundUp(bytesOf(storage));
        lifetimes.set(storage, { storage, bytes, first: i, last: i, offset: 0 });
      }
    }
  });
  const placed: Lifetime[] = [];
  let bytes = 0;
  for (const life of [...lifetimes.values()].sort((a, b) => b.bytes - a.bytes)) {
    const rivals = placed
      .filter((other) => other.first <= life.last && life.first <= other.last)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const rival of rivals) {
      if (offset + life.bytes <= rival.offset) break;
      offset = Math.max(offset, rival.offset + rival.bytes);
    }
    life.offset = offset;
    placed.push(life);
    bytes = Math.max(bytes, offset + life.bytes);
  }
  return { offsets: new Map(placed.map((life) => [life.storage, life.offset])), bytes };
}

/** The same launch on other storages. */
export function relocate(launch: Launch, place: (storage: Storage) => Storage): Launch {
  const move = (view: View): View => ({
    storage: place(view.storage),
    offset: view.offset,
    shape: view.shape,
    strides: view.strides,
    dtype: view.dtype,
  });
  return {
    ...launch,
    inputs: launch.inputs.map(move),
    outputs: launch.outputs.map(move),
  } as Launch;
}
