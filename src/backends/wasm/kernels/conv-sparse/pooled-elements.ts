import type { Expr } from '../../../../expr/index.ts';
import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { ConvShape } from '../conv-geometry.ts';
import { FormulaWriter } from '../formula.ts';
import { overChannels } from '../pool2d.ts';
import type { CellNumber, ElementSource, Visit } from './elements.ts';
import { entryBytes } from './lists.ts';

/** Where the gradient of maxima and what they were taken of lie. */
export interface PooledAddresses {
  readonly gradient: number;
  readonly pooled: number;
}

/** Numbers of a cell that a visit may ask for. */
const mostNumbers = 4;

/**
 * What the gradient of the maxima of 2x2 squares passes on, through a formula of it and of the maximum that is 0 where it is:
 * one element of each square at most, which never becomes a picture.
 */
export function pooledElements(
  shape: ConvShape,
  { gradient, pooled }: PooledAddresses,
  following: Expr | null,
): ElementSource {
  const { outHeight, outWidth, filters } = shape;
  const [down, across] = [outHeight / 2, outWidth / 2];
  return {
    key: `pooled|${following?.key ?? ''}`,
    side: 2,
    addresses: [gradient, pooled],
    bytes: (2 + mostNumbers) * 64,
    read: (b, [gradients, pictures], memory) => {
      /** The squares of a row of them, counted through all images. */
      const overRow = (row: Value) => {
        const from = b.let(gradients.add(row.mul(across * filters * 4)));
        const squares = b.let(pictures.add(row.mul(2 * outWidth * filters * 4)));
        return (x: Value, body: (lanes: number, offset: Value, found: Found) => void) => {
          const gradientAt = b.let(from.add(x.mul(filters * 4)));
          const squareAt = b.let(squares.add(x.mul(2 * filters * 4)));
          overChannels(b, filters, (lanes, offset) => {
            const passed = b.let(b.loadFirst(lanes, gradientAt.add(offset)));
            const cells = [0, 1, outWidth, outWidth + 1].map((pixel) =>
              b.let(b.loadFirst(lanes, squareAt.add(offset), pixel * filters * 4)),
            );
            body(lanes, offset, find(b, passed, cells, following));
          });
        };
      };
      return {
        strip: (image, y) => {
          const squares = overRow(b.let(image.mul(down).add(y)));
          return {
            visit: (x, numbers, visit) =>
              squares(x, (lanes, offset, found) =>
                visitLanes(b, memory, lanes, b.let(offset.shrU(2)), found, numbers, visit),
              ),
          };
        },
        count: (pair) => {
          const count = b.let(b.i32(0));
          const squares = overRow(pair);
          const lanesOf = b.let(b.constant('i32v', 0));
          b.for(0, across, 1, (x) =>
            squares(x, (_, __, { value }) => {
              const zero = value.eq(0);
              const one = zero.select(b.constant('i32v', 0), b.constant('i32v', 1));
              b.set(lanesOf, lanesOf.add(one));
            }),
          );
          for (let i = 0; i < b.lanes; i++) b.set(count, count.add(lanesOf.lane(i)));
          return count;
        },
      };
    },
  };
}

/** For each channel of a square: what is passed on, and whether to a cell of its lower row, and of its right column. */
interface Found {
  readonly value: Value;
  readonly lower: Value;
  readonly right: Value;
}

/** The first cell that holds the maximum takes it all; the first NaN is one. */
function find(
  b: KernelBuilder,
  gradient: Value,
  [first, ...others]: readonly Value[],
  following: Expr | null,
): Found {
  const best = b.let(first);
  const [second, third, last] = others.map((cell) => {
    const isMore = best.lt(cell).or(cell.ne(cell));
    const takes = b.let(isMore.and(best.eq(best)));
    b.set(best, takes.select(cell, best));
    return takes;
  });
  return {
    value: following
      ? b.let(new FormulaWriter(b, 'f32v', [gradient, best]).write(following))
      : gradient,
    lower: b.let(third.or(last)),
    right: b.let(last.or(second.and(third.not()))),
  };
}

/** Visits all lanes, with a step of 0 where there is nothing: a branch for each could not be foreseen. */
function visitLanes(
  b: KernelBuilder,
  memory: Value,
  lanes: number,
  firstFilter: Value,
  { value, lower, right }: Found,
  numbers: readonly CellNumber[],
  visit: Visit,
): void {
  const place = (i: number): number => i * b.vectorBytes;
  b.store(memory, place(0), value);
  const nothing = value.eq(0);
  b.store(memory, place(1), nothing.select(b.constant('i32v', 0), entryBytes));
  numbers.forEach(({ base, row, column }, i) => {
    const rows = lower.select(b.constant('i32v', row), 0);
    const columns = right.select(b.constant('i32v', column), 0);
    b.store(memory, place(2 + i), base.splat().add(rows).add(columns));
  });
  for (let lane = 0; lane < lanes; lane++) {
    const [element, step] = [
      b.let(b.load('f32', memory, place(0) + lane * 4)),
      b.let(b.load('i32', memory, place(1) + lane * 4)),
    ];
    const own = numbers.map((_, i) => b.let(b.load('i32', memory, place(2 + i) + lane * 4)));
    visit(b.let(firstFilter.add(lane)), element, step, own);
  }
}
