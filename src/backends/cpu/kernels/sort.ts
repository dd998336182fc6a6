import { sizeOf } from '../../../tensor/index.ts';
import type { Kernel } from '../../kernels.ts';
import { Cursor } from '../cursor.ts';

export const sort: Kernel<'sort'> = ([x], [values, indices], { descending }) => {
  const size = sizeOf(x.shape);
  const length = x.shape[x.shape.length - 1];
  const row = new Float64Array(length);
  const sorted = new Float64Array(length);
  const reader = new Cursor(x);
  const valueWriter = new Cursor(values);
  const indexWriter = new Cursor(indices);
  let [order, spare] = [new Float64Array(length), new Float64Array(length)];
  const precedes = descending ? isLarger : isSmaller;
  for (let done = 0; done < size; done += length) {
    reader.read(row, length);
    for (let i = 0; i < length; i++) order[i] = i;
    // Bottom-up merge sort of the indices: stable.
    for (let width = 1; width < length; width *= 2) {
      for (let low = 0; low < length; low += 2 * width) {
        merge(
          row,
          order,
          spare,
          low,
          Math.min(low + width, length),
          Math.min(low + 2 * width, length),
          precedes,
        );
      }
      [order, spare] = [spare, order];
    }
    for (let i = 0; i < length; i++) sorted[i] = row[order[i]];
    valueWriter.write(sorted, length);
    indexWriter.write(order, length);
  }
};

/** NaN is larger than all numbers. */
const isSmaller = (a: number, b: number): boolean => a < b || (Number.isNaN(b) && !Number.isNaN(a));
const isLarger = (a: number, b: number): boolean => isSmaller(b, a);

function merge(
  row: Float64Array,
  from: Float64Array,
  to: Float64Array,
  low: number,
  middle: number,
  high: number,
  precedes: (a: number, b: number) => boolean,
): void {
  let left = low;
  let right = middle;
  for (let i = low; i < high; i++) {
    const takeRight =
      right < high && (left >= middle || precedes(row[from[right]], row[from[left]]));
    to[i] = from[takeRight ? right++ : left++];
  }
}
