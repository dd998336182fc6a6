import type { Expr } from '../../expr/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import type { TensorLike } from '../tensor-like.ts';
import { elementwise } from './elementwise.ts';

// Activations with parameters that Keras' have not.

const float = { dtype: 'float' } as const;

/** `log(1 + exp(beta * x)) / beta`; x itself where `beta * x` is above `threshold`. */
export function scaledSoftplus(value: TensorLike, beta: number, threshold: number): Tensor {
  return elementwise(
    'scaledSoftplus',
    (v) => {
      const scaled = v.mul(beta);
      const soft = scaled.max(0).add(scaled.abs().neg().exp().log1p());
      return scaled.gt(threshold).select(v, soft.div(beta));
    },
    [value],
    {
      ...float,
      slopes: (v) => {
        const scaled = v.mul(beta);
        const small = scaled.abs().neg().exp();
        const logistic = scaled.ge(0).select(1, small).div(small.add(1));
        return [scaled.gt(threshold).select(1, logistic)];
      },
      attributes: { beta, threshold },
    },
  );
}

/** x, but `slope * x` below 0; the derivative at 0 is 1. */
export function leakyLine(value: TensorLike, slope: number): Tensor {
  return elementwise('leakyLine', (v) => v.lt(0).select(v.mul(slope), v), [value], {
    ...float,
    attributes: { slope },
  });
}

/** x where its size is at least `threshold`, else 0. */
export function cutCenter(value: TensorLike, threshold: number): Tensor {
  return elementwise('cutCenter', (v) => v.abs().ge(threshold).select(v, 0), [value], {
    ...float,
    attributes: { threshold },
  });
}

/** x cut to [low, high]; the derivative at the ends is 0. */
export function hardLimit(value: TensorLike, low: number, high: number): Tensor {
  return elementwise('hardLimit', (v) => v.max(low).min(high), [value], {
    ...float,
    slopes: (v) => [v.gt(low).mul(v.lt(high))],
    attributes: { low, high },
  });
}

/** `slope * x + offset` cut to [0, 1]. */
export function linearSigmoid(value: TensorLike, slope: number, offset: number): Tensor {
  const line = (v: Expr): Expr => v.mul(slope).add(offset);
  return elementwise('linearSigmoid', (v) => line(v).max(0).min(1), [value], {
    ...float,
    slopes: (v) => [line(v).gt(0).mul(line(v).lt(1)).mul(slope)],
    attributes: { slope, offset },
  });
}

/** `scale * x` where positive, else `scale * alpha * (exp(x) - 1)`. */
export function scaledElu(value: TensorLike, scale: number, alpha: number): Tensor {
  return elementwise(
    'scaledElu',
    (v) => v.gt(0).select(v, v.min(0).expm1().mul(alpha)).mul(scale),
    [value],
    {
      ...float,
      slopes: (v) => [
        v.gt(0).select(
          scale,
          v
            .min(0)
            .exp()
            .mul(alpha * scale),
        ),
      ],
      attributes: { scale, alpha },
    },
  );
}

/** x where positive, else `alpha * (exp(x / alpha) - 1)`; the derivative at 0 is 1. */
export function continuousElu(value: TensorLike, alpha: number): Tensor {
  return elementwise(
    'continuousElu',
    (v) => v.gt(0).select(v, v.min(0).div(alpha).expm1().mul(alpha)),
    [value],
    {
      ...float,
      slopes: (v) => [v.gt(0).select(1, v.min(0).div(alpha).exp())],
      attributes: { alpha },
    },
  );
}
