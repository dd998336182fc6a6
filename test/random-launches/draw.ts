// What random launches are drawn with: one seeded generator, so that a failing one can be made again from its seed.
import { generator } from '../op-cases/operand.ts';

/** Numbers, sizes and choices from one seed. */
export class Draw {
  readonly random: () => number;

  constructor(seed: number) {
    // Neighbouring seeds must not begin alike.
    this.random = generator(Math.imul(seed + 1, 0x9e3779b1));
    for (let i = 0; i < 8; i++) this.random();
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)];
  }

  /** A size: often 1, small, or beside a multiple of 16, where vectors end. */
  size(most: number): number {
    const way = this.random();
    if (way < 0.15) return 1;
    if (way < 0.5) return this.whole(1, Math.min(most, 9));
    if (way < 0.75)
      return Math.min(most, Math.max(1, this.whole(1, most >> 4) * 16 + this.whole(-1, 1)));
    return this.whole(1, most);
  }

  /** A shape of at most `elements` elements. */
  shape(rank: number, most: number, elements = 20000): number[] {
    const shape = Array.from({ length: rank }, () => this.size(most));
    while (shape.reduce((a, b) => a * b, 1) > elements) {
      const axis = shape.indexOf(Math.max(...shape));
      shape[axis] = Math.ceil(shape[axis] / 2);
    }
    return shape;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    return Array.from(
      { length: left.length },
      () => left.splice(this.whole(0, left.length - 1), 1)[0],
    );
  }
}
