import { constant, type Expr } from '../../expr/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import type { TensorLike } from '../tensor-like.ts';
import { elementwise } from './elementwise.ts';
import { binaryOp } from './family.ts';

const float = { dtype: 'float' } as const;

/** Logarithms of probabilities are not below this, nor the slope's denominator below the other. */
const leastLog = -100;
const leastSpread = 1e-12;

/**
 * The binary cross-entropy of probabilities with targets in [0, 1], element by element; logarithms
 * are cut at -100.
 */
export const binaryCrossEntropy = binaryOp(
  'binaryCrossEntropy',
  (p, z) =>
    z
      .mul(p.log().max(leastLog))
      .add(constant(1).sub(z).mul(constant(1).sub(p).log().max(leastLog)))
      .neg(),
  {
    ...float,
    slopes: (p, z) => [
      p.sub(z).div(p.mul(constant(1).sub(p)).max(leastSpread)),
      constant(1).sub(p).log().max(leastLog).sub(p.log().max(leastLog)),
    ],
  },
);

/** `log(1 + exp(-v))` without overflow. */
const softminus = (v: Expr): Expr => v.abs().neg().exp().log1p().add(v.neg().max(0));

const logistic = (v: Expr): Expr => {
  const small = v.abs().neg().exp();
  return v.ge(0).select(1, small).div(small.add(1));
};

/**
 * The binary cross-entropy of the sigmoid of logits with targets in [0, 1], element by element;
 * `positive` is the weight of the part that belongs to the target 1.
 */
export function weightedSigmoidCrossEntropy(
  logits: TensorLike,
  targets: TensorLike,
  positive: TensorLike,
): Tensor {
  return elementwise(
    'weightedSigmoidCrossEntropy',
    (v, z, w) =>
      constant(1)
        .sub(z)
        .mul(v)
        .add(w.mul(softminus(v))),
    [logits, targets, positive],
    {
      ...float,
      slopes: (v, z, w) => [
        constant(1)
          .sub(z)
          .sub(w.mul(logistic(v.neg()))),
        v.neg(),
        softminus(v),
      ],
    },
  );
}

/** Half the square of the difference up to `delta`, a line beyond it. */
export function huberCost(a: TensorLike, b: TensorLike, delta: number): Tensor {
  return elementwise(
    'huberCost',
    (x, y) => {
      const size = x.sub(y).abs();
      return size.le(delta).select(size.square().mul(0.5), size.sub(delta / 2).mul(delta));
    },
    [a, b],
    {
      ...float,
      slopes: (x, y) => {
        const slope = x.sub(y).max(-delta).min(delta);
        return [slope, slope.neg()];
      },
      attributes: { delta },
    },
  );
}

/** `t * (log t - x)`, 0 where the target t is not positive: the divergence from log-probabilities x. */
export const divergenceCost = binaryOp(
  'divergenceCost',
  (x, t) => t.gt(0).select(t.mul(t.gt(0).select(t, 1).log().sub(x)), 0),
  {
    ...float,
    slopes: (x, t) => [
      t.gt(0).select(t.neg(), 0),
      t.gt(0).select(t.gt(0).select(t, 1).log().sub(x).add(1), 0),
    ],
  },
);
