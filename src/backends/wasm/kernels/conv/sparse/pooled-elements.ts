import type { Expr } from '../../../../../expr/index.ts';
import type { KernelBuilder, Value } from '../../../builder/index.ts';
import { overChannels } from '../../channels.ts';
import { FormulaWriter } from '../../formula.ts';
import { mostVectorBytes } from '../../layout.ts';
import type { ConvShape } from '../geometry.ts';
import type { CellNumber, ElementSource, Visit } from './elements.ts';
import { entryBytes, NonZeroCount } from './lists.ts';

/** Where the gradients of maxima, they and their places lie. */
export interface PooledAddresses {
  readonly gradient: number;
  readonly maxima: number;
  readonly places: number;
}

/** Numbers of a cell that a visit may ask for. */
const mostNumbers = 4;

/**
 * What the gradients of the maxima of 2x2 squares pass on, through a formula of them and of the maxima that is 0 where they are:
 * one element of each square at most, which never becomes a picture.
 */
export function pooledElements(
  { outHeight, outWidth, filters }: ConvShape,
  { gradient, maxima, places }: PooledAddresses,
  following: Expr | null,
): ElementSource {
  const [down, across] = [outHeight / 2, outWidth / 2];
  const rowBytes = across * filters * 4;
  return {
    key: `pooled|${following?.key ?? ''}`,
    side: 2,
    addresses: [gradient, maxima, places],
    bytes: (2 + mostNumbers) * mostVectorBytes,
    read: (b, [gradients, most, where], memory) => {
      /** What a vector of maxima passes on. */
      const passedOn = (lanes: number, at: Value): Value => {
        const passed = b.let(b.loadFirst(lanes, gradients.add(at)));
        if (!following) return passed;
        const inputs = [passed, b.let(b.loadFirst(lanes, most.add(at)))];
        return b.let(new FormulaWriter(b, 'f32v', inputs).write(following));
      };
      return {
        strip: (image, y) => {
          const row = b.let(image.mul(down).add(y).mul(rowBytes));
          return {
            visit: (x, numbers, visit) => {
              const square = b.let(row.add(x.mul(filters * 4)));
              overChannels(b, filters, (offset, lanes) => {
                const at = b.let(square.add(offset));
                const value = passedOn(lanes, at);
                const place = b.let(b.loadFirst(lanes, where.add(at)));
                const found = {
                  value,
                  lower: b.let(place.ge(2)),
                  right: b.let(place.eq(1).or(place.eq(3))),
                };
                visitLanes(b, memory, lanes, b.let(offset.shrU(2)), found, numbers, visit);
              });
            },
          };
        },
        count: (pair) => {
          const row = b.let(pair.mul(rowBytes));
          const count = new NonZeroCount(b);
          overChannels(b, across * filters, (offset, lanes) =>
            count.add(passedOn(lanes, b.let(row.add(offset)))),
          );
          return count.total();
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
