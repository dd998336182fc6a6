import { formatShape, runWithDataOf, ShapeError, sizeOf, type Tensor } from '../../tensor/index.ts';
import { fromTypedArray } from '../tensor-like.ts';

// Decompositions have no kernel: they run in float64 on elements that are at hand (cpu, wasm), one
// matrix of a stack after the other. Their gradients are made of operations.

/** A matrix in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A matrix of zeros. */
export const zeroMatrix = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: new Float64Array(rows * columns),
});

/** The unit matrix. */
export function unitMatrix(size: number): Matrix {
  const matrix = zeroMatrix(size, size);
  for (let i = 0; i < size; i++) matrix.data[i * size + i] = 1;
  return matrix;
}

/** The matrix with rows and columns exchanged. */
export function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = zeroMatrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result.data[j * rows + i] = data[i * columns + j];
  }
  return result;
}

/** Checks that a tensor holds matrices, square ones if asked for. */
export function checkMatrices(op: string, x: Tensor, square = false): void {
  const [rows, columns] = x.shape.slice(-2);
  if (x.rank >= 2 && (!square || rows === columns)) return;
  throw new ShapeError(
    `${op}: expected ${square ? 'square matrices [.., n, n]' : 'matrices [.., m, n]'}, received ` +
      formatShape(x.shape),
  );
}

/** The matrices of a stack. */
export function matricesOf(x: Tensor): Matrix[] {
  const [rows, columns] = x.shape.slice(-2);
  const elements = Float64Array.from(x.detach().dataSync());
  const size = rows * columns;
  return Array.from({ length: sizeOf(x.shape.slice(0, -2)) }, (_, i) => ({
    rows,
    columns,
    data: elements.subarray(i * size, (i + 1) * size),
  }));
}

/** A stack of results, each of shape `each`, beside `x` and of its type. */
export function stackOf(
  x: Tensor,
  each: readonly number[],
  parts: readonly Float64Array[],
): Tensor {
  const size = sizeOf(each);
  const all = new Float64Array(parts.length * size);
  parts.forEach((part, i) => {
    all.set(part, i * size);
  });
  const shape = [...x.shape.slice(0, -2), ...each];
  return runWithDataOf([x], () => fromTypedArray('matrices', all, shape, x.dtype));
}
