import type { Expr } from '../../../../../expr/index.ts';
import {
  type KernelBuilder,
  panelColumns,
  type TargetTraits,
  type Value,
} from '../../../builder/index.ts';
import { overChannels } from '../../channels.ts';
import { zero } from '../../fill.ts';
import { mostVectorBytes, up } from '../../layout.ts';
import type { ConvShape } from '../geometry.ts';
import { inputLine, transformSquare } from './transforms.ts';

/** Side of the filters that Winograd's method is used for. */
export type KernelSide = 3 | 5;

/** Side of a piece of the input, and of what it is transformed into. */
const side = 6;

export const frequencies = side * side;

/** Side of a piece of the output. */
export const stepOf = (kernel: KernelSide): number => side + 1 - kernel;

/** Channels from which the transforms cost less than they save. */
export const fewestChannels = 8;

/** Bytes of transformed pieces that a task may hold: they stay in the second-level cache. */
export const taskBytes = 320 * 1024;

/** Whether a convolution is 3x3 or 5x5 with step 1, and large enough for Winograd's method. */
export const suitsWinograd = (shape: ConvShape): boolean =>
  (shape.kernelHeight === 3 || shape.kernelHeight === 5) &&
  shape.kernelWidth === shape.kernelHeight &&
  shape.groups === 1 &&
  [...shape.strides, ...shape.dilation].every((n) => n === 1) &&
  shape.channels >= fewestChannels &&
  shape.filters >= fewestChannels &&
  shape.outHeight >= 4 &&
  shape.outWidth >= 4;

/** Pieces that cover the output, along height and width. */
export const piecesOf = (
  outHeight: number,
  outWidth: number,
  kernel: KernelSide,
): [number, number] => [
  Math.ceil(outHeight / stepOf(kernel)),
  Math.ceil(outWidth / stepOf(kernel)),
];

/** A convolution with padding above and at the left; pieces that reach beyond the input find zeros there. */
export interface WinogradConv {
  readonly kernel: KernelSide;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  readonly channels: number;
  readonly filters: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly bias: boolean;
  /** Whether the maximum of each 2x2 square of the output, of even size, is stored too, or instead of it, or with its place. */
  readonly pooling: 'none' | 'too' | 'only' | 'places';
  readonly activation: Expr | null;
  /** Whether the activation's input 1 is a tensor of the output's layout; not where it is pooled. */
  readonly beside?: boolean;
}

/** Pieces come in eights, a whole number of any target's tile rows. */
export const pieceUnit = 8;

/** Floats of one piece at one frequency, by shape alone. */
export const rowUnits = ({ channels, filters }: WinogradConv): number =>
  up(channels, 16) + up(filters, 32);

/**
 * Bytes of a frequency's plane of so many rows. They are no power of two: a piece has an element in each of the planes, and these
 * must not all lie in one set of the first-level cache.
 */
export const planeBytes = (rows: number, row: number): number => (rows * row + 16) * 4;

export interface Sizes {
  readonly step: number;
  readonly down: number;
  readonly across: number;
  readonly pieces: number;
  readonly perTask: number;
  /** Channels and filters, rounded up to vectors and panels. */
  readonly channelRow: number;
  readonly filterRow: number;
}

export function sizesOf(conv: WinogradConv, target: TargetTraits): Sizes {
  const { kernel } = conv;
  const step = stepOf(kernel);
  const [down, across] = piecesOf(conv.outHeight, conv.outWidth, kernel);
  const channelRow = up(conv.channels, 16);
  const filterRow = up(conv.filters, panelColumns(target));
  const pieces = conv.images * down * across;
  const fits = Math.floor(taskBytes / (frequencies * rowUnits(conv) * 4 * pieceUnit));
  const wanted = Math.ceil(pieces / (pieceUnit * 16));
  const perTask = pieceUnit * Math.max(1, Math.min(fits, wanted));
  return { step, down, across, pieces, perTask, channelRow, filterRow };
}

export interface Piece {
  readonly image: Value;
  /** First row and column of the output. */
  readonly top: Value;
  readonly left: Value;
}

/** The pieces of a task, numbered across images; `local` counts within the task. */
export function overPieces(
  b: KernelBuilder,
  sizes: Sizes,
  body: (piece: Piece, local: Value) => void,
): void {
  const { step, down, across, pieces, perTask } = sizes;
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

/** Whether pieces reach beyond the input. */
const reachesOut = ({ height, width, top, left, kernel, ...conv }: WinogradConv): boolean => {
  const [down, across] = piecesOf(conv.outHeight, conv.outWidth, kernel);
  const reach = (pieces: number): number => (pieces - 1) * stepOf(kernel) + side;
  return top > 0 || left > 0 || reach(down) > height || reach(across) > width;
};

/** Memory for a piece that reaches beyond the input, with zeros there. */
export const edgeBytes = (conv: WinogradConv): number =>
  reachesOut(conv) ? up(frequencies * conv.channels * 4, mostVectorBytes) : 0;

/** V[f][piece][c] = B' d B; pieces at the edges are put together in `edge`. */
export function transformInput(
  b: KernelBuilder,
  conv: WinogradConv,
  { perTask, channelRow }: Sizes,
  x: Value,
  piece: Piece,
  edge: Value,
  out: Value,
  local: Value,
): void {
  const { height, width, channels } = conv;
  const plane = planeBytes(perTask, channelRow);
  const pixel = channels * 4;
  const top = b.let(piece.top.sub(conv.top));
  const left = b.let(piece.left.sub(conv.left));
  const row = piece.image.mul(height).add(top);
  const from = b.let(x.add(row.mul(width).add(left).mul(pixel)));
  const rowBytes = b.let(b.i32(width * pixel));
  if (reachesOut(conv)) {
    const inside = [
      top.ge(0).and(left.ge(0)),
      top.le(height - side).and(left.le(width - side)),
    ].reduce((p, q) => p.and(q));
    b.if(inside.eq(0), () => {
      copyEdge(b, conv, from, top, left, edge);
      b.set(from, edge);
      b.set(rowBytes, side * pixel);
    });
  }
  const rows = [b.let(from)];
  for (let r = 1; r < side; r++) rows.push(b.let(rows[r - 1].add(rowBytes)));
  const to = b.let(out.add(local.mul(channelRow * 4)));
  overChannels(b, channels, (offset, lanes) => {
    const lines = rows.map((at) => b.let(at.add(offset)));
    const target = b.let(to.add(offset));
    transformSquare(
      b,
      6,
      inputLine,
      (r, c) => b.loadFirst(lanes, lines[r], c * pixel),
      (r, c, value) => b.store(target, (r * 6 + c) * plane, value),
    );
  });
}

/** A piece with zeros where it lies outside the input. */
function copyEdge(
  b: KernelBuilder,
  { height, width, channels }: WinogradConv,
  from: Value,
  top: Value,
  left: Value,
  edge: Value,
): void {
  const pixel = channels * 4;
  zero(b, edge, frequencies * channels);
  const within = (first: Value, size: number): [Value, Value] => {
    const begin = b.let(first.lt(0).select(b.i32(0).sub(first), 0));
    const end = b.let(b.i32(size).sub(first));
    b.set(end, end.lt(side).select(end, side));
    return [begin, end];
  };
  const [firstRow, endRow] = within(top, height);
  const [firstColumn, endColumn] = within(left, width);
  b.for(firstRow, endRow, 1, (r) => {
    const source = b.let(from.add(r.mul(width * pixel)));
    const target = b.let(edge.add(r.mul(side * pixel)));
    b.for(firstColumn, endColumn, 1, (c) => {
      const [at, to] = [source, target].map((line) => b.let(line.add(c.mul(pixel))));
      overChannels(b, channels, (offset, lanes) =>
        b.storeFirst(lanes, b.let(to.add(offset)), 0, b.loadFirst(lanes, b.let(at.add(offset)))),
      );
    });
  });
}
