import { sizeOf } from '../../tensor/index.ts';

/** Where each element of a strided block lies, in row-major order, counted from its first. */
export function offsetsOf(shape: readonly number[], strides: readonly number[]): Int32Array {
  const offsets = new Int32Array(sizeOf(shape));
  let filled = offsets.length ? 1 : 0;
  // Innermost axis first: each axis repeats what is there, moved by its stride.
  for (let axis = shape.length - 1; axis >= 0 && filled; axis--) {
    const block = filled;
    for (let i = 1; i < shape[axis]; i++) {
      const move = i * strides[axis];
      for (let j = 0; j < block; j++) offsets[filled++] = offsets[j] + move;
    }
  }
  return offsets;
}
