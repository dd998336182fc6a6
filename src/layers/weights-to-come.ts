import { zeros } from '../ops/index.ts';
import {
  bytesPerElement,
  type DType,
  FormatError,
  formatShape,
  type Shape,
  type Tensor,
} from '../tensor/index.ts';

/** What layers that are made from a file may take. */
interface Allowance {
  /** Bytes that weights may still take. */
  left: number;
  readonly maxBytes: number;
  /** Whether values follow from the file, so that it is vain to draw any. */
  readonly blank: boolean;
}

let allowance: Allowance | null = null;

/**
 * Runs `f` while layers are made from a file: weights beyond `maxBytes` in all are refused before memory is taken, and with
 * `blank` they are zeros until the file's values come.
 */
export function withWeightsToCome<T>(
  { maxBytes, blank }: { readonly maxBytes: number; readonly blank: boolean },
  f: () => T,
): T {
  const outer = allowance;
  allowance = { left: maxBytes, maxBytes, blank };
  try {
    return f();
  } finally {
    allowance = outer;
  }
}

/** The first value of a weight: what `draw` gives, unless a file's values follow. */
export function firstValue(where: string, shape: Shape, dtype: DType, draw: () => Tensor): Tensor {
  if (!allowance) return draw();
  const bytes = shape.reduce((product, n) => product * n, bytesPerElement(dtype));
  if (bytes > allowance.left) {
    throw new FormatError(`${where}: the weights take more memory than is allowed (maxBytes)`, {
      expected: `at most ${allowance.maxBytes} bytes`,
      received: `${bytes} for ${formatShape(shape)}`,
    });
  }
  allowance.left -= bytes;
  return allowance.blank ? zeros(shape, { dtype }) : draw();
}
