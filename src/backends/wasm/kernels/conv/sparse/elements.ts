import type { KernelBuilder, Value } from '../../../builder/index.ts';
import type { ConvShape } from '../geometry.ts';
import { eachNonZero, NonZeroCount } from './lists.ts';

/** A number that each cell of those that are looked at together has: `base` + its row × `row` + its column × `column`. */
export interface CellNumber {
  readonly base: Value;
  readonly row: number;
  readonly column: number;
}

/**
 * Hears of an element of dy that is not zero: its filter, its value, by how many bytes a list grows that takes it (0 where
 * there is none), and its cell's numbers.
 */
export type Visit = (filter: Value, value: Value, step: Value, numbers: readonly Value[]) => void;

/** Some rows of an image of dy. */
export interface Strip {
  /** Visits the elements of `side` columns from column `side` × `x` on; those of a cell have ascending filters. */
  visit(x: Value, numbers: readonly CellNumber[], visit: Visit): void;
}

/** The elements of dy as a kernel finds them. */
export interface Elements {
  strip(image: Value, y: Value): Strip;
  /** How many elements of rows 2 `pair` and 2 `pair` + 1, counted through all images, are not zero. */
  count(pair: Value): Value;
}

/** Where the elements of dy come from. */
export interface ElementSource {
  readonly key: string;
  /** Rows, and columns, of dy that are looked at together. */
  readonly side: 1 | 2;
  readonly addresses: readonly number[];
  /** Memory that a look needs. */
  readonly bytes: number;
  read(b: KernelBuilder, addresses: readonly Value[], memory: Value): Elements;
}

/** dy itself. */
export function denseElements(shape: ConvShape, dy: number): ElementSource {
  const { images, outHeight, outWidth, filters } = shape;
  const rowBytes = outWidth * filters * 4;
  return {
    key: 'dense',
    side: 1,
    addresses: [dy],
    bytes: 0,
    read: (b, [from]) => ({
      strip: (image, y) => {
        const row = b.let(from.add(image.mul(outHeight).add(y).mul(rowBytes)));
        return {
          visit: (x, numbers, visit) => {
            const pixel = b.let(row.add(x.mul(filters * 4)));
            const own = numbers.map(({ base }) => base);
            eachNonZero(b, pixel, filters, (filter, value, step) =>
              visit(filter, value, step, own),
            );
          },
        };
      },
      count: (pair) => {
        const rows = b.let(b.i32(images * outHeight).sub(pair.shl(1)));
        b.set(rows, rows.lt(2).select(rows, b.i32(2)));
        const at = b.let(from.add(pair.mul(2 * rowBytes)));
        return countNonZero(b, at, b.let(rows.mul(outWidth * filters)));
      },
    }),
  };
}

/** How many of `floats` numbers are not zero. */
function countNonZero(b: KernelBuilder, at: Value, floats: Value): Value {
  const whole = new NonZeroCount(b);
  const loop = (step: number, body: () => void): void =>
    b.if(floats.ge(step), () =>
      b.repeat(
        () => {
          body();
          b.set(at, at.add(step * 4));
          b.set(floats, floats.sub(step));
        },
        () => floats.ge(step),
      ),
    );
  loop(b.lanes, () => whole.add(b.load('f32v', at)));
  const count = whole.total();
  loop(1, () => b.set(count, count.add(b.load('f32', at).ne(0))));
  return count;
}
