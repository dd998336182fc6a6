import type { Expr } from '../../../../expr/index.ts';
import {
  type KernelBuilder,
  panelColumns,
  type TargetTraits,
  type Value,
} from '../../builder/index.ts';
import type { ConvShape } from '../conv-geometry.ts';
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

/** Size of the framed input that the pieces read. */
export const winogradFrame = (
  outHeight: number,
  outWidth: number,
  kernel: KernelSide,
): [number, number] => {
  const step = stepOf(kernel);
  const [down, across] = piecesOf(outHeight, outWidth, kernel);
  return [down * step + kernel - 1, across * step + kernel - 1];
};

/** A convolution over frames that lie ready, each large enough for its pieces. */
export interface WinogradConv {
  readonly kernel: KernelSide;
  readonly images: number;
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

export const up = (n: number, unit: number): number => Math.ceil(n / unit) * unit;

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
  readonly frameHeight: number;
  readonly frameWidth: number;
  /** Channels and filters, rounded up to vectors and panels. */
  readonly channelRow: number;
  readonly filterRow: number;
}

export function sizesOf(conv: WinogradConv, target: TargetTraits): Sizes {
  const { kernel } = conv;
  const step = stepOf(kernel);
  const [down, across] = piecesOf(conv.outHeight, conv.outWidth, kernel);
  const [frameHeight, frameWidth] = winogradFrame(conv.outHeight, conv.outWidth, kernel);
  const channelRow = up(conv.channels, 16);
  const filterRow = up(conv.filters, panelColumns(target));
  const pieces = conv.images * down * across;
  const fits = Math.floor(taskBytes / (frequencies * rowUnits(conv) * 4 * pieceUnit));
  const wanted = Math.ceil(pieces / (pieceUnit * 16));
  const perTask = pieceUnit * Math.max(1, Math.min(fits, wanted));
  return { step, down, across, pieces, perTask, frameHeight, frameWidth, channelRow, filterRow };
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

/** Channels in vectors: whole ones in a loop, then the rest. */
export function overVectors(
  b: KernelBuilder,
  channels: number,
  body: (offset: Value, lanes: number) => void,
): void {
  const whole = Math.floor(channels / b.lanes) * b.lanes;
  if (whole) b.for(0, whole * 4, b.vectorBytes, (offset) => body(offset, b.lanes));
  if (channels % b.lanes) body(b.i32(whole * 4), channels % b.lanes);
}

/** V[f][piece][c] = B' d B. */
export function transformInput(
  b: KernelBuilder,
  conv: WinogradConv,
  sizes: Sizes,
  x: Value,
  piece: Piece,
  out: Value,
  local: Value,
): void {
  const { frameHeight, frameWidth, perTask, channelRow } = sizes;
  const plane = planeBytes(perTask, channelRow);
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
      (r, c, value) => b.store(target, (r * 6 + c) * plane, value),
    );
  });
}
