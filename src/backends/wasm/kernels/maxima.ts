// Maxima of 2x2 squares, and their places: 0 and 1 in a square's upper row, 2 and 3 in its lower one.
import type { Expr } from '../../../expr/index.ts';
import type { KernelBuilder, Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import { overChannels } from './channels.ts';
import { FormulaWriter } from './formula.ts';

/** Whether `cell` takes the place of `best` in a maximum: the first of equal numbers stays, and the first NaN. */
export const takes = (best: Value, cell: Value): Value =>
  best.lt(cell).or(cell.ne(cell)).and(best.eq(best));

/** The maxima of four vectors, and their places if they are wanted. */
export function maximumOf(
  b: KernelBuilder,
  [first, ...others]: readonly Value[],
  wantsPlace: boolean,
): { readonly maximum: Value; readonly place: Value | null } {
  const maximum = b.let(first);
  const place = wantsPlace ? b.let(b.zero()) : null;
  others.forEach((cell, i) => {
    const taken = b.let(takes(maximum, cell));
    b.set(maximum, taken.select(cell, maximum));
    if (place) b.set(place, taken.select(b.constant('f32v', i + 1), place));
  });
  return { maximum, place };
}

/** Pixels of the maxima that a task spreads, about. */
const taskElements = 2048;

/** What the gradients of maxima pass on, through a formula of them and of the maxima, as a picture with zeros elsewhere. */
export function emitSpread(
  [images, height, width, channels]: readonly number[],
  {
    gradient,
    maxima,
    places,
    out,
  }: Readonly<Record<'gradient' | 'maxima' | 'places' | 'out', number>>,
  following: Expr | null,
  phases: PhaseList,
): void {
  const rows = images * height;
  const perTask = Math.ceil(Math.max(rows / 2048, taskElements / (width * channels)));
  const kernel: KernelSpec = {
    key: `spread|${[width, channels, perTask]}|${following?.key ?? ''}`,
    write: (b) => {
      const [from, most, at, to, count] = [0, 1, 2, 3, 4].map((i) => b.arg(i));
      const first = b.let(b.task.mul(perTask));
      const end = b.let(first.add(perTask));
      b.set(end, end.lt(count).select(end, count));
      b.for(first, end, 1, (row) => {
        const squares = b.let(row.mul(width * channels * 4));
        const pixels = b.let(to.add(row.mul(4 * width * channels * 4)));
        b.for(0, width, 1, (x) => {
          const square = b.let(squares.add(x.mul(channels * 4)));
          const pixel = b.let(pixels.add(x.mul(2 * channels * 4)));
          overChannels(b, channels, (offset, lanes) => {
            const load = (base: Value) => b.let(b.loadFirst(lanes, base.add(square).add(offset)));
            const [passed, maximum, place] = [from, most, at].map(load);
            const value = following
              ? b.let(new FormulaWriter(b, 'f32v', [passed, maximum]).write(following))
              : passed;
            [0, 1, 2 * width, 2 * width + 1].forEach((cell, i) => {
              const here = place.eq(i).select(value, 0);
              b.storeFirst(lanes, b.let(pixel.add(offset)), cell * channels * 4, here);
            });
          });
        });
      });
    },
  };
  phases.run(kernel, [gradient, maxima, places, out, rows], Math.ceil(rows / perTask));
}
