import type { Expr } from '../../../expr/index.ts';
import {
  type KernelBuilder,
  panelColumns,
  type TargetTraits,
  type Value,
} from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import type { ConvShape } from './conv-geometry.ts';
import { FormulaWriter } from './formula.ts';
import { plain, reduceColumns } from './reduce.ts';
import { accumulate, loadTile, newTile, storeTile } from './tile.ts';
import {
  filterGradientLine,
  filterLine,
  gradientLine,
  inputLine,
  outputLine,
  transformSquare,
} from './winograd-transforms.ts';

/** Side of a piece of the output; a piece of the input is two larger. */
const step = 4;
const frequencies = 36;
/** Channels from which the transforms cost less than they save. */
const fewestChannels = 8;
/** Bytes of transformed pieces that a task may hold: they stay in the second-level cache. */
const taskBytes = 320 * 1024;

/** Whether a convolution is 3x3 with step 1, and large enough for Winograd's method. */
export const suitsWinograd = (shape: ConvShape): boolean =>
  shape.kernelHeight === 3 &&
  shape.kernelWidth === 3 &&
  shape.groups === 1 &&
  [...shape.strides, ...shape.dilation].every((n) => n === 1) &&
  shape.channels >= fewestChannels &&
  shape.filters >= fewestChannels &&
  shape.outHeight >= step &&
  shape.outWidth >= step;

/** Pieces that cover the output, along height and width. */
export const piecesOf = (outHeight: number, outWidth: number): [number, number] => [
  Math.ceil(outHeight / step),
  Math.ceil(outWidth / step),
];

/** Size of the framed input that the pieces read. */
export const winogradFrame = (outHeight: number, outWidth: number): [number, number] => {
  const [down, across] = piecesOf(outHeight, outWidth);
  return [down * step + 2, across * step + 2];
};

/** A convolution over frames that lie ready, each large enough for its pieces. */
export interface WinogradConv {
  readonly images: number;
  readonly channels: number;
  readonly filters: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly bias: boolean;
  readonly activation: Expr | null;
}

/** How a 3x3 filter [ky, kx, c, o] lies: strides in elements; a turned filter has negative tap strides. */
export interface FilterLayout {
  readonly tapRow: number;
  readonly tapColumn: number;
  readonly channel: number;
  readonly filter: number;
}

/** Pieces come in eights, a whole number of any target's tile rows. */
const pieceUnit = 8;
/** Floats of one piece at one frequency, by shape alone. */
const rowUnits = ({ channels, filters }: WinogradConv): number =>
  up(channels, 16) + up(filters, 32);

const up = (n: number, unit: number): number => Math.ceil(n / unit) * unit;

const describe = ({ activation, ...rest }: WinogradConv): string =>
  `${Object.values(rest).join()}|${activation?.key ?? ''}`;

interface Sizes {
  readonly down: number;
  readonly across: number;
  readonly pieces: number;
  readonly perTask: number;
  readonly frameHeight: number;
  readonly frameWidth: number;
  /** Channels and filters, rounded up to vectors and panels. */
  readonly channelRow: number;
  readonly filterRow: number;
}

function sizesOf(conv: WinogradConv, target: TargetTraits): Sizes {
  const [down, across] = piecesOf(conv.outHeight, conv.outWidth);
  const [frameHeight, frameWidth] = winogradFrame(conv.outHeight, conv.outWidth);
  const channelRow = up(conv.channels, 16);
  const filterRow = up(conv.filters, panelColumns(target));
  const pieces = conv.images * down * across;
  const fits = Math.floor(taskBytes / (frequencies * rowUnits(conv) * 4 * pieceUnit));
  const wanted = Math.ceil(pieces / (pieceUnit * 16));
  const perTask = pieceUnit * Math.max(1, Math.min(fits, wanted));
  return { down, across, pieces, perTask, frameHeight, frameWidth, channelRow, filterRow };
}

/** Transformed filters, [36][filters / panel][channels][panel]; gives their address. */
export function emitWinogradFilters(
  channels: number,
  filters: number,
  layout: FilterLayout,
  address: number,
  phases: PhaseList,
): number {
  const panel = panelColumns(phases.target);
  const out = phases.scratch(frequencies * up(filters, panel) * channels * 4);
  const perTask = Math.max(1, Math.ceil(512 / up(filters, panel)));
  phases.run(
    filterKernel(channels, filters, layout, perTask),
    [address, out],
    Math.ceil(channels / perTask),
  );
  return out;
}

function filterKernel(
  channels: number,
  filters: number,
  layout: FilterLayout,
  perTask: number,
): KernelSpec {
  return {
    key: `winogradFilter|${channels}|${filters}|${Object.values(layout)}|${perTask}`,
    write: (b) => {
      const [from, out] = [b.arg(0), b.arg(1)];
      const panel = panelColumns(b.target);
      const panels = Math.ceil(filters / panel);
      const panelBytes = channels * panel * 4;
      const first = b.let(b.task.mul(perTask));
      const last = b.let(first.add(perTask));
      b.set(last, last.lt(channels).select(last, b.i32(channels)));
      b.for(first, last, 1, (c) => {
        const square = (at: Value, to: Value, lanes: number) => {
          const tap = (row: number, column: number): Value => {
            const address = at.add((row * layout.tapRow + column * layout.tapColumn) * 4);
            return layout.filter === 1
              ? b.loadFirst(lanes, b.let(address))
              : b.gather(lanes, b.let(address), layout.filter * 4);
          };
          transformSquare(b, 3, filterLine, tap, (row, column, value) => {
            b.store(to, (row * 6 + column) * panels * panelBytes, value);
          });
        };
        const source = b.let(from.add(c.mul(layout.channel * 4)));
        const target = b.let(out.add(c.mul(panel * 4)));
        for (let v = 0; v < panel; v += b.lanes) {
          const at = b.let(source.add(v * layout.filter * 4));
          const to = b.let(target.add(v * 4));
          const whole =
            Math.floor((filters - v) / panel) + ((filters - v) % panel >= b.lanes ? 1 : 0);
          if (whole > 0) {
            b.for(0, whole, 1, () => {
              square(at, to, b.lanes);
              b.set(at, at.add(panel * layout.filter * 4));
              b.set(to, to.add(panelBytes));
            });
          }
          if (whole < panels) {
            const lanes = Math.min(b.lanes, Math.max(0, filters - (panels - 1) * panel - v));
            if (lanes > 0) square(at, to, lanes);
            else {
              for (let f = 0; f < frequencies; f++) b.store(to, f * panels * panelBytes, b.zero());
            }
          }
        }
      });
    },
  };
}

export function emitWinogradConv(
  conv: WinogradConv,
  x: number,
  filters: number,
  bias: number,
  y: number,
  phases: PhaseList,
): void {
  const sizes = sizesOf(conv, phases.target);
  phases.run(
    convKernel(conv, sizes),
    [x, filters, bias, y],
    Math.ceil(sizes.pieces / sizes.perTask),
  );
}

function convKernel(conv: WinogradConv, sizes: Sizes): KernelSpec {
  const { perTask, channelRow, filterRow } = sizes;
  const products = frequencies * perTask * channelRow * 4;
  return {
    key: `winograd|${describe(conv)}`,
    scratch: products + frequencies * perTask * filterRow * 4,
    write: (b) => {
      const [x, filters, bias, y] = [b.arg(0), b.arg(1), b.arg(2), b.arg(3)];
      const transformed = b.let(b.scratch);
      const summed = b.let(b.scratch.add(products));
      overPieces(b, sizes, (piece, local) =>
        transformInput(b, conv, sizes, x, piece, transformed, local),
      );
      multiply(b, sizes, conv.channels, filterRow, channelRow, transformed, filters, summed);
      overPieces(b, sizes, (piece, local) =>
        transformOutput(
          b,
          conv,
          sizes,
          piece,
          b.let(summed.add(local.mul(filterRow * 4))),
          bias,
          y,
        ),
      );
    },
  };
}

interface Piece {
  readonly image: Value;
  /** First row and column of the output. */
  readonly top: Value;
  readonly left: Value;
}

/** The pieces of a task, numbered across images; `local` counts within the task. */
function overPieces(
  b: KernelBuilder,
  sizes: Sizes,
  body: (piece: Piece, local: Value) => void,
): void {
  const { down, across, pieces, perTask } = sizes;
  const first = b.let(b.task.mul(perTask));
  const count = b.let(b.i32(pieces).sub(first));
  b.set(count, count.lt(perTask).select(count, b.i32(perTask)));
  b.for(0, count, 1, (local) => {
    const index = b.let(first.add(local));
    body(
      {
        image: b.let(index.divU(down * across)),
        top: b.let(index.divU(across).remU(down).mul(step)),
        left: b.let(index.remU(across).mul(step)),
      },
      local,
    );
  });
}

/** Channels in vectors: whole ones in a loop, then the rest. */
function overVectors(
  b: KernelBuilder,
  channels: number,
  body: (offset: Value, lanes: number) => void,
): void {
  const whole = Math.floor(channels / b.lanes) * b.lanes;
  if (whole) b.for(0, whole * 4, b.vectorBytes, (offset) => body(offset, b.lanes));
  if (channels % b.lanes) body(b.i32(whole * 4), channels % b.lanes);
}

/** V[f][piece][c] = B' d B. */
function transformInput(
  b: KernelBuilder,
  conv: WinogradConv,
  sizes: Sizes,
  x: Value,
  piece: Piece,
  out: Value,
  local: Value,
): void {
  const { frameHeight, frameWidth, perTask, channelRow } = sizes;
  const pixel = conv.channels * 4;
  const row = piece.image.mul(frameHeight).add(piece.top);
  const from = b.let(x.add(row.mul(frameWidth).add(piece.left).mul(pixel)));
  const to = b.let(out.add(local.mul(channelRow * 4)));
  overVectors(b, conv.channels, (offset, lanes) => {
    const at = b.let(from.add(offset));
    const target = b.let(to.add(offset));
    transformSquare(
      b,
      6,
      inputLine,
      (r, c) => b.loadFirst(lanes, at, (r * frameWidth + c) * pixel),
      (r, c, value) => b.store(target, (r * 6 + c) * perTask * channelRow * 4, value),
    );
  });
}

/** M[f] = V[f] U[f] for all frequencies: rows are pieces, columns panels of filters. */
function multiply(
  b: KernelBuilder,
  { perTask }: Sizes,
  depth: number,
  columns: number,
  leftRow: number,
  left: Value,
  right: Value,
  out: Value,
): void {
  const panel = panelColumns(b.target);
  const { tileRows } = b.target;
  const leftAt = b.let(left);
  const rightAt = b.let(right);
  const outAt = b.let(out);
  b.for(0, frequencies, 1, () => {
    b.for(0, columns, panel, (column) => {
      const rowAt = b.let(leftAt);
      const to = b.let(outAt.add(column.shl(2)));
      b.for(0, perTask, tileRows, () => {
        const tile = newTile(b, tileRows, panel);
        accumulate(
          b,
          tile,
          {
            left: b.let(rowAt),
            leftRow: leftRow * 4,
            leftStep: 4,
            right: b.let(rightAt),
            rightStep: panel * 4,
            padded: true,
          },
          depth,
        );
        storeTile(b, tile, to, columns * 4);
        b.set(rowAt, rowAt.add(tileRows * leftRow * 4));
        b.set(to, to.add(tileRows * columns * 4));
      });
      b.set(rightAt, rightAt.add(depth * panel * 4));
    });
    b.set(leftAt, leftAt.add(perTask * leftRow * 4));
    b.set(outAt, outAt.add(perTask * columns * 4));
  });
}

/** y = activation(A' M A + bias), where the piece lies inside the output. */
function transformOutput(
  b: KernelBuilder,
  conv: WinogradConv,
  sizes: Sizes,
  piece: Piece,
  from: Value,
  bias: Value,
  y: Value,
): void {
  const { outHeight, outWidth, filters, activation } = conv;
  const plane = sizes.perTask * sizes.filterRow * 4;
  const pixel = filters * 4;
  const to = b.let(
    y.add(piece.image.mul(outHeight).add(piece.top).mul(outWidth).add(piece.left).mul(pixel)),
  );
  const rowsInside = outHeight % step ? b.let(b.i32(outHeight).sub(piece.top)) : null;
  const columnsInside = outWidth % step ? b.let(b.i32(outWidth).sub(piece.left)) : null;
  overVectors(b, filters, (offset, lanes) => {
    const at = b.let(from.add(offset));
    const target = b.let(to.add(offset));
    const added = conv.bias ? b.let(b.loadFirst(lanes, bias.add(offset))) : null;
    transformSquare(
      b,
      6,
      outputLine,
      (r, c) => b.load('f32v', at, (r * 6 + c) * plane),
      (r, c, value) => {
        const sum = b.let(added ? value.add(added) : value);
        const put = () => {
          const result = activation ? new FormulaWriter(b, 'f32v', [sum]).write(activation) : sum;
          b.storeFirst(lanes, target, (r * outWidth + c) * pixel, result);
        };
        const conditions = [rowsInside?.gt(r), columnsInside?.gt(c)].filter((v) => v !== undefined);
        if (conditions.length)
          b.if(
            conditions.reduce((p, q) => p.and(q)),
            put,
          );
        else put();
      },
    );
  });
}

/**
 * dFilter = G' [sum over pieces of (B' d B)' (A dy A')] G, by slices of the images with sums of their own, added in a
 * fixed order. `dy` lies in frames that the pieces cover.
 */
export function emitWinogradFilterGrad(
  conv: WinogradConv,
  x: number,
  dy: number,
  out: number,
  phases: PhaseList,
): void {
  const sizes = sizesOf(conv, phases.target);
  const size = frequencies * sizes.channelRow * sizes.filterRow;
  const tasks = Math.ceil(sizes.pieces / sizes.perTask);
  const slices = Math.max(
    1,
    Math.min(
      16,
      tasks,
      Math.floor(2 ** 22 / (frequencies * up(conv.channels, 16) * up(conv.filters, 32))),
    ),
  );
  const tasksPerSlice = Math.ceil(tasks / slices);
  const used = Math.ceil(tasks / tasksPerSlice);
  const partial = phases.scratch(used * size * 4);
  phases.run(filterGradKernel(conv, sizes, tasksPerSlice, tasks), [x, dy, partial], used);
  let total = partial;
  if (used > 1) {
    total = phases.scratch(size * 4);
    reduceColumns(plain({ op: 'sum' }), 1, used, size, [partial], total, phases);
  }
  phases.run(filterGradTransform(conv, sizes), [total, out], conv.channels);
}

function filterGradKernel(
  conv: WinogradConv,
  sizes: Sizes,
  blocksPerSlice: number,
  blocks: number,
): KernelSpec {
  const { perTask, channelRow, filterRow, down, across, pieces, frameHeight, frameWidth } = sizes;
  const transformedBytes = frequencies * perTask * channelRow * 4;
  const dyHeight = down * step;
  const dyWidth = across * step;
  return {
    key: `winogradFilterGrad|${describe(conv)}|${blocksPerSlice}`,
    scratch: transformedBytes + frequencies * perTask * filterRow * 4,
    write: (b) => {
      const [x, dy, out] = [b.arg(0), b.arg(1), b.arg(2)];
      const transformed = b.let(b.scratch);
      const gradients = b.let(b.scratch.add(transformedBytes));
      const sums = b.let(out.add(b.task.mul(frequencies * channelRow * filterRow * 4)));
      const firstBlock = b.let(b.task.mul(blocksPerSlice));
      const lastBlock = b.let(firstBlock.add(blocksPerSlice));
      b.set(lastBlock, lastBlock.lt(blocks).select(lastBlock, b.i32(blocks)));
      b.for(firstBlock, lastBlock, 1, (block) => {
        const first = b.let(block.mul(perTask));
        const count = b.let(b.i32(pieces).sub(first));
        b.set(count, count.lt(perTask).select(count, b.i32(perTask)));
        b.for(0, count, 1, (local) => {
          const index = b.let(first.add(local));
          const image = b.let(index.divU(down * across));
          const top = b.let(index.divU(across).remU(down).mul(step));
          const left = b.let(index.remU(across).mul(step));
          transformInput(
            b,
            conv,
            { ...sizes, frameHeight, frameWidth },
            x,
            { image, top, left },
            transformed,
            local,
          );
          const from = b.let(
            dy.add(
              image
                .mul(dyHeight)
                .add(top)
                .mul(dyWidth)
                .add(left)
                .mul(conv.filters * 4),
            ),
          );
          const to = b.let(gradients.add(local.mul(filterRow * 4)));
          overVectors(b, conv.filters, (offset, lanes) => {
            const at = b.let(from.add(offset));
            const target = b.let(to.add(offset));
            transformSquare(
              b,
              4,
              gradientLine,
              (r, c) => b.loadFirst(lanes, at, (r * dyWidth + c) * conv.filters * 4),
              (r, c, value) => b.store(target, (r * 6 + c) * perTask * filterRow * 4, value),
            );
          });
        });
        addProducts(
          b,
          sizes,
          conv.channels,
          block.eq(firstBlock),
          count,
          transformed,
          gradients,
          sums,
        );
      });
    },
  };
}

/** dU[f] (+)= V[f]' dM[f]: rows are channels, columns filters, summed over `count` pieces. */
function addProducts(
  b: KernelBuilder,
  sizes: Sizes,
  channels: number,
  isFirst: Value,
  count: Value,
  left: Value,
  right: Value,
  out: Value,
): void {
  const { perTask, channelRow, filterRow } = sizes;
  const panel = panelColumns(b.target);
  const begins = b.let(isFirst);
  const { tileRows } = b.target;
  const leftAt = b.let(left);
  const rightAt = b.let(right);
  const outAt = b.let(out);
  b.for(0, frequencies, 1, () => {
    b.for(0, filterRow, panel, (column) => {
      b.for(0, up(channels, tileRows), tileRows, (row) => {
        const tile = newTile(b, tileRows, panel);
        const to = b.let(outAt.add(row.mul(filterRow * 4)).add(column.shl(2)));
        b.if(begins.eq(0), () => loadTile(b, tile, to, filterRow * 4));
        const factors = {
          left: b.let(leftAt.add(row.shl(2))),
          leftRow: 4,
          leftStep: channelRow * 4,
          right: b.let(rightAt.add(column.shl(2))),
          rightStep: filterRow * 4,
          padded: true,
        };
        b.if(
          count.eq(perTask),
          () => accumulate(b, tile, factors, perTask),
          () => accumulate(b, tile, factors, count),
        );
        storeTile(b, tile, to, filterRow * 4);
      });
    });
    b.set(leftAt, leftAt.add(perTask * channelRow * 4));
    b.set(rightAt, rightAt.add(perTask * filterRow * 4));
    b.set(outAt, outAt.add(channelRow * filterRow * 4));
  });
}

/** One task a channel: dFilter[ky, kx, c, o] from dU. */
function filterGradTransform(conv: WinogradConv, sizes: Sizes): KernelSpec {
  const { channelRow, filterRow } = sizes;
  const { channels, filters } = conv;
  return {
    key: `winogradFilterGradTransform|${channels}|${filters}`,
    write: (b) => {
      const from = b.let(b.arg(0).add(b.task.mul(filterRow * 4)));
      const to = b.let(b.arg(1).add(b.task.mul(filters * 4)));
      overVectors(b, filters, (offset, lanes) => {
        const at = b.let(from.add(offset));
        const target = b.let(to.add(offset));
        transformSquare(
          b,
          6,
          filterGradientLine,
          (r, c) => b.load('f32v', at, (r * 6 + c) * channelRow * filterRow * 4),
          (r, c, value) => b.storeFirst(lanes, target, (r * 3 + c) * channels * filters * 4, value),
        );
      });
    },
  };
}
