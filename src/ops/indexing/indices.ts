import { unaryResult } from '../../autograd/index.ts';
import { canCheck } from '../../backends/registry.ts';
import { input } from '../../expr/index.ts';
import {
  DTypeError,
  formatShape,
  isInteger,
  type NestedArray,
  type Tensor,
  type TypedArray,
  ValueError,
} from '../../tensor/index.ts';
import { formulaKernel } from '../elementwise/elementwise.ts';
import { asTensorBeside } from '../tensor-like.ts';

/** Indices: an integer tensor, or numbers. */
export type Indices = Tensor | NestedArray | TypedArray;

/**
 * Indices as the kernels take them: int32 in [0, size), negative ones counted from the end.
 *
 * Ranges are checked wherever the elements are at hand (arrays, and tensors of cpu and wasm) when
 * the operation is called. Where they are not (WebGPU), and when a recorded step is replayed with
 * other indices, they are clipped, so that a wrong index never reaches memory outside the tensor.
 */
export function kernelIndices(op: string, indices: Indices, size: number, beside: Tensor): Tensor {
  const given = asTensorBeside(op, indices, beside, 'int32');
  if (!isInteger(given.dtype)) {
    throw new DTypeError(`${op}: indices must be integers, received ${given.dtype}`);
  }
  if (given.size > 0 && (size === 0 || canCheck(given.storage))) checkRange(op, given, size);
  return unaryResult('indices', [given], () => {
    const wrapped = input(0).lt(0).select(input(0).add(size), input(0));
    return formulaKernel(wrapped.max(0).min(size - 1), [given], given.shape, 'int32');
  });
}

function checkRange(op: string, x: Tensor, size: number): void {
  const { array } = x.storage;
  const walk = (axis: number, at: number): void => {
    if (axis < x.rank) {
      for (let i = 0; i < x.shape[axis]; i++) walk(axis + 1, at + i * x.strides[axis]);
      return;
    }
    if (array[at] < -size || array[at] >= size) {
      throw new ValueError(
        `${op}: index ${array[at]} is out of range for an axis of size ${size} ` +
          `(indices of shape ${formatShape(x.shape)})`,
      );
    }
  };
  walk(0, x.offset);
}
