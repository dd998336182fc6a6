import { noGrad } from '../autograd/index.ts';
import { zeros } from '../ops/index.ts';
import { runInScope, Scope, type Tensor } from '../tensor/index.ts';
import {
  flatten,
  isShape,
  type ShapeOrShapes,
  type SymbolicShape,
  type TensorSpec,
} from './keras-tensor.ts';
import type { CallOptions, Layer } from './layer.ts';

/**
 * Shape and dtype of a layer's results, by calling it on zeros: where a size of the inputs is unknown, on two different
 * sizes, and what differs in the results is unknown too.
 */
export function inferOutputs(
  layer: Layer,
  inputShape: ShapeOrShapes,
  options: CallOptions,
): TensorSpec | readonly TensorSpec[] {
  const shapes = isShape(inputShape) ? [inputShape] : (inputShape as readonly SymbolicShape[]);
  const attempt = (unknown: number): Tensor | readonly Tensor[] => {
    const scope = new Scope();
    try {
      return runInScope(scope, () =>
        noGrad(() => {
          const tensors = shapes.map((shape) =>
            zeros(
              shape.map((n) => n ?? unknown),
              { dtype: layer.computeDtype },
            ),
          );
          return layer.call(isShape(inputShape) ? tensors[0] : tensors, {
            ...options,
            training: false,
            mask: null,
          }) as Tensor | readonly Tensor[];
        }),
      );
    } finally {
      scope.end();
    }
  };
  const first = attempt(2);
  const known = shapes.every((shape) => shape.every((n) => n !== null));
  const others = flatten(known ? first : attempt(3));
  const specs = flatten(first).map(({ shape, dtype }, i) => ({
    shape: shape.map((n, axis) => (n === (others[i] as Tensor).shape[axis] ? n : null)),
    dtype: dtype,
  }));
  return Array.isArray(first) ? specs : specs[0];
}
