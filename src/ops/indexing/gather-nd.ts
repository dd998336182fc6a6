import {
  formatShape,
  rowMajorStrides,
  ShapeError,
  sizeOf,
  type Tensor,
} from '../../tensor/index.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { reshape } from '../shape/reshape.ts';
import { narrow } from '../shape/slice.ts';
import { asTensor, asTensorBeside, type TensorLike } from '../tensor-like.ts';
import { gather, scatterAdd, scatterSet } from './gather.ts';
import { type Indices, kernelIndices } from './indices.ts';

interface Places {
  readonly tensor: Tensor;
  /** Place in the first axes of the tensor, taken as one. */
  readonly flat: Tensor;
  /** Number of axes that the indices name. */
  readonly depth: number;
}

function places(op: string, x: TensorLike, indices: Indices): Places {
  const tensor = asTensor(op, x);
  const given = asTensorBeside(op, indices, tensor, 'int32');
  const depth = given.shape.at(-1) ?? 0;
  if (given.rank === 0 || depth > tensor.rank || depth === 0) {
    throw new ShapeError(
      `${op}: the last axis of the indices (shape ${formatShape(given.shape)}) must name 1 to ` +
        `${tensor.rank} axes of ${formatShape(tensor.shape)}`,
    );
  }
  const strides = rowMajorStrides(tensor.shape.slice(0, depth));
  const parts = strides.map((_, axis) =>
    kernelIndices(
      op,
      reshape(narrow(given, -1, axis, 1), given.shape.slice(0, -1)),
      tensor.shape[axis],
      tensor,
    ),
  );
  const flat = elementwise(
    'flatIndices',
    (...list) => list.map((index, axis) => index.mul(strides[axis])).reduce((a, b) => a.add(b)),
    parts,
  );
  return { tensor, flat, depth };
}

const joinFirst = ({ tensor, depth }: Places): Tensor =>
  reshape(tensor, [sizeOf(tensor.shape.slice(0, depth)), ...tensor.shape.slice(depth)]);

/**
 * The slices of x at places given by several indices: indices [I.., k] into the first k axes give
 * [I.., other axes of x].
 */
export function gatherNd(x: TensorLike, indices: Indices): Tensor {
  const found = places('gatherNd', x, indices);
  return gather(joinFirst(found), found.flat);
}

/** A copy of x with updates added at places given by several indices, as `gatherNd` reads them. */
export function scatterNdAdd(x: TensorLike, indices: Indices, updates: TensorLike): Tensor {
  const found = places('scatterNdAdd', x, indices);
  return reshape(scatterAdd(joinFirst(found), found.flat, updates), found.tensor.shape);
}

/** A copy of x with the slices at places given by several indices replaced. */
export function scatterNdSet(x: TensorLike, indices: Indices, updates: TensorLike): Tensor {
  const found = places('scatterNdSet', x, indices);
  return reshape(scatterSet(joinFirst(found), found.flat, updates), found.tensor.shape);
}
