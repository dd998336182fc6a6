import {
  formatShape,
  normalizeAxis,
  ShapeError,
  sizeOf,
  type Tensor,
  type TypedArray,
} from '../../tensor/index.ts';
import { gather } from '../indexing/gather.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { broadcastTo } from './broadcast-to.ts';
import { expandDims, reshape } from './reshape.ts';

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;

/**
 * The whole tensor repeated along its axes: a count for each, missing ones being 1 in front, as
 * `numpy.tile`.
 */
export function tile(x: TensorLike, counts: number | readonly number[]): Tensor {
  const tensor = asTensor('tile', x);
  const given = typeof counts === 'number' ? [counts] : counts;
  if (!given.every(isCount)) {
    throw new ShapeError(`tile: counts must be whole numbers >= 0, received ${formatShape(given)}`);
  }
  const rank = Math.max(tensor.rank, given.length);
  const ones = (length: number) => new Array<number>(length).fill(1);
  const shape = [...ones(rank - tensor.rank), ...tensor.shape];
  const repeats = [...ones(rank - given.length), ...given];
  // [a, b] becomes [1, a, 1, b], stretches to [m, a, n, b] and folds to [m a, n b].
  const spread = reshape(
    tensor,
    shape.flatMap((n) => [1, n]),
  );
  const stretched = broadcastTo(
    spread,
    shape.flatMap((n, axis) => [repeats[axis], n]),
  );
  return reshape(
    stretched,
    shape.map((n, axis) => n * repeats[axis]),
  );
}

/**
 * Each element repeated along an axis (without axis, of all elements): one count, or one for each
 * element, as `numpy.repeat`.
 */
export function repeat(
  x: TensorLike,
  counts: number | readonly number[] | TypedArray,
  axis?: number | null,
): Tensor {
  const given = asTensor('repeat', x);
  const flat = axis === undefined || axis === null;
  const tensor = flat ? reshape(given, [sizeOf(given.shape)]) : given;
  const at = normalizeAxis('repeat', axis ?? 0, tensor.rank);
  const size = tensor.shape[at];
  const list = typeof counts === 'number' ? [counts] : [...counts];
  if (!list.every(isCount) || (typeof counts !== 'number' && list.length !== size)) {
    throw new ShapeError(
      `repeat: needs a whole number >= 0, or ${size} of them for axis ${at} of ` +
        `${formatShape(tensor.shape)}, received ${formatShape(list)}`,
    );
  }
  if (typeof counts !== 'number') {
    const sources = list.flatMap((count, i) => new Array<number>(count).fill(i));
    return gather(tensor, Int32Array.from(sources), { axis: at });
  }
  const { shape } = tensor;
  const stretched = [...shape.slice(0, at + 1), counts, ...shape.slice(at + 1)];
  const repeated = broadcastTo(expandDims(tensor, at + 1), stretched);
  return reshape(repeated, shape.with(at, size * counts));
}

/**
 * Grids of the coordinates of vectors: for n vectors n tensors of rank n. `indexing` 'xy' exchanges
 * the first two axes, as NumPy does by default. Views.
 */
export function meshgrid(
  vectors: readonly TensorLike[],
  { indexing = 'xy' }: { readonly indexing?: 'xy' | 'ij' } = {},
): Tensor[] {
  const list = vectors.map((v) => asTensor('meshgrid', v));
  for (const v of list) {
    if (v.rank > 1) {
      throw new ShapeError(`meshgrid: needs vectors, received shape ${formatShape(v.shape)}`);
    }
  }
  const swap = indexing === 'xy' && list.length > 1;
  const axisOf = (i: number) => (swap && i < 2 ? 1 - i : i);
  const shape = new Array<number>(list.length);
  for (let i = 0; i < list.length; i++) shape[axisOf(i)] = list[i].size;
  return list.map((v, i) => {
    const along = new Array<number>(list.length).fill(1).with(axisOf(i), v.size);
    return broadcastTo(reshape(v, along), shape);
  });
}
