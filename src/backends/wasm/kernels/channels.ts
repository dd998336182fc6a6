import type { KernelBuilder, Value } from '../builder/index.ts';

/** A pixel's channels in vectors: whole ones in a loop, then the rest. Offsets are in bytes. */
export function overChannels(
  b: KernelBuilder,
  channels: number,
  body: (offset: Value, lanes: number) => void,
): void {
  const whole = Math.floor(channels / b.lanes) * b.lanes;
  if (whole) b.for(0, whole * 4, b.vectorBytes, (offset) => body(offset, b.lanes));
  if (channels % b.lanes) body(b.i32(whole * 4), channels % b.lanes);
}
