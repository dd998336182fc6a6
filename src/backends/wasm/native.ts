import { type NativeDoor, openNativeDoor } from '#platform';
import type { KernelCode, TargetTraits } from './builder/index.ts';
import {
  avx2Traits,
  avx512Traits,
  type ControlOffsets,
  encodeCpuid,
  encodeDriver,
  encodeX64,
  encodeXgetbv,
  NotEncodable,
} from './builder/x64/index.ts';

/** What another thread needs to run machine code too. */
export interface NativeStart {
  readonly library: string;
  readonly driver: number;
  readonly memory: number;
}

/** Runs kernels as machine code on the linear memory, through the package `koffi`. */
export class NativeCode {
  readonly target: TargetTraits;
  readonly start: NativeStart;
  /** Takes tasks off the ticket; 0 when none is left, else what remained when it met one that only WebAssembly has. */
  readonly drive: (scratchWord: number) => number;
  /** Bytes of machine code placed so far. */
  bytes = 0;
  readonly #door: NativeDoor;

  constructor(
    door: NativeDoor,
    target: TargetTraits,
    memory: ArrayBufferLike,
    offsets: ControlOffsets,
  ) {
    this.#door = door;
    this.target = target;
    const address = door.addressOf(memory);
    const driver = door.place(encodeDriver(door.convention, offsets));
    const call = door.driver(driver);
    this.drive = (scratchWord) => call(address, scratchWord);
    this.start = { library: door.library, driver, memory: address };
  }

  /** The machine code of a kernel; null where it does what the encoder does not know. */
  encode(kernel: KernelCode): Uint8Array | null {
    try {
      return encodeX64(kernel, this.target);
    } catch (error) {
      if (error instanceof NotEncodable) return null;
      throw error;
    }
  }

  /** Places the code of kernels; gives the address of each. */
  place(codes: readonly Uint8Array[]): number[] {
    if (codes.length === 0) return [];
    const starts: number[] = [];
    let end = 0;
    for (const code of codes) {
      starts.push(end);
      end = Math.ceil((end + code.length) / 64) * 64;
    }
    const whole = new Uint8Array(end).fill(0xcc);
    codes.forEach((code, i) => {
      whole.set(code, starts[i]);
    });
    this.bytes += whole.length;
    const address = this.#door.place(whole);
    return starts.map((start) => address + start);
  }
}

/** The registers that processor and system offer, or why none can be used. */
export function detectNative(door: NativeDoor): TargetTraits | string {
  const cpuid = door.place(encodeCpuid(door.convention));
  const ask = (leaf: number, subleaf = 0): Uint32Array => door.cpuid(cpuid, leaf, subleaf);
  const features = ask(1)[2];
  if (!(features & (1 << 27)) || !(features & (1 << 28))) return 'the processor has no AVX';
  const state = door.xgetbv(door.place(encodeXgetbv()));
  const extended = ask(0)[0] >= 7 ? ask(7) : new Uint32Array(4);
  // F, DQ, BW and VL; the system must keep masks and the upper halves.
  const avx512 =
    [16, 17, 30, 31].every((bit) => extended[1] & (1 << bit)) && (state & 0xe6) === 0xe6;
  const avx2 = (extended[1] & (1 << 5)) !== 0 && (state & 6) === 6;
  if (!avx2) return 'the processor has no AVX2';
  if (!(features & (1 << 12))) return 'the processor has no fused multiply-add';
  return avx512 ? avx512Traits : avx2Traits;
}

/** What `GRADUS_NATIVE` may say: no machine code, or which. */
export const nativeChoices = ['0', 'avx2', 'avx512'] as const;
export type NativeChoice = (typeof nativeChoices)[number];

/**
 * Opens machine code for a memory, the widest that the processor has unless one is chosen, or says in one line why
 * WebAssembly runs alone.
 */
export function openNative(
  memory: ArrayBufferLike,
  shared: boolean,
  offsets: ControlOffsets,
  choice: NativeChoice | undefined,
  openDoor: () => NativeDoor | string = openNativeDoor,
): NativeCode | string {
  if (choice === '0') return 'switched off (GRADUS_NATIVE=0)';
  if (!shared) return 'memory cannot be shared here';
  const door = openDoor();
  if (typeof door === 'string') return door;
  try {
    const best = detectNative(door);
    if (typeof best === 'string') return best;
    if (choice === 'avx512' && best !== avx512Traits) return 'the processor has no AVX-512';
    const target = choice === 'avx2' ? avx2Traits : best;
    return new NativeCode(door, target, memory, offsets);
  } catch (error) {
    return (error as Error).message;
  }
}
