import type { Instruction, VirtualRegister } from './instructions.ts';

/** Masks have registers of their own in AVX-512; elsewhere they are vectors. */
export type RegisterClass = 'general' | 'vector' | 'mask';

/** Where a virtual register lives: in a register, or in a slot of the stack frame. */
export type Location = { readonly register: number } | { readonly slot: number };

export interface Allocation {
  readonly locations: readonly Location[];
  /** Slots in use, 64 bytes each. */
  readonly slots: number;
}

interface Interval {
  readonly register: VirtualRegister;
  readonly kind: RegisterClass;
  readonly start: number;
  end: number;
  /** Reads and writes, weighted by the depth of loops: what spilling would cost. */
  weight: number;
}

/** Virtual registers that hold a value at the start. */
export const parameters = 3;

/** Loops as ranges of instructions. */
export interface LoopRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Linear scan (Poletto and Sarkar 1999): intervals in the order of their start; where registers run out, the interval
 * that costs least per instruction covered goes to the stack. A register that is set before a loop and used in it
 * lives to the loop's end.
 */
export function allocateRegisters(
  code: readonly Instruction[],
  classes: readonly RegisterClass[],
  loops: readonly LoopRange[],
  available: Readonly<Record<RegisterClass, readonly number[]>>,
): Allocation {
  const intervals = liveIntervals(code, classes, loops);
  const locations: Location[] = new Array(classes.length).fill({ slot: 0 });
  const free = {
    general: [...available.general],
    vector: [...available.vector],
    mask: [...available.mask],
  };
  const active: Record<RegisterClass, Interval[]> = { general: [], vector: [], mask: [] };
  const freeSlots: number[] = [];
  const slotEnds: { slot: number; end: number }[] = [];
  let slots = 0;

  const spill = (interval: Interval): void => {
    for (let i = slotEnds.length - 1; i >= 0; i--) {
      if (slotEnds[i].end < interval.start)
        freeSlots.push(...slotEnds.splice(i, 1).map((s) => s.slot));
    }
    const slot = freeSlots.pop() ?? slots++;
    slotEnds.push({ slot, end: interval.end });
    locations[interval.register] = { slot };
  };

  for (const interval of intervals) {
    const list = active[interval.kind];
    const pool = free[interval.kind];
    for (let i = list.length - 1; i >= 0; i--) {
      if (list[i].end > interval.start) continue;
      pool.push((locations[list[i].register] as { register: number }).register);
      list.splice(i, 1);
    }
    const register = pool.pop();
    if (register !== undefined) {
      locations[interval.register] = { register };
      list.push(interval);
      continue;
    }
    const cheapest = list.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    if (cost(cheapest) >= cost(interval)) {
      spill(interval);
      continue;
    }
    const taken = locations[cheapest.register];
    // The slot is used from the victim's own start, since all of its uses go to the stack.
    spillFromStart(cheapest);
    locations[interval.register] = taken;
    list[list.indexOf(cheapest)] = interval;
  }
  return { locations, slots };

  function spillFromStart(interval: Interval): void {
    const slot = slots++;
    slotEnds.push({ slot, end: interval.end });
    locations[interval.register] = { slot };
  }
}

const cost = ({ weight, start, end }: Interval): number => weight / (end - start + 1);

function liveIntervals(
  code: readonly Instruction[],
  classes: readonly RegisterClass[],
  loops: readonly LoopRange[],
): Interval[] {
  const found: (Interval | undefined)[] = new Array(classes.length);
  const depth = new Array<number>(code.length).fill(0);
  for (const { first, last } of loops) for (let i = first; i <= last; i++) depth[i]++;
  code.forEach((instruction, i) => {
    const touch = (register: VirtualRegister | null | undefined) => {
      if (register === null || register === undefined) return;
      const interval = found[register];
      const weight = 10 ** Math.min(depth[i], 6);
      if (interval) {
        interval.end = i;
        interval.weight += weight;
      } else {
        // The parameters are there from the beginning.
        const start = register < parameters ? -1 : i;
        found[register] = { register, kind: classes[register], start, end: i, weight };
      }
    };
    for (const register of instruction.from) touch(register);
    touch(instruction.address?.index);
    touch(instruction.to);
  });
  // Outer loops last, so that a register kept to the end of an inner loop is seen by the outer one.
  const byEnd = [...loops].sort((a, b) => a.last - b.last);
  for (const interval of found) {
    if (!interval) continue;
    for (const { first, last } of byEnd) {
      if (interval.start >= first || interval.end < first || interval.end >= last) continue;
      interval.end = last;
    }
  }
  return found.filter((i) => i !== undefined).sort((a, b) => a.start - b.start);
}
