// Pieces of WebAssembly's binary format.

/** A whole number from 0 on, in LEB128. */
export function unsigned(n: number): number[] {
  const bytes: number[] = [];
  let rest = n >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** A whole number of 32 bits with a sign, in LEB128. */
export function signed(n: number): number[] {
  const bytes: number[] = [];
  let rest = n | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && !(byte & 0x40)) || (rest === -1 && byte & 0x40)) {
      bytes.push(byte);
      return bytes;
    }
    bytes.push(byte | 0x80);
  }
}

export const float32 = (x: number): number[] => [...new Uint8Array(new Float32Array([x]).buffer)];

export const int32 = (x: number): number[] => [...new Uint8Array(new Int32Array([x]).buffer)];

/** An instruction on vectors. */
export const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

export const section = (id: number, body: readonly number[]): number[] => [
  id,
  ...unsigned(body.length),
  ...body,
];

export const text = (s: string): number[] => [
  ...unsigned(s.length),
  ...[...s].map((c) => c.charCodeAt(0)),
];
