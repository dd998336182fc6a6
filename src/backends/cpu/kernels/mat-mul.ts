import type { View } from '../../../tensor/index.ts';
import type { Kernel } from '../../kernels.ts';
import { fromNumbers, toNumbers } from '../cursor.ts';
import { offsetsOf } from '../offsets.ts';
import { makeEpilogue } from './epilogue.ts';
import { type Matrix, multiply, type Panels, packPanels } from './product.ts';

export const matMul: Kernel<'matMul'> = ([a, b, bias], [c], attributes) => {
  const rank = c.shape.length;
  const [m, n] = c.shape.slice(-2);
  const k = a.shape[rank - 1];
  const finish = makeEpilogue(bias, attributes, n);
  const offsets = [a, b, c].map((view) =>
    offsetsOf(view.shape.slice(0, -2), view.strides.slice(0, -2)),
  );
  const sums = new Float64Array(m * n);
  let left = matrixAt(a, offsets[0][0] ?? 0);
  let panels: Panels | undefined;
  for (let batch = 0; batch < offsets[2].length; batch++) {
    const [aOffset, bOffset, cOffset] = offsets.map((list) => list[batch]);
    // Matrices that were broadcast over the batch are read once.
    if (batch > 0 && aOffset !== offsets[0][batch - 1]) left = matrixAt(a, aOffset);
    if (!panels || bOffset !== offsets[1][batch - 1]) {
      panels = packPanels(matrixAt(b, bOffset), k, n, panels);
    }
    sums.fill(0);
    multiply(left, m, panels, sums, 0, n);
    finish(sums, sums.length);
    fromNumbers(lastAxes(c, cOffset), sums);
  }
};

/** The matrix in the last two axes, moved by `offset`. */
const lastAxes = (view: View, offset: number): View => ({
  storage: view.storage,
  dtype: view.dtype,
  offset: view.offset + offset,
  shape: view.shape.slice(-2),
  strides: view.strides.slice(-2),
});

function matrixAt(view: View, offset: number): Matrix {
  const data = toNumbers(lastAxes(view, offset));
  return { data, offset: 0, rowStride: view.shape[view.shape.length - 1], columnStride: 1 };
}
