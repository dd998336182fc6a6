// Operands of random launches: where they lie in their storages, and what the storages hold.
import {
  allocateArray,
  type DType,
  sizeOf,
  type TypedArray,
  type View,
} from '../../src/tensor/index.ts';
import type { Draw } from './draw.ts';

/** A view, and all that its storage holds before the launch. */
export interface Operand extends Omit<View, 'storage'> {
  readonly contents: TypedArray;
}

/** Numbers that elements are drawn from. */
export type Numbers =
  /** About normal, of size 1. */
  | 'normal'
  /** Positive, from 0.2 to 3. */
  | 'positive'
  /** Most of them 0, as behind ReLU and pooling. */
  | 'sparse'
  /** With NaN, infinities, zeros of both signs, very small and very large ones. */
  | 'special'
  | { readonly below: number };

// biome-ignore format: a list, not a column
const specials = [
  NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-45, 3e38, -3e38, 1e10, -1e10, 0.5, 1.5, 2.5, -1, 127,
  255, 2147483648, 88.5, -87.5, -104, 8192, 1e5,
];

function drawNumber(draw: Draw, numbers: Numbers): number {
  if (typeof numbers === 'object') return draw.whole(0, numbers.below - 1);
  if (numbers === 'positive') return 0.2 + 2.8 * draw.random();
  if (numbers === 'sparse' && draw.chance(0.9)) return 0;
  if (numbers === 'special' && draw.chance(0.3)) return draw.pick(specials);
  return (draw.random() + draw.random() + draw.random() - 1.5) * 2;
}

const poison: Partial<Record<DType, number>> = { float32: -12345.678, float64: -12345.678 };

/** How an operand lies in memory. */
export type Layout =
  | 'plain'
  /** Inside a larger storage, at some offset. */
  | 'inside'
  /** Axes in another order. */
  | 'permuted'
  /** Not all elements of the storage belong to it. */
  | 'gaps'
  /** Negative strides. */
  | 'backwards'
  /** Stride 0 along some axes; for inputs alone. */
  | 'repeated';

export const outputLayouts: readonly Layout[] = ['inside', 'permuted', 'gaps', 'backwards'];
export const inputLayouts: readonly Layout[] = [...outputLayouts, 'repeated'];

export interface OperandOptions {
  readonly dtype?: DType;
  readonly numbers?: Numbers;
  readonly layout?: Layout;
}

/** An operand with random contents; what lies between its elements is poison. */
export function drawOperand(
  draw: Draw,
  shape: readonly number[],
  { dtype = 'float32', numbers = 'normal', layout = 'plain' }: OperandOptions = {},
): Operand {
  const axes = shape.map((_, axis) => axis).reverse();
  const order = layout === 'permuted' ? draw.shuffled(axes) : axes;
  const strides = new Array<number>(shape.length).fill(0);
  const step = layout === 'gaps' && draw.chance(0.5) ? draw.whole(2, 3) : 1;
  let next = step;
  for (const axis of order) {
    if (layout === 'repeated' && draw.chance(0.5)) continue;
    strides[axis] = next;
    next *= shape[axis];
    if (layout === 'gaps') next += draw.whole(0, 3);
  }
  let offset = layout === 'plain' ? 0 : draw.whole(0, 5);
  let last = offset;
  shape.forEach((size, axis) => {
    const span = Math.max(0, size - 1) * strides[axis];
    last += span;
    if (layout !== 'backwards' || draw.chance(0.5)) return;
    offset += span;
    strides[axis] = -strides[axis];
  });
  const contents = allocateArray(dtype, last + 1 + (layout === 'plain' ? 0 : draw.whole(0, 5)));
  contents.fill((poison[dtype] ?? 77) as never);
  const operand: Operand = { contents, offset, shape, strides, dtype };
  if (sizeOf(shape) > 0) {
    for (const place of places(operand)) {
      const value = drawNumber(draw, numbers);
      contents[place] = dtype === 'bool' ? Number(value > 0) : wholeFor(dtype, value);
    }
  }
  return operand;
}

const wholeFor = (dtype: DType, value: number): number => {
  if (dtype === 'float32' || dtype === 'float64') return value;
  if (Number.isInteger(value)) return value;
  return Math.trunc(dtype === 'uint8' ? Math.abs(value * 60) : value * 1000) || 0;
};

/** Places of the elements in the storage, in row-major order. */
export function* places({
  shape,
  strides,
  offset,
}: Omit<View, 'storage' | 'dtype'>): Generator<number> {
  const index = new Array<number>(shape.length).fill(0);
  const size = sizeOf(shape);
  let place = offset;
  for (let i = 0; i < size; i++) {
    yield place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis];
      if (++index[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}
