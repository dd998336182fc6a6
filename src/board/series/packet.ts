/** JSON and numbers in one message, without turning the numbers into text. */
export interface Packet<T> {
  readonly json: T;
  readonly arrays: readonly Float64Array[];
}

const align = (n: number): number => Math.ceil(n / 8) * 8;

/** Length of the JSON (uint32), count of arrays (uint32), their lengths (uint32 each), the JSON, the arrays (float64). */
export function encodePacket<T>({ json, arrays }: Packet<T>): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const head = 8 + 4 * arrays.length;
  const begin = align(head + text.length);
  const bytes = new Uint8Array(begin + arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  view.setUint32(4, arrays.length, true);
  bytes.set(text, head);
  let at = begin;
  arrays.forEach((array, i) => {
    view.setUint32(8 + 4 * i, array.length, true);
    new Float64Array(bytes.buffer, at, array.length).set(array);
    at += array.byteLength;
  });
  return bytes;
}

/** Takes a packet apart; the arrays share its memory. */
export function decodePacket<T>(buffer: ArrayBuffer): Packet<T> {
  const view = new DataView(buffer);
  const length = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  const head = 8 + 4 * count;
  const json = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, head, length))) as T;
  let at = align(head + length);
  const arrays = Array.from({ length: count }, (_, i) => {
    const array = new Float64Array(buffer, at, view.getUint32(8 + 4 * i, true));
    at += array.byteLength;
    return array;
  });
  return { json, arrays };
}
