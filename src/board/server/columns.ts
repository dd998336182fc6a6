/** Numbers that are appended one by one, without an object for each. */
export class Column<T extends Float64Array | Float32Array> {
  #array: T;
  #length = 0;

  constructor(empty: T) {
    this.#array = empty;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#array.byteLength;
  }

  push(value: number): void {
    if (this.#length === this.#array.length) {
      const Grown = this.#array.constructor as new (length: number) => T;
      // Half as much again: a curve that has stopped growing wastes little.
      const grown = new Grown(Math.max(16, Math.ceil(this.#length * 1.5)));
      grown.set(this.#array);
      this.#array = grown;
    }
    this.#array[this.#length++] = value;
  }

  at(i: number): number {
    return this.#array[i];
  }

  /** What is in it now, in shared memory. */
  view(): T {
    return this.#array.subarray(0, this.#length) as T;
  }
}

/** A curve in memory: 20 bytes a point. */
export class ScalarColumn {
  readonly steps = new Column(new Float64Array(0));
  readonly wallTimes = new Column(new Float64Array(0));
  readonly values = new Column(new Float32Array(0));

  push(step: number, wallTime: number, value: number): void {
    this.steps.push(step);
    this.wallTimes.push(wallTime);
    this.values.push(value);
  }

  get bytes(): number {
    return this.steps.bytes + this.wallTimes.bytes + this.values.bytes;
  }
}

/** Where in a file values of a tag are: pictures, histograms and the like stay on the disk. */
export class PlaceColumn {
  readonly steps = new Column(new Float64Array(0));
  readonly wallTimes = new Column(new Float64Array(0));
  readonly offsets = new Column(new Float64Array(0));
  readonly lengths = new Column(new Float64Array(0));

  push(step: number, wallTime: number, offset: number, length: number): void {
    this.steps.push(step);
    this.wallTimes.push(wallTime);
    this.offsets.push(offset);
    this.lengths.push(length);
  }

  get bytes(): number {
    return this.steps.bytes + this.wallTimes.bytes + this.offsets.bytes + this.lengths.bytes;
  }
}
