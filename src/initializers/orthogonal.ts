import { factory, number, withOptions } from '../config/index.ts';
import { fromData, random } from '../ops/index.ts';
import {
  type DType,
  formatShape,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
} from '../tensor/index.ts';
import { Initializer, seed } from './initializer.ts';

/**
 * A random matrix with orthonormal columns (rows, if it is wider than high), times `gain`; more axes are flattened into
 * rows. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014.
 */
export class Orthogonal extends withOptions(Initializer, { gain: number(1), seed: seed() }, [
  'gain',
  'seed',
]) {
  static override readonly className = 'Orthogonal';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    if (shape.length < 2) {
      throw new ShapeError(
        `Orthogonal: needs two axes or more, received shape ${formatShape(shape)}`,
      );
    }
    const columns = shape[shape.length - 1];
    const rows = sizeOf(shape.slice(0, -1));
    const [high, wide] = [Math.max(rows, columns), Math.min(rows, columns)];
    const q = Float64Array.from(random.normal([high * wide], { seed: this.seed }).dataSync());
    orthonormalize(q, high, wide);
    const data = new Float64Array(rows * columns);
    for (let i = 0; i < high; i++) {
      for (let j = 0; j < wide; j++) {
        const at = rows >= columns ? i * columns + j : j * columns + i;
        data[at] = this.gain * q[i * wide + j];
      }
    }
    return fromData(data, shape, dtype);
  }
}

/** Makes an {@link Orthogonal}. */
export const orthogonal = factory(Orthogonal);

/**
 * Makes the columns of a high x wide matrix orthonormal, from left to right; twice, since one pass of Gram and Schmidt
 * leaves rounding errors that a second removes.
 */
function orthonormalize(q: Float64Array, high: number, wide: number): void {
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < high; i++) sum += q[i * wide + a] * q[i * wide + b];
    return sum;
  };
  for (let column = 0; column < wide; column++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let earlier = 0; earlier < column; earlier++) {
        const share = product(earlier, column);
        for (let i = 0; i < high; i++) q[i * wide + column] -= share * q[i * wide + earlier];
      }
    }
    const length = Math.sqrt(product(column, column));
    for (let i = 0; i < high; i++) q[i * wide + column] /= length;
  }
}
