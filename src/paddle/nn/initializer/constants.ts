import { fromData, full, tensor } from '../../../ops/index.ts';
import type { Tensor as CoreTensor, NestedArray, TypedArray } from '../../../tensor/index.ts';
import {
  type DType,
  formatShape,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
} from '../../../tensor/index.ts';
import { Tensor, unwrap } from '../../tensor.ts';
import { withArguments } from '../../with-arguments.ts';
import { Initializer } from './initializer.ts';

/** All elements are `value`; 0 by default. */
export class Constant extends withArguments<{ value: number }>()(Initializer, ['value'], 0, {
  value: 0,
}) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    return full(shape, this.value, { dtype });
  }
}

/** The elements of a tensor, an array or nested arrays. */
export class Assign extends Initializer {
  readonly value: Tensor | CoreTensor | NestedArray | TypedArray;

  constructor(
    value:
      | Tensor
      | CoreTensor
      | NestedArray
      | TypedArray
      | { readonly value: Tensor | CoreTensor | NestedArray | TypedArray },
  ) {
    super();
    const named = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
    this.value = (named ? (value as { value: Tensor }).value : value) as Tensor;
  }

  override make(shape: Shape, dtype: DType): CoreTensor {
    const { value } = this;
    const made =
      value instanceof Tensor
        ? tensor(unwrap('Assign', value).detach(), { dtype })
        : tensor(value as NestedArray, { dtype });
    if (sameShape(made.shape, shape)) return made;
    if (made.size === sizeOf(shape)) return made.reshape(shape);
    throw new ShapeError(
      `Assign: the value has shape ${formatShape(made.shape)}, the parameter ${formatShape(shape)}`,
    );
  }
}

/**
 * Convolutions that pass their input on: ones in the middle of the window, from channel i to filter i of each of
 * `groups`. For weights of 3 to 5 axes.
 */
export class Dirac extends withArguments<{ groups: number; name: string }>()(
  Initializer,
  ['groups', 'name'],
  0,
  { groups: 1 },
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    if (shape.length < 3 || shape.length > 5) {
      throw new ShapeError(`Dirac: needs 3 to 5 axes, received shape ${formatShape(shape)}`);
    }
    const [filters, channels, ...window] = shape;
    if (filters % this.groups !== 0) {
      throw new ShapeError(`Dirac: ${filters} filters cannot be split into ${this.groups} groups`);
    }
    const cells = sizeOf(window);
    const middle = window.reduce((at, n) => at * n + Math.floor(n / 2), 0);
    const perGroup = filters / this.groups;
    const data = new Float64Array(sizeOf(shape));
    for (let filter = 0; filter < filters; filter++) {
      const channel = filter % perGroup;
      if (channel < channels) data[(filter * channels + channel) * cells + middle] = 1;
    }
    return fromData(data, shape, dtype);
  }
}

/** Transposed convolutions that enlarge images linearly; for weights [out, in, size, size]. */
export class Bilinear extends Initializer {
  override make(shape: Shape, dtype: DType): CoreTensor {
    if (shape.length !== 4 || shape[2] !== shape[3]) {
      throw new ShapeError(
        `Bilinear: needs a shape [out, in, size, size], received ${formatShape(shape)}`,
      );
    }
    const size = shape[3];
    const factor = Math.ceil(size / 2);
    const centre = (2 * factor - 1 - (factor % 2)) / (2 * factor);
    const data = new Float64Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) {
      const [x, y] = [i % size, (i / size) % size];
      data[i] = (1 - Math.abs(x / factor - centre)) * (1 - Math.abs(y / factor - centre));
    }
    return fromData(data, shape, dtype);
  }
}
