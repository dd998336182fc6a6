import { badOption, choice, nullable, option } from '../config/index.ts';
import { moveAxis } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';

/** One size for all axes, or a list with one for each. */
export type PerAxis = number | readonly number[];

/** Checks one size for all of `rank` axes, or one for each; kept as a list. */
export const parsePerAxis =
  (rank: number, least = 1) =>
  (input: PerAxis, where: string): readonly number[] => {
    const list = typeof input === 'number' ? new Array<number>(rank).fill(input) : input;
    const good =
      Array.isArray(list) &&
      list.length === rank &&
      list.every((n) => Number.isInteger(n) && n >= least);
    if (!good) {
      throw badOption(
        where,
        `an integer >= ${least}${rank > 1 ? ` or ${rank} of them` : ''}`,
        input,
      );
    }
    return list;
  };

/** Sizes along the image axes, with a default. */
export const perAxis = (rank: number, initial: PerAxis, least = 1) =>
  option(parsePerAxis(rank, least), initial);

/** Sizes along the image axes that must be given. */
export const requiredPerAxis = (rank: number) => option(parsePerAxis(rank));

/** Sizes along the image axes, null by default. */
export const optionalPerAxis = (rank: number, least = 1) => nullable(perAxis(rank, 1, least));

/** Where the channels are. */
export type DataFormat = 'channels_last' | 'channels_first';

const format = choice(['channels_last', 'channels_first'], 'channels_last');

/** Whether channels come last (the default, also for null) or right after the batch. */
export const dataFormat = () =>
  option(
    (input: Parameters<typeof format.parse>[0] | null, where: string): DataFormat =>
      input === null ? 'channels_last' : format.parse(input, where),
    null,
  );

/** Runs `f`, which wants channels last, on a tensor of either format. */
export function withChannelsLast(
  x: Tensor,
  dataFormat: DataFormat,
  f: (x: Tensor) => Tensor,
): Tensor {
  if (dataFormat === 'channels_last') return f(x);
  return moveAxis(f(moveAxis(x, 1, -1)), -1, 1);
}

/** A shape of either format as its parts. */
export function splitShape(
  shape: SymbolicShape,
  dataFormat: DataFormat,
): { batch: number | null; window: SymbolicShape; channels: number | null } {
  const [batch, ...rest] = shape;
  return dataFormat === 'channels_last'
    ? { batch, window: rest.slice(0, -1), channels: rest[rest.length - 1] }
    : { batch, window: rest.slice(1), channels: rest[0] };
}

/** The parts as a shape. */
export const joinShape = (
  batch: number | null,
  window: SymbolicShape,
  channels: number | null,
  dataFormat: DataFormat,
): SymbolicShape =>
  dataFormat === 'channels_last' ? [batch, ...window, channels] : [batch, channels, ...window];

/** Cells of a window's output along an axis of `length` cells; null stays null. */
export function outputLength(
  length: number | null,
  size: number,
  padding: string,
  stride: number,
  dilation = 1,
): number | null {
  if (length === null) return null;
  const reach = (size - 1) * dilation + 1;
  return padding === 'valid'
    ? Math.floor((length - reach) / stride) + 1
    : Math.ceil(length / stride);
}
