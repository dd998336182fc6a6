import type { View } from '../../../tensor/index.ts';
import type { Epilogue } from '../../kernels.ts';
import { toNumbers } from '../cursor.ts';
import { programFor } from '../formula-program.ts';

/** What turns sums, rows of `columns` each, into results in place: the bias, then the activation. */
export function makeEpilogue(
  bias: View | undefined,
  { activation }: Epilogue,
  columns: number,
): (sums: Float64Array, count: number) => void {
  const offsets = bias && toNumbers(bias);
  const program = activation && programFor([activation]);
  return (sums, count) => {
    if (offsets) {
      for (let at = 0; at < count; at += columns) {
        for (let j = 0; j < columns; j++) sums[at + j] += offsets[j];
      }
    }
    program?.apply(sums, count);
  };
}
