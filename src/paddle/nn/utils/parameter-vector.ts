import { concat, reshape } from '../../../ops/index.ts';
import { ShapeError } from '../../../tensor/index.ts';
import { type Tensor, wrap } from '../../tensor.ts';

/** Parameters one behind the other in a vector. */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return wrap(
    concat(
      [...parameters].map(({ tensor }) => reshape(tensor, [-1])),
      0,
    ),
  );
}

/** Sets parameters from a vector that `parametersToVector` could have made. */
export function vectorToParameters(vec: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const size = list.reduce((sum, parameter) => sum + parameter.size, 0);
  if (vec.ndim !== 1 || vec.size !== size) {
    throw new ShapeError(
      `vectorToParameters: expected a vector of ${size} elements, received ${vec.size}`,
    );
  }
  let at = 0;
  for (const parameter of list) {
    const part = vec.tensor.detach().narrow(0, at, parameter.size);
    parameter.setValue(wrap(reshape(part, parameter.shape)));
    at += parameter.size;
  }
}
