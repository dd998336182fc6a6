import type { FileInput } from './file-input.ts';

/** Names of a group in the old form: text that ends with a zero byte, at an offset. */
export async function readLocalHeap(
  input: FileInput,
  address: number,
): Promise<(offset: number) => string> {
  const { offsets, lengths } = input.sizes;
  const head = await input.structure(address, 8 + 2 * lengths + offsets);
  head.expect('HEAP');
  head.version(0);
  head.skip(3);
  const size = head.length();
  head.length(); // the first free block
  const data = head.target('a heap of names leads nowhere');
  const { bytes } = await input.structure(data, size);
  return (offset) => {
    const end = bytes.indexOf(0, offset);
    if (offset >= size || end < 0) input.fail('a name lies outside its heap', data + offset);
    return decodeText(bytes.subarray(offset, end));
  };
}

/** Text as files hold it: UTF-8, and one character a byte where it is not that. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice());
  } catch {
    return new TextDecoder('latin1').decode(bytes.slice());
  }
}

/** Objects of varying length by the address of their collection and their number in it. */
export class GlobalHeap {
  readonly #input: FileInput;
  readonly #collections = new Map<number, Map<number, Uint8Array>>();

  constructor(input: FileInput) {
    this.#input = input;
  }

  async object(address: number, index: number): Promise<Uint8Array> {
    let objects = this.#collections.get(address);
    if (!objects) {
      objects = await this.#collection(address);
      this.#collections.set(address, objects);
    }
    const found = objects.get(index);
    return found ?? this.#input.fail('an object is missing in its heap', address);
  }

  async #collection(address: number): Promise<Map<number, Uint8Array>> {
    const input = this.#input;
    const head = await input.structure(address, 8 + input.sizes.lengths);
    head.expect('GCOL');
    head.version(1);
    head.skip(3);
    const size = head.length();
    const body = await input.structure(address, size);
    body.skip(head.at);
    const objects = new Map<number, Uint8Array>();
    while (body.left >= 8 + input.sizes.lengths) {
      const index = body.u16();
      if (index === 0) break; // the rest is free
      body.skip(6);
      objects.set(index, body.take(body.length()));
      body.align();
    }
    return objects;
  }
}
