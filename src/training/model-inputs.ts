import {
  flatten,
  isSymbolic,
  type KerasTensor,
  type SymbolicShape,
} from '../layers/keras-tensor.ts';
import type { AnyTensor } from '../layers/layer.ts';
import { cast, expandDims, SparseMatrix, squeeze } from '../ops/index.ts';
import { asTensor } from '../ops/tensor-like.ts';
import { formatShape, ShapeError, Tensor, ValueError } from '../tensor/index.ts';
import { inOrder, isNamed, type OneOrMany } from './named.ts';

/** What a model was called on as a list with one entry for each input. */
export function listInputs(
  model: string,
  given: unknown,
  names: readonly string[],
): readonly unknown[] {
  if (isNamed(given as OneOrMany<unknown>)) {
    return inOrder(`${model}: inputs`, given as Record<string, unknown>, names);
  }
  const isList =
    Array.isArray(given) && flatten(given).some((x) => isSymbolic(x) || x instanceof Object);
  if (!isList && names.length === 1) return [given];
  const list = given as readonly unknown[];
  if (isList && list.length === names.length) return list;
  throw new ValueError(
    `${model}: expects ${names.length} inputs (${names.join(', ')}), received ${isList ? list.length : 1}`,
  );
}

/** A model's input as its symbolic input wants it: of its type, with an axis of one added or taken away. */
export function fitInput(model: string, given: unknown, input: KerasTensor): AnyTensor {
  const name = input.node?.layer.name ?? input.name;
  // A sparse matrix goes through as if it were a tensor; layers that cannot take one say so.
  const isReady = isSymbolic(given) || given instanceof SparseMatrix;
  let x = isReady ? (given as AnyTensor) : asTensor(`${model}: ${name}`, given as Tensor);
  const { shape, dtype } = input;
  if (x instanceof Tensor) {
    if (x.dtype !== dtype) x = cast(x, dtype);
    if (x.rank === shape.length + 1 && x.shape.at(-1) === 1) x = squeeze(x, -1);
    else if (x.rank === shape.length - 1 && shape.at(-1) === 1) x = expandDims(x, -1);
  }
  const received = x.shape as SymbolicShape;
  const fits =
    received.length === shape.length &&
    shape.every((n, i) => n === null || received[i] === null || received[i] === n);
  if (fits) return x;
  throw new ShapeError(
    `${model}: input '${name}' expects shape ${formatSymbolic(shape)}, received ${formatShape(received)}`,
  );
}

const formatSymbolic = ([batch, ...rows]: SymbolicShape): string =>
  `[${[batch ?? 'batch', ...rows.map((n) => n ?? 'any')].join(', ')}]`;
