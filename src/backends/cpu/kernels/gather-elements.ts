import type { View } from '../../../tensor/index.ts';
import type { Kernel } from '../../kernels.ts';
import { asSlots, toNumbers } from '../cursor.ts';
import { offsetsOf } from '../offsets.ts';
import { putter } from './scatter.ts';

/** Calls `visit` with the places of an element of `picked` and of the element of `table` that its index points to. */
function forEachElement(
  table: View,
  picked: View,
  indices: View,
  axis: number,
  visit: (picked: number, table: number) => void,
): void {
  const slots = picked.shape.length > indices.shape.length ? 2 : 1;
  const step = table.strides[axis];
  const still = table.strides.map((stride, i) => (i === axis ? 0 : stride));
  const tableOffsets = offsetsOf(picked.shape, still);
  const pickedOffsets = offsetsOf(picked.shape, picked.strides);
  const rows = toNumbers(indices);
  for (let i = 0; i < pickedOffsets.length; i++) {
    const row = rows[slots === 2 ? i >> 1 : i];
    visit(picked.offset + pickedOffsets[i], table.offset + tableOffsets[i] + row * step);
  }
}

export const gatherElements: Kernel<'gatherElements'> = ([x, indices], [y], { axis }) => {
  const put = putter(x, y, 'set');
  forEachElement(asSlots(x), asSlots(y), indices, axis, (to, from) => put(from, to));
};

export const scatterElements: Kernel<'scatterElements'> = (
  [updates, indices],
  [x],
  { axis, mode },
) => {
  const put = putter(updates, x, mode);
  forEachElement(asSlots(x), asSlots(updates), indices, axis, put);
};
