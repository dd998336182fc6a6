const bits = new Float32Array(1);
const bitsAsInteger = new Int32Array(bits.buffer);

/** More than 256 different numbers, and twice as many places, so that a search is short. */
const tableSize = 1024;
const startLength = 1 << 16;

/** Gathers float32 numbers, as bytes into a table as long as there are no more than 256 different ones. */
export class PaletteStore {
  #values: Uint8Array | Float32Array = new Uint8Array(startLength);
  #length = 0;
  readonly #palette = new Float32Array(256);
  #colours = 0;
  /** Open hashing: bit patterns, and the place in the palette plus one; 0 is empty. */
  readonly #keys = new Int32Array(tableSize);
  readonly #places = new Uint16Array(tableSize);

  /** What one number takes. */
  get bytesPerValue(): number {
    return this.#values.BYTES_PER_ELEMENT;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow();
    if (this.#values instanceof Float32Array) {
      this.#values[this.#length++] = value;
      return;
    }
    bits[0] = value;
    const key = bitsAsInteger[0];
    let slot = (Math.imul(key, 0x9e3779b1) >>> 22) % tableSize;
    while (this.#places[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) % tableSize;
    if (this.#places[slot] === 0) {
      if (this.#colours === 256) {
        this.#spread();
        this.push(value);
        return;
      }
      this.#keys[slot] = key;
      this.#palette[this.#colours++] = value;
      this.#places[slot] = this.#colours;
    }
    this.#values[this.#length++] = this.#places[slot] - 1;
  }

  finish(): { pixels: Uint8Array | Float32Array; palette: Float32Array | null } {
    const palette = this.#values instanceof Uint8Array ? this.#palette : null;
    return { pixels: this.#values.slice(0, this.#length), palette };
  }

  #grow(): void {
    const { length } = this.#values;
    const grown =
      this.#values instanceof Uint8Array
        ? new Uint8Array(2 * length)
        : new Float32Array(Math.ceil(1.5 * length));
    grown.set(this.#values);
    this.#values = grown;
  }

  /** From bytes to the numbers themselves. */
  #spread(): void {
    const values = new Float32Array(this.#values.length);
    for (let i = 0; i < this.#length; i++) values[i] = this.#palette[this.#values[i]];
    this.#values = values;
  }
}
