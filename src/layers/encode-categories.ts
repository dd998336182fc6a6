import {
  asTensor,
  cast,
  expandDims,
  minimum,
  mul,
  oneHot,
  squeeze,
  type TensorLike,
} from '../ops/index.ts';
import { type DType, formatShape, ShapeError, type Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';

/** How numbers of categories are shown: as they are, as one 1 each, as 1s or counts for each sample. */
export type OutputMode = 'int' | 'one_hot' | 'multi_hot' | 'count' | 'tf_idf';

/** Categories [batch, ...] as vectors of `depth`; numbers outside give nothing. */
export function encodeCategories(
  name: string,
  x: Tensor,
  mode: Exclude<OutputMode, 'int'>,
  depth: number,
  dtype: DType,
  weights: TensorLike | null = null,
): Tensor {
  const numbers = cast(x, 'int32');
  if (mode === 'one_hot') {
    const single = numbers.rank > 1 && numbers.shape.at(-1) === 1 ? squeeze(numbers, -1) : numbers;
    return oneHot(single, depth, { dtype });
  }
  if (numbers.rank > 2) {
    throw new ShapeError(
      `${name}: output mode '${mode}' takes one row of categories for each sample, received shape ` +
        formatShape(numbers.shape),
    );
  }
  const rows = numbers.rank === 0 ? expandDims(numbers, 0) : numbers;
  const hot = oneHot(rows, depth, { dtype: 'float32' });
  const each = weights === null ? hot : mul(hot, expandDims(asTensor(name, weights), -1));
  const sums = each.sum(-2);
  return cast(mode === 'multi_hot' ? minimum(sums, 1) : sums, dtype);
}

/** Shape of the encoded categories. */
export function encodedShape(
  shape: SymbolicShape,
  mode: OutputMode,
  depth: number | null,
): SymbolicShape {
  if (mode === 'int') return shape;
  if (mode === 'one_hot') {
    return shape.length > 1 && shape.at(-1) === 1
      ? [...shape.slice(0, -1), depth]
      : [...shape, depth];
  }
  return [...shape.slice(0, -1), depth];
}
