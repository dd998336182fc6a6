import { unaryResult } from '../../autograd/index.ts';
import {
  broadcastShapes,
  checkShape,
  formatShape,
  type Shape,
  ShapeError,
  sameShape,
  type Tensor,
} from '../../tensor/index.ts';
import { sumTo } from '../reduce/contract.ts';
import { broadcastView } from '../result.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';

/**
 * The tensor repeated to a larger shape, as NumPy broadcasts: axes of size 1 stretch, missing ones
 * are added in front. A view: nothing is copied.
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const tensor = asTensor('broadcastTo', x);
  if (sameShape(tensor.shape, shape)) return tensor;
  checkShape('broadcastTo', shape);
  if (!sameShape(broadcastShapes('broadcastTo', tensor.shape, shape), shape)) {
    throw new ShapeError(
      `broadcastTo: shape ${formatShape(tensor.shape)} does not stretch to ${formatShape(shape)}`,
    );
  }
  return unaryResult('broadcastTo', [tensor], () => broadcastView(tensor, shape), {
    backward: (gradient) => [sumTo(gradient, tensor.shape)],
  });
}

/** Views of the tensors in the shape that broadcasting gives them together. */
export function broadcastTensors(tensors: readonly Tensor[]): Tensor[] {
  const shape = broadcastShapes('broadcastTensors', ...tensors.map((x) => x.shape));
  return tensors.map((x) => broadcastTo(x, shape));
}
