import { choice, factory, number, withOptions } from '../config/index.ts';
import { eye, matmul, sub } from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor } from '../tensor/index.ts';
import { Regularizer } from './regularizer.ts';

/**
 * Penalty that drives the rows (or columns) of a matrix to be orthogonal: `factor` times the mean of |cos| between
 * different ones.
 */
export class OrthogonalRegularizer extends withOptions(
  Regularizer,
  { factor: number(0.01, { min: 0 }), mode: choice(['rows', 'columns'], 'rows') },
  ['factor', 'mode'],
) {
  static override readonly className = 'OrthogonalRegularizer';

  override call(x: Tensor): Tensor {
    if (x.rank !== 2) {
      throw new ShapeError(
        `OrthogonalRegularizer: needs a matrix, received shape ${formatShape(x.shape)}`,
      );
    }
    const axis = this.mode === 'rows' ? 1 : 0;
    const length = x.square().sum(axis, { keepDims: true }).maximum(1e-12).sqrt();
    const unit = x.div(length);
    const size = x.shape[1 - axis];
    const cosines =
      axis === 1
        ? matmul(unit, unit, { transposeB: true })
        : matmul(unit, unit, { transposeA: true });
    const others = cosines.mul(sub(1, eye(size, size, { dtype: x.dtype })));
    const pairs = (size * (size - 1)) / 2;
    return others
      .abs()
      .sum()
      .mul((this.factor * 0.5) / pairs);
  }
}

/** Makes an {@link OrthogonalRegularizer}. */
export const orthogonalRegularizer = factory(OrthogonalRegularizer);
