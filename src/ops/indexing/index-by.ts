import { getBackend } from '../../backends/registry.ts';
import {
  BackendError,
  formatShape,
  type NestedArray,
  rowMajorStrides,
  runWithDataOf,
  type Shape,
  ShapeError,
  sizeOf,
  Tensor,
  type TypedArray,
  ValueError,
} from '../../tensor/index.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { expandDims, reshape, squeeze } from '../shape/reshape.ts';
import { type Slice, slice } from '../shape/slice.ts';
import { moveAxis, transpose } from '../shape/transpose.ts';
import { asTensor, fromTypedArray, type TensorLike } from '../tensor-like.ts';
import { gather } from './gather.ts';
import { kernelIndices } from './indices.ts';

/**
 * One item of NumPy's `x[…]`: a number takes one place of an axis, a slice a part of it, null adds
 * an axis, '...' stands for all axes not named, integers (tensor or array) pick places, booleans
 * the places where they are true.
 */
export type IndexItem =
  | number
  | Slice
  | null
  | '...'
  | Tensor
  | readonly NestedArray[]
  | TypedArray;

/** An item that belongs to exactly one axis. */
type AxisItem =
  | { readonly kind: 'slice'; readonly slice: Slice | null }
  | { readonly kind: 'place'; readonly at: number }
  | { readonly kind: 'list'; readonly list: Tensor; readonly maskSize?: number };

/**
 * Part of a tensor by NumPy's indexing rules. Numbers, slices, null and '...' give a view; integer
 * tensors and arrays a copy; boolean masks need their elements at hand, so a mask tensor works on
 * cpu and wasm (see `booleanMask` for others).
 * @example index(images, 0, '...', { start: 0, stop: 1 });
 * @example index(x, [0, 2], null);
 */
export function index(x: TensorLike, ...items: IndexItem[]): Tensor {
  const tensor = asTensor('index', x);
  // Lists become tensors of the step that x belongs to.
  return runWithDataOf([tensor], () => indexTensor(tensor, items));
}

function indexTensor(tensor: Tensor, items: readonly IndexItem[]): Tensor {
  const parts = items.flatMap<AxisItem | null | '...'>(axisItems);
  const named = parts.filter((part) => part !== null && part !== '...').length;
  if (named > tensor.rank || parts.filter((part) => part === '...').length > 1) {
    throw new ShapeError(
      `index: ${named} axes are named${named > tensor.rank ? '' : " with more than one '...'"}, but the ` +
        `tensor has shape ${formatShape(tensor.shape)}`,
    );
  }
  const whole = { kind: 'slice', slice: null } as const;
  const rest = new Array<AxisItem>(tensor.rank - named).fill(whole);
  const open = parts.indexOf('...');
  const full =
    open < 0 ? [...parts, ...rest] : [...parts.slice(0, open), ...rest, ...parts.slice(open + 1)];
  const added = full.flatMap((part, axis) => (part === null ? [axis] : []));
  const wide = added.length ? expandDims(tensor, added) : tensor;
  return take(
    wide,
    full.map((part) => (part === null || part === '...' ? whole : part)),
  );
}

function axisItems(item: IndexItem): readonly (AxisItem | null | '...')[] {
  if (item === null || item === '...') return [item];
  if (typeof item === 'number') {
    if (!Number.isInteger(item)) throw new ValueError(`index: ${item} is not a whole number`);
    return [{ kind: 'place', at: item }];
  }
  if (item instanceof Tensor || Array.isArray(item) || ArrayBuffer.isView(item)) {
    const list = asIndexTensor(item as Tensor | readonly NestedArray[] | TypedArray);
    return list.dtype === 'bool' ? maskItems(list) : [{ kind: 'list', list }];
  }
  return [{ kind: 'slice', slice: item as Slice }];
}

function asIndexTensor(item: Tensor | readonly NestedArray[] | TypedArray): Tensor {
  if (item instanceof Tensor) return item;
  let first: unknown = item;
  while (Array.isArray(first)) first = first[0];
  return asTensor('index', item, typeof first === 'boolean' ? 'bool' : 'int32');
}

/** A mask as one list of places for each of its axes. */
function maskItems(mask: Tensor): AxisItem[] {
  if (!getBackend().synchronous) {
    throw new BackendError(
      'index: the elements of a mask are not at hand on this backend; use await booleanMask(x, mask)',
    );
  }
  const data = mask.dataSync();
  const found: number[] = [];
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) found.push(i);
  const strides = rowMajorStrides(mask.shape);
  return mask.shape.map((size, axis) => {
    const places = Int32Array.from(found, (i) => Math.floor(i / strides[axis]) % size);
    const list = fromTypedArray('index', places, [places.length]);
    return { kind: 'list', list, maskSize: size };
  });
}

function take(x: Tensor, items: readonly AxisItem[]): Tensor {
  const lists = items.some((item) => item.kind === 'list');
  const cut = slice(
    x,
    items.map((item, axis) => {
      if (item.kind === 'slice') return item.slice;
      if (item.kind === 'place' && !lists) return onePlace(item.at, axis, x.shape);
      return null;
    }),
  );
  const axes = items.flatMap((item, axis) => (item.kind === 'slice' ? [] : [axis]));
  if (!lists) return axes.length ? squeeze(cut, axes) : cut;
  return takeLists(cut, items, axes);
}

function onePlace(at: number, axis: number, shape: Shape): Slice {
  const size = shape[axis];
  if (at < -size || at >= size) {
    throw new ValueError(
      `index: ${at} is out of range for axis ${axis} of size ${size} (shape ${formatShape(shape)})`,
    );
  }
  const start = at < 0 ? at + size : at;
  return { start, stop: start + 1 };
}

/** Picks along several axes at once: the lists are broadcast and walk together. */
function takeLists(x: Tensor, items: readonly AxisItem[], axes: readonly number[]): Tensor {
  const others = items.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const sizes = axes.map((axis) => x.shape[axis]);
  const strides = rowMajorStrides(sizes);
  const lists = axes.map((axis, i) => {
    const item = items[axis];
    if (item.kind === 'list' && (item.maskSize ?? sizes[i]) !== sizes[i]) {
      throw new ShapeError(
        `index: a mask of size ${item.maskSize} lies on axis ${axis} of ${formatShape(x.shape)}`,
      );
    }
    const list = item.kind === 'list' ? item.list : Int32Array.of((item as { at: number }).at);
    const places = kernelIndices('index', list, sizes[i], x);
    return item.kind === 'list' ? places : reshape(places, []);
  });
  const flat = elementwise(
    'flatIndices',
    (...places) => places.map((p, i) => p.mul(strides[i])).reduce((a, b) => a.add(b)),
    lists,
  );
  const front = transpose(x, [...axes, ...others]);
  const joined = reshape(front, [sizeOf(sizes), ...others.map((axis) => x.shape[axis])]);
  const taken = gather(joined, flat);
  const adjacent = axes.every((axis, i) => axis === axes[0] + i);
  if (!adjacent || axes[0] === 0) return taken;
  // Lists side by side leave their axes in their place.
  const from = flat.shape.map((_, i) => i);
  return moveAxis(
    taken,
    from,
    from.map((i) => i + axes[0]),
  );
}
