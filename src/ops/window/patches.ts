import type { PoolAttributes } from '../../backends/kernels.ts';
import type { Tensor } from '../../tensor/index.ts';
import { stack } from '../shape/concat.ts';
import { pad } from '../shape/pad.ts';
import { slice } from '../shape/slice.ts';

/**
 * The cells of each window as a last axis, in row-major order: [batch, height, width, channels,
 * cells].
 */
export function windowPatches(
  x: Tensor,
  { size, strides, padding, dilation }: Omit<PoolAttributes, 'op' | 'countPadding'>,
  output: readonly number[],
  outside: number,
): Tensor {
  const padded = pad(x, [[0, 0], ...padding, [0, 0]], { value: outside });
  const along = (axis: 0 | 1, cell: number) => {
    const start = cell * dilation[axis];
    return { start, stop: start + (output[axis] - 1) * strides[axis] + 1, step: strides[axis] };
  };
  const cells: Tensor[] = [];
  for (let row = 0; row < size[0]; row++) {
    for (let column = 0; column < size[1]; column++) {
      cells.push(slice(padded, [null, along(0, row), along(1, column)]));
    }
  }
  return stack(cells, -1);
}
