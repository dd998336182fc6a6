// Views that lie in memory in any way, on storages that are nothing but an array: what reference kernels must take.
import fc from 'fast-check';
import {
  allocateArray,
  type DType,
  dtypes,
  readSlot,
  type Storage,
  sizeOf,
  type TypedArray,
  type View,
  writeSlot,
} from '../src/tensor/index.ts';

/** How a tensor lies in memory. */
export interface Layout {
  /** Decides which axis is innermost, and so on. */
  readonly order: number;
  /** Unused elements between neighbours, axis by axis. */
  readonly gaps: readonly number[];
  /** Which axes run backwards. */
  readonly flips: readonly boolean[];
  /** Unused elements in front and behind. */
  readonly margin: number;
}

const mostAxes = 6;

export const plain: Layout = {
  order: 0,
  gaps: new Array<number>(mostAxes).fill(0),
  flips: new Array<boolean>(mostAxes).fill(false),
  margin: 0,
};

/** Half of the layouts are plain, so that fast paths are tried as well. */
export const anyLayout: fc.Arbitrary<Layout> = fc.oneof(
  fc.constant(plain),
  fc.record({
    order: fc.nat(719),
    gaps: fc.array(fc.nat(2), { minLength: mostAxes, maxLength: mostAxes }),
    flips: fc.array(fc.boolean(), { minLength: mostAxes, maxLength: mostAxes }),
    margin: fc.nat(3),
  }),
);

/** The `choice`-th order of `rank` axes, the natural one for 0. */
export function permutation(rank: number, choice: number): number[] {
  const left = Array.from({ length: rank }, (_, axis) => axis);
  return Array.from({ length: rank }, () => {
    const at = choice % left.length;
    choice = Math.floor(choice / left.length);
    return left.splice(at, 1)[0];
  });
}

/** A storage over an array, of no backend. */
export function storageOver(array: TypedArray, dtype: DType): Storage {
  return {
    array,
    dtype,
    length: array.length / dtypes[dtype].slots,
    device: 'none',
    read: async () => array,
    release: () => {},
    released: false,
    scope: null,
    stepOf: null,
  };
}

/** Marks elements that no kernel may touch. */
const POISON = 77;

/** A view with the given elements in row-major order (two numbers each for complex64). */
export function place(
  numbers: ArrayLike<number>,
  shape: readonly number[],
  dtype: DType = 'float32',
  layout: Layout = plain,
): View {
  const strides = new Array<number>(shape.length).fill(0);
  let next = 1;
  for (const axis of permutation(shape.length, layout.order).reverse()) {
    strides[axis] = next * (1 + layout.gaps[axis]);
    next = strides[axis] * Math.max(1, shape[axis]);
  }
  let offset = layout.margin;
  for (let axis = 0; axis < shape.length; axis++) {
    if (!layout.flips[axis]) continue;
    offset += Math.max(0, shape[axis] - 1) * strides[axis];
    strides[axis] = -strides[axis];
  }
  const array = allocateArray(dtype, next + 2 * layout.margin);
  array.fill(POISON);
  const view = { storage: storageOver(array, dtype), offset, shape, strides, dtype };
  let at = 0;
  for (const slot of slotsOf(view)) writeSlot(array, dtype, slot, numbers[at++]);
  return view;
}

/** Where the view's numbers lie in its array, in row-major order. */
export function slotsOf({ shape, strides, offset, dtype }: View): number[] {
  const { slots } = dtypes[dtype];
  return indicesOf(shape).flatMap((index) => {
    const at = index.reduce((sum, i, axis) => sum + i * strides[axis], offset);
    return Array.from({ length: slots }, (_, slot) => at * slots + slot);
  });
}

/** The view's numbers in row-major order. */
export const numbersOf = (view: View): number[] =>
  slotsOf(view).map((slot) => readSlot(view.storage.array, view.dtype, slot));

/** An output to be filled: its elements are poison, too. */
export const empty = (
  shape: readonly number[],
  dtype: DType = 'float32',
  layout: Layout = plain,
): View =>
  place(new Array<number>(sizeOf(shape) * dtypes[dtype].slots).fill(POISON), shape, dtype, layout);

/** Whether everything around the view's own elements is as `place` left it. */
export function isIntactAround(view: View): boolean {
  const own = new Set(slotsOf(view));
  return view.storage.array.every((value, slot) => own.has(slot) || value === POISON);
}

/** All multi-indices of a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (list, n) => list.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  );
}

/** Where an index of a shape stands in row-major order. */
export const flatIndex = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((at, i, axis) => at * shape[axis] + i, 0);

/** The view with one of its axes of size 1 stretched. */
export const stretched = (view: View, axis: number, n: number): View => ({
  ...view,
  shape: view.shape.with(axis, n),
  strides: view.strides.with(axis, 0),
});

/** Small whole numbers and halves: sums and products of them are exact in float32. */
export const halves = (length: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.integer({ min: -12, max: 12 }).map((n) => n / 2),
    { minLength: length, maxLength: length },
  );

/** Shapes of up to `rank` axes, sizes 0 and 1 included. */
export const anyShape = (rank = 4, largest = 4): fc.Arbitrary<number[]> =>
  fc.array(
    fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(0, 1) },
      { weight: 5, arbitrary: fc.integer({ min: 1, max: largest }) },
    ),
    { maxLength: rank },
  );
