import { unaryResult } from '../../autograd/index.ts';
import { constant, type Expr, input, type Operand } from '../../expr/index.ts';
import { isDifferentiable, type Tensor } from '../../tensor/index.ts';
import { beforeActivation } from '../linear/fused-activation.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { cast } from './cast.ts';
import { elementwise, formulaKernel } from './elementwise.ts';
import { unaryOp } from './family.ts';

const float = { dtype: 'float' } as const;
const x = input(0);

/** 1 / (1 + exp(-v)), without overflow and exact on both sides. */
const logistic = (v: Expr): Expr => {
  const small = v.abs().neg().exp();
  return v.ge(0).select(1, small).div(small.add(1));
};

/** exp(-|v|) / (1 + exp(-|v|))^2, the slope of `logistic`. */
const logisticSlope = (v: Expr): Expr => {
  const small = v.abs().neg().exp();
  return small.div(small.add(1).square());
};

/** log(1 + exp(v)) without overflow. */
const softplusOf = (v: Expr): Expr => v.max(0).add(v.abs().neg().exp().log1p());

const clamp = (v: Expr, low: Operand, high: Operand): Expr => v.max(low).min(high);

/**
 * 1 inside the open interval, else 0: the slope of a clamped line, 0 at its corners as in
 * TensorFlow.
 */
const inside = (v: Expr, low: number, high: number): Expr => v.gt(low).mul(v.lt(high));

/** Options of `relu`, as Keras' layer has them. */
export interface ReluOptions {
  /** Slope below the threshold. */
  readonly negativeSlope?: number;
  /** Largest result. */
  readonly maxValue?: number | null;
  /** Values below it count as negative. */
  readonly threshold?: number;
}

/**
 * The rectified linear unit, `max(x, 0)`; the derivative at 0 is 0. With options, Keras' general
 * form: x above the threshold, cut at `maxValue`; `negativeSlope * (x - threshold)` below it.
 */
export function relu(
  value: TensorLike,
  { negativeSlope = 0, maxValue = null, threshold = 0 }: ReluOptions = {},
): Tensor {
  if (negativeSlope === 0 && maxValue === null && threshold === 0) return plainRelu(value);
  const isAbove = (v: Expr) => v.gt(threshold);
  return elementwise(
    'relu',
    (v) => {
      const rising = maxValue === null ? v : v.min(maxValue);
      return isAbove(v).select(rising, v.sub(threshold).mul(negativeSlope));
    },
    [value],
    {
      ...float,
      slopes: (v) => [isAbove(v).select(maxValue === null ? 1 : v.le(maxValue), negativeSlope)],
      attributes: { negativeSlope, maxValue, threshold },
    },
  );
}

/**
 * The derivative is taken from the result, which is positive where x is: what x was computed into is
 * then needed by nobody else.
 */
function plainRelu(value: TensorLike): Tensor {
  const given = asTensor('relu', value);
  const tensor = isDifferentiable(given.dtype) ? given : cast(given, 'float32');
  const result: Tensor = unaryResult(
    'relu',
    [tensor],
    () => formulaKernel(rectified, [tensor], tensor.shape, tensor.dtype),
    { backward: (gradient) => [beforeActivation('relu', gradient, result)] },
  );
  return result;
}

const rectified = x.max(0);

/** `min(max(x, 0), 6)`. */
export const relu6 = unaryOp('relu6', clamp(x, 0, 6), {
  ...float,
  slopes: (v) => [inside(v, 0, 6)],
});

/** x where positive, else `negativeSlope * x`. */
export function leakyRelu(value: TensorLike, negativeSlope = 0.2): Tensor {
  return elementwise('leakyRelu', (v) => v.gt(0).select(v, v.mul(negativeSlope)), [value], {
    ...float,
    attributes: { negativeSlope },
  });
}

/** x where positive, else `alpha * x` with learned `alpha`, broadcast to x. */
export function prelu(value: TensorLike, alpha: TensorLike): Tensor {
  return elementwise('prelu', (v, a) => v.gt(0).select(v, v.mul(a)), [value, alpha], float);
}

/** x where positive, else `alpha * (exp(x) - 1)`. */
export function elu(value: TensorLike, alpha = 1): Tensor {
  return elementwise('elu', (v) => v.gt(0).select(v, v.expm1().mul(alpha)), [value], {
    ...float,
    slopes: (v) => [v.gt(0).select(1, v.min(0).exp().mul(alpha))],
    attributes: { alpha },
  });
}

// Klambauer et al. 2017, https://arxiv.org/abs/1706.02515
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** The scaled exponential linear unit of self-normalizing networks. */
export const selu = unaryOp(
  'selu',
  (v) => v.gt(0).select(v, v.expm1().mul(SELU_ALPHA)).mul(SELU_SCALE),
  { ...float, slopes: (v) => [v.ge(0).select(1, v.min(0).exp().mul(SELU_ALPHA)).mul(SELU_SCALE)] },
);

/**
 * `max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)`. At 0 both terms have a slope of 1, so that
 * the derivative there is 2, as Keras gives it.
 */
export function celu(value: TensorLike, alpha = 1): Tensor {
  return elementwise('celu', (v) => v.gt(0).select(v, v.div(alpha).expm1().mul(alpha)), [value], {
    ...float,
    slopes: (v) => [v.eq(0).select(2, v.gt(0).select(1, v.min(0).div(alpha).exp()))],
    attributes: { alpha },
  });
}

/** `1 / (1 + exp(-x))`. */
export const sigmoid = unaryOp('sigmoid', logistic(x), {
  ...float,
  slopes: (v) => [logisticSlope(v)],
});

/** `log(sigmoid(x))` without overflow. */
export const logSigmoid = unaryOp('logSigmoid', softplusOf(x.neg()).neg(), {
  ...float,
  slopes: (v) => [logistic(v.neg())],
});

/** `log(1 + exp(x))` without overflow. */
export const softplus = unaryOp('softplus', softplusOf(x), {
  ...float,
  slopes: (v) => [logistic(v)],
});

/** `x / (1 + |x|)`. */
export const softsign = unaryOp('softsign', x.div(x.abs().add(1)), {
  ...float,
  slopes: (v) => [constant(1).div(v.abs().add(1).square())],
});

/** `x * sigmoid(x)`, also called swish. */
export const silu = unaryOp('silu', x.mul(logistic(x)), {
  ...float,
  slopes: (v) => {
    const s = logistic(v);
    return [s.add(v.mul(logisticSlope(v)))];
  },
});

/** `x * sigmoid(x)`, the other name of `silu`. */
export const swish = silu;

const SQRT_HALF = Math.SQRT1_2;
const SQRT_2_OVER_PI = 0.7978845608028654;
const GELU_CUBIC = 0.044715;

/**
 * The Gaussian error linear unit, `x * Phi(x)`; `approximate` uses tanh.
 * Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
 */
export function gelu(value: TensorLike, approximate = false): Tensor {
  return approximate ? geluOfTanh(value) : geluOfErf(value);
}

const geluOfErf = unaryOp('gelu', x.mul(0.5).mul(x.mul(SQRT_HALF).erf().add(1)), float);

const geluOfTanh = unaryOp(
  'geluTanh',
  x.mul(0.5).mul(x.add(x.mul(x).mul(x).mul(GELU_CUBIC)).mul(SQRT_2_OVER_PI).tanh().add(1)),
  float,
);

/** `x * tanh(softplus(x))`. */
export const mish = unaryOp('mish', x.mul(softplusOf(x).tanh()), {
  ...float,
  slopes: (v) => {
    const t = softplusOf(v).tanh();
    return [t.add(v.mul(constant(1).sub(t.square())).mul(logistic(v)))];
  },
});

/** `relu6(x + 3) / 6`, a piecewise linear sigmoid. */
export const hardSigmoid = unaryOp('hardSigmoid', clamp(x.add(3), 0, 6).div(6), {
  ...float,
  slopes: (v) => [inside(v, -3, 3).div(6)],
});

/** `x * relu6(x + 3) / 6`, also called hard swish. */
export const hardSilu = unaryOp('hardSilu', x.mul(clamp(x.add(3), 0, 6)).div(6), {
  ...float,
  slopes: (v) => [v.le(-3).select(0, v.ge(3).select(1, v.mul(2).add(3).div(6)))],
});

/** `x * relu6(x + 3) / 6`, the other name of `hardSilu`. */
export const hardSwish = hardSilu;

/** x cut to [-1, 1]; the derivative at the corners is 1. */
export const hardTanh = unaryOp('hardTanh', clamp(x, -1, 1), {
  ...float,
  slopes: (v) => [v.abs().le(1)],
});

/** x outside [-lambda, lambda], else 0. */
export function hardShrink(value: TensorLike, lambda = 0.5): Tensor {
  return elementwise('hardShrink', (v) => v.abs().le(lambda).select(0, v), [value], {
    ...float,
    attributes: { lambda },
  });
}

/** x moved towards 0 by lambda, 0 inside [-lambda, lambda]. */
export function softShrink(value: TensorLike, lambda = 0.5): Tensor {
  return elementwise(
    'softShrink',
    (v) =>
      v
        .abs()
        .le(lambda)
        .select(0, v.gt(0).select(v.sub(lambda), v.add(lambda))),
    [value],
    { ...float, attributes: { lambda } },
  );
}

/** `x - tanh(x)`. */
export const tanhShrink = unaryOp('tanhShrink', x.sub(x.tanh()), float);

/** x above `limit`, else `otherwise`. */
export function threshold(value: TensorLike, limit: number, otherwise: number): Tensor {
  return elementwise('threshold', (v) => v.gt(limit).select(v, otherwise), [value], {
    ...float,
    attributes: { limit, otherwise },
  });
}

/** `(x + sqrt(x^2 + b)) / 2`. Barron 2021, https://arxiv.org/abs/2112.11687 */
export function squareplus(value: TensorLike, b = 4): Tensor {
  return elementwise('squareplus', (v) => v.add(v.square().add(b).sqrt()).div(2), [value], {
    ...float,
    attributes: { b },
  });
}

/** 0 up to -1, x from 1 on, `(x + 1)^2 / 4` between. */
export const sparsePlus = unaryOp(
  'sparsePlus',
  (v) => v.le(-1).select(0, v.ge(1).select(v, v.add(1).square().div(4))),
  float,
);

/** 0 up to -1, 1 from 1 on, `(x + 1) / 2` between. */
export const sparseSigmoid = unaryOp(
  'sparseSigmoid',
  (v) => v.le(-1).select(0, v.ge(1).select(1, v.add(1).div(2))),
  float,
);

/** x itself. */
export const linear = (value: TensorLike): Tensor => asTensor('linear', value);
