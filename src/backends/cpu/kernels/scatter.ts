import {
  type DType,
  readSlot,
  type TypedArray,
  type View,
  writeSlot,
} from '../../../tensor/index.ts';
import type { Kernel, ScatterAttributes } from '../../kernels.ts';
import { asSlots, toNumbers } from '../cursor.ts';
import { slicesOf } from './gather.ts';

export const scatter: Kernel<'scatter'> = ([updates, indices], [x], { axis, mode }) => {
  const table = asSlots(x);
  const picked = asSlots(updates);
  const rows = toNumbers(indices);
  const s = slicesOf(table, picked, axis, indices.shape.length);
  const put = putter(picked, table, mode);
  for (let o = 0; o < s.outer.length; o++) {
    for (let i = 0; i < rows.length; i++) {
      const from = picked.offset + s.outer[o] + s.middle[i];
      const to = table.offset + s.tableOuter[o] + rows[i] * s.tableStep;
      for (let k = 0; k < s.inner.length; k++) put(from + s.inner[k], to + s.tableInner[k]);
    }
  }
};

/** Adds or copies the element at `from` of one view's memory to that at `to` of another's. */
export function putter(
  source: View,
  target: View,
  mode: ScatterAttributes['mode'],
): (from: number, to: number) => void {
  const values: TypedArray = source.storage.array;
  const sums: TypedArray = target.storage.array;
  const { dtype } = target;
  if (mode === 'set')
    return (from, to) => writeSlot(sums, dtype, to, readSlot(values, source.dtype, from));
  if (isPlain(dtype) && source.dtype === dtype) {
    return (from, to) => {
      sums[to] += values[from];
    };
  }
  return (from, to) => {
    writeSlot(sums, dtype, to, readSlot(sums, dtype, to) + readSlot(values, source.dtype, from));
  };
}

/** Types whose array slots hold the numbers as they are. */
const isPlain = (dtype: DType): boolean =>
  dtype === 'float32' || dtype === 'float64' || dtype === 'int32';
