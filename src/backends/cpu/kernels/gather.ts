import type { View } from '../../../tensor/index.ts';
import { isRowMajor } from '../../../tensor/index.ts';
import type { Kernel } from '../../kernels.ts';
import { asSlots, toNumbers } from '../cursor.ts';
import { offsetsOf } from '../offsets.ts';

/** From here on a block copy is faster than a loop. */
const COPY = 32;

/** [outer…, I…, inner…] and [outer…, n, inner…] with the same outer and inner axes. */
export interface Slices {
  /** Where each outer index, index and inner index lead, of the tensor that has I… in the place of the axis. */
  readonly outer: Int32Array;
  readonly middle: Int32Array;
  readonly inner: Int32Array;
  /** The same for the tensor with the axis. */
  readonly tableOuter: Int32Array;
  readonly tableStep: number;
  readonly tableInner: Int32Array;
  /** Whether the inner elements are neighbours in both. */
  readonly contiguous: boolean;
}

/** How `picked` [outer…, I…, inner…] and `table` [outer…, n, inner…] correspond; `rank` is that of the indices. */
export function slicesOf(table: View, picked: View, axis: number, rank: number): Slices {
  const innerShape = table.shape.slice(axis + 1);
  const innerStrides = picked.strides.slice(axis + rank);
  const tableInnerStrides = table.strides.slice(axis + 1);
  return {
    outer: offsetsOf(picked.shape.slice(0, axis), picked.strides.slice(0, axis)),
    middle: offsetsOf(
      picked.shape.slice(axis, axis + rank),
      picked.strides.slice(axis, axis + rank),
    ),
    inner: offsetsOf(innerShape, innerStrides),
    tableOuter: offsetsOf(table.shape.slice(0, axis), table.strides.slice(0, axis)),
    tableStep: table.strides[axis],
    tableInner: offsetsOf(innerShape, tableInnerStrides),
    contiguous: isRowMajor(innerShape, innerStrides) && isRowMajor(innerShape, tableInnerStrides),
  };
}

export const gather: Kernel<'gather'> = ([x, indices], [y], { axis }) => {
  const table = asSlots(x);
  const picked = asSlots(y);
  const rows = toNumbers(indices);
  const s = slicesOf(table, picked, axis, indices.shape.length);
  const source = table.storage.array;
  const target = picked.storage.array;
  const width = s.inner.length;
  for (let o = 0; o < s.outer.length; o++) {
    for (let i = 0; i < rows.length; i++) {
      const from = table.offset + s.tableOuter[o] + rows[i] * s.tableStep;
      const to = picked.offset + s.outer[o] + s.middle[i];
      if (s.contiguous && width >= COPY) target.set(source.subarray(from, from + width), to);
      else for (let k = 0; k < width; k++) target[to + s.inner[k]] = source[from + s.tableInner[k]];
    }
  }
};
