import type { View } from '../../../tensor/index.ts';
import type { PoolAttributes } from '../../kernels.ts';
import type { KernelBuilder, Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import { overChannels } from './channels.ts';
import { emitZeros } from './fill.ts';
import { type Following, FormulaWriter } from './formula.ts';
import { addressOf, isDenseFloat } from './layout.ts';
import { takes } from './maxima.ts';

interface PoolShape extends PoolAttributes, Following {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

const poolShape = (x: View, y: View, attributes: PoolAttributes): PoolShape => {
  const [images, height, width, channels] = x.shape;
  return {
    ...attributes,
    images,
    height,
    width,
    channels,
    outHeight: y.shape[1],
    outWidth: y.shape[2],
  };
};

const describe = ({ images: _, following, ...shape }: PoolShape): string =>
  JSON.stringify(Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1))) +
  (following?.key ?? '');

/** Whether windows lie side by side and cover the whole image, so that each of its pixels is in one of them. */
export const coversExactly = (
  [, height, width]: readonly number[],
  [, outHeight, outWidth]: readonly number[],
  { size, strides, dilation, padding }: PoolAttributes,
): boolean =>
  padding.flat().every((p) => p === 0) &&
  size.every((n, i) => strides[i] === n && (n === 1 || dilation[i] === 1)) &&
  outHeight * size[0] === height &&
  outWidth * size[1] === width;

/** Rows of output per task, by shape alone. */
const perTask = (shape: PoolShape): number =>
  Math.max(
    1,
    Math.ceil((shape.images * shape.outHeight) / 2048),
    Math.ceil(8192 / (shape.outWidth * shape.channels * shape.size[0] * shape.size[1])),
  );

export function pool2d(
  [x]: readonly View[],
  [y]: readonly View[],
  attributes: PoolAttributes,
  phases: PhaseList,
): boolean {
  if (!isDenseFloat(x) || !isDenseFloat(y) || x.shape.includes(0)) return false;
  const shape = poolShape(x, y, attributes);
  const rows = shape.images * shape.outHeight;
  const rowsPerTask = perTask(shape);
  phases.run(
    poolKernel(shape, rowsPerTask),
    [addressOf(x), addressOf(y), rows],
    Math.ceil(rows / rowsPerTask),
  );
  return true;
}

/** Walks the output row by row, pixel by pixel, and its channels vector by vector. */
function overPixels(
  b: KernelBuilder,
  shape: PoolShape,
  rows: Value,
  rowsPerTask: number,
  pixel: (image: Value, y: Value, x: Value, row: Value) => void,
): void {
  const first = b.let(b.task.mul(rowsPerTask));
  const end = b.let(first.add(rowsPerTask));
  b.set(end, end.lt(rows).select(end, rows));
  b.for(first, end, 1, (row) => {
    const image = b.let(row.divU(shape.outHeight));
    const y = b.let(row.remU(shape.outHeight));
    b.for(0, shape.outWidth, 1, (x) => pixel(image, y, x, row));
  });
}

interface Cell {
  readonly address: Value;
  /** Whether the cell lies inside the image; null where it always does. */
  readonly inside: Value | null;
}

/** The cells of the window at output (y, x), first rows, then columns. */
function cells(b: KernelBuilder, shape: PoolShape, base: Value, y: Value, x: Value): Cell[] {
  const { size, strides, padding, dilation, height, width, channels, outHeight, outWidth } = shape;
  const list: Cell[] = [];
  const tops = Array.from({ length: size[0] }, (_, i) =>
    axis(y, strides[0], i * dilation[0] - padding[0][0], height, outHeight),
  );
  const lefts = Array.from({ length: size[1] }, (_, i) =>
    axis(x, strides[1], i * dilation[1] - padding[1][0], width, outWidth),
  );
  const named = (p: Position): Position => ({
    at: b.let(p.at),
    inside: p.inside && b.let(p.inside),
  });
  const columns = lefts.map(named);
  for (const top of tops.map(named)) {
    for (const left of columns) {
      const inside =
        top.inside && left.inside ? top.inside.and(left.inside) : (top.inside ?? left.inside);
      list.push({
        address: b.let(
          base.add(
            top.at
              .mul(width)
              .add(left.at)
              .mul(channels * 4),
          ),
        ),
        inside: inside && b.let(inside),
      });
    }
  }
  return list;
}

interface Position {
  readonly at: Value;
  readonly inside: Value | null;
}

function axis(
  index: Value,
  stride: number,
  shift: number,
  size: number,
  outSize: number,
): Position {
  const at = index.mul(stride).add(shift);
  const always = shift >= 0 && (outSize - 1) * stride + shift < size;
  return { at, inside: always ? null : at.ge(0).and(at.lt(size)) };
}

function poolKernel(shape: PoolShape, rowsPerTask: number): KernelSpec {
  const { op, channels, height, width, outWidth, size, countPadding } = shape;
  return {
    key: `pool2d|${describe(shape)}|${rowsPerTask}`,
    write: (b) => {
      const [input, output, rows] = [b.arg(0), b.arg(1), b.arg(2)];
      overPixels(b, shape, rows, rowsPerTask, (image, y, x, row) => {
        const base = b.let(input.add(image.mul(height * width * channels * 4)));
        const window = cells(b, shape, base, y, x);
        const out = b.let(
          output.add(
            row
              .mul(outWidth)
              .add(x)
              .mul(channels * 4),
          ),
        );
        const divisor = op === 'average' ? divisorOf(b, window, size, countPadding) : null;
        overChannels(b, channels, (offset, lanes) => {
          const result = b.let(b.constant('f32v', op === 'max' ? Number.NEGATIVE_INFINITY : 0));
          for (const { address, inside } of window) {
            const visit = () => {
              const value = b.let(b.loadFirst(lanes, address.add(offset)));
              b.set(
                result,
                op === 'max' ? takes(result, value).select(value, result) : result.add(value),
              );
            };
            if (inside) b.if(inside, visit);
            else visit();
          }
          if (divisor) b.set(result, result.div(divisor.splat()));
          b.storeFirst(lanes, out.add(offset), 0, result);
        });
      });
    },
  };
}

/** How many cells the average of a window is over, as a float. */
function divisorOf(
  b: KernelBuilder,
  window: readonly Cell[],
  size: readonly [number, number],
  countPadding: boolean,
): Value {
  if (countPadding || window.every((cell) => !cell.inside)) return b.f32(size[0] * size[1]);
  const count = window.reduce<Value>(
    (sum, { inside }) => (inside ? sum.add(inside) : sum.add(1)),
    b.i32(0),
  );
  return b.let(count.toF32());
}

export function pool2dGrad(
  [dy, x]: readonly View[],
  [dx]: readonly View[],
  attributes: PoolAttributes & Following,
  phases: PhaseList,
): boolean {
  if (![dy, x, dx].every((v) => !v || isDenseFloat(v)) || dx.shape.includes(0)) return false;
  const shape = poolShape(dx, dy, attributes);
  const { size, strides, dilation } = shape;
  // Windows that do not overlap may be done in any order.
  const apart =
    strides[0] >= (size[0] - 1) * dilation[0] + 1 && strides[1] >= (size[1] - 1) * dilation[1] + 1;
  const covers = coversExactly(dx.shape, dy.shape, attributes);
  if (!covers)
    emitZeros(
      addressOf(dx),
      dx.shape.reduce((n, s) => n * s, 1),
      phases,
    );
  // Overlapping windows of one image are added by one task, in order.
  const rowsPerTask = apart ? perTask(shape) : shape.outHeight * Math.ceil(shape.images / 2048);
  const rows = shape.images * shape.outHeight;
  phases.run(
    poolGradKernel(shape, rowsPerTask, covers),
    [addressOf(dy), x ? addressOf(x) : 0, addressOf(dx), rows],
    Math.ceil(rows / rowsPerTask),
  );
  return true;
}

function poolGradKernel(shape: PoolShape, rowsPerTask: number, covers: boolean): KernelSpec {
  const { op, channels, height, width, outWidth, size, countPadding, following } = shape;
  return {
    key: `pool2dGrad|${describe(shape)}|${rowsPerTask}|${covers}`,
    write: (b) => {
      const [dy, x, dx, rows] = [b.arg(0), b.arg(1), b.arg(2), b.arg(3)];
      overPixels(b, shape, rows, rowsPerTask, (image, oy, ox, row) => {
        const imageBytes = b.let(image.mul(height * width * channels * 4));
        const targets = cells(b, shape, b.let(dx.add(imageBytes)), oy, ox);
        const toInput = b.let(x.sub(dx));
        const from = b.let(
          dy.add(
            row
              .mul(outWidth)
              .add(ox)
              .mul(channels * 4),
          ),
        );
        const divisor = op === 'average' ? divisorOf(b, targets, size, countPadding) : null;
        overChannels(b, channels, (offset, lanes) => {
          const gradient = b.let(b.loadFirst(lanes, from.add(offset)));
          const load = (cell: Cell) => b.loadFirst(lanes, cell.address.add(toInput).add(offset));
          const put = (cell: Cell, value: Value) => {
            const at = b.let(cell.address.add(offset));
            const sum = covers ? value : b.loadFirst(lanes, at).add(value);
            const result = following
              ? new FormulaWriter(b, 'f32v', [b.let(sum), b.let(load(cell))]).write(following)
              : sum;
            b.storeFirst(lanes, at, 0, result);
          };
          const visit = (cell: Cell, body: () => void) =>
            cell.inside ? b.if(cell.inside, body) : body();
          if (divisor) {
            const share = b.let(gradient.div(divisor.splat()));
            for (const cell of targets) visit(cell, () => put(cell, share));
            return;
          }
          const best = b.let(b.constant('f32v', Number.NEGATIVE_INFINITY));
          for (const cell of targets) visit(cell, () => b.set(best, best.max(load(cell))));
          // What is left of the gradient: the first cell that holds the maximum takes it all.
          const rest = b.let(gradient);
          const open = b.let(b.constant('f32v', 1));
          for (const cell of targets) {
            visit(cell, () => {
              const value = b.let(load(cell));
              const hit = value.eq(best).or(value.ne(value)).and(open.ne(0));
              put(cell, hit.select(rest, 0));
              b.set(open, hit.select(b.constant('f32v', 0), open));
            });
          }
        });
      });
    },
  };
}
