import { elementwise } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';

interface Standardization {
  readonly mean: Tensor | null;
  readonly variance: Tensor;
  /** Added to the variance. */
  readonly epsilon: number;
  readonly gamma?: Tensor | null;
  readonly beta?: Tensor | null;
}

/** `(x - mean) / sqrt(variance + epsilon) * gamma + beta` in one kernel; everything is broadcast to x. */
export function standardize(
  x: Tensor,
  { mean, variance, epsilon, gamma = null, beta = null }: Standardization,
): Tensor {
  const operands = [x, variance, mean, gamma, beta].filter((t) => t !== null);
  return elementwise(
    'standardize',
    (value, v, ...rest) => {
      const m = mean && rest.shift();
      const g = gamma && rest.shift();
      const b = beta && rest.shift();
      const unit = (m ? value.sub(m) : value).div(v.add(epsilon).sqrt());
      const scaled = g ? unit.mul(g) : unit;
      return b ? scaled.add(b) : scaled;
    },
    operands,
  );
}
