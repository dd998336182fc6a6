// Activations, each an operation of Gradus under Paddle's name.
import * as ops from '../../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  normalizeAxis,
  ShapeError,
} from '../../../tensor/index.ts';
import { toDType } from '../../dtype.ts';
import { inPlace, unaryFunction } from '../../operands.ts';
import { gumbel } from '../../random.ts';
import { define } from '../../signature.ts';
import { type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { seluAlpha, seluScale } from './selu-numbers.ts';

export const relu = unaryFunction('relu', (x) => ops.relu(x));
export const relu_ = inPlace(relu);
export const relu6 = unaryFunction('relu6', ops.relu6);
export const sigmoid = unaryFunction('sigmoid', ops.sigmoid);
export const logSigmoid = unaryFunction('logSigmoid', ops.logSigmoid);
export const tanh = unaryFunction('tanh', ops.tanh);
export const tanh_ = inPlace(tanh);
export const tanhshrink = unaryFunction('tanhshrink', ops.tanhShrink);
export const softsign = unaryFunction('softsign', ops.softsign);
export const swish = unaryFunction('swish', ops.silu);
export const mish = unaryFunction('mish', ops.mish);
export const hardswish = unaryFunction('hardswish', ops.hardSilu);

/** `x * sigmoid(x)`. */
export const silu = define('silu', ['x'], ['inplace'], (x: TensorLike, _inplace: boolean = false) =>
  wrap(ops.silu(unwrap('silu', x))),
);

/** `x * P(X <= x)` of the standard normal distribution; `approximate` by tanh. */
export const gelu = define(
  'gelu',
  ['x'],
  ['approximate'],
  (x: TensorLike, approximate: boolean = false) => wrap(ops.gelu(unwrap('gelu', x), approximate)),
);

/** x where positive, else `alpha * (exp(x) - 1)`. */
export const elu = define('elu', ['x'], ['alpha'], (x: TensorLike, alpha: number = 1) =>
  wrap(ops.elu(unwrap('elu', x), alpha)),
);
export const elu_ = inPlace(elu);

/** x where positive, else `alpha * (exp(x / alpha) - 1)`. */
export const celu = define('celu', ['x'], ['alpha'], (x: TensorLike, alpha: number = 1) =>
  wrap(ops.continuousElu(unwrap('celu', x), alpha)),
);

/** `scale * x` where positive, else `scale * alpha * (exp(x) - 1)`. */
export const selu = define(
  'selu',
  ['x'],
  ['scale', 'alpha'],
  (x: TensorLike, scale: number = seluScale, alpha: number = seluAlpha) =>
    wrap(ops.scaledElu(unwrap('selu', x), scale, alpha)),
);

/** x where positive, else `negativeSlope * x`. */
export const leakyRelu = define(
  'leakyRelu',
  ['x'],
  ['negativeSlope'],
  (x: TensorLike, negativeSlope: number = 0.01) =>
    wrap(ops.leakyLine(unwrap('leakyRelu', x), negativeSlope)),
);
export const leakyRelu_ = inPlace(leakyRelu);

/** The axis of the channels. */
const channelAxis = (dataFormat: string, rank: number): number =>
  rank === 1 ? 0 : dataFormat.startsWith('NC') ? 1 : rank - 1;

/** x where positive, else a learned slope times x: one slope, or one for each channel. */
export const prelu = define(
  'prelu',
  ['x', 'weight'],
  ['dataFormat'],
  (x: TensorLike, weight: TensorLike, dataFormat: string = 'NCHW') => {
    const [tensor, slope] = [unwrap('prelu', x), unwrap('prelu', weight)];
    if (slope.size === 1) return wrap(ops.prelu(tensor, ops.reshape(slope, [])));
    const at = channelAxis(dataFormat, tensor.rank);
    if (tensor.shape[at] !== slope.size) {
      throw new ShapeError(
        `prelu: ${slope.size} slopes for ${tensor.shape[at]} channels (axis ${at} of ${formatShape(tensor.shape)})`,
      );
    }
    return wrap(
      ops.prelu(
        tensor,
        ops.reshape(
          slope,
          tensor.shape.map((_, i) => (i === at ? slope.size : 1)),
        ),
      ),
    );
  },
);

/** x where positive, else a slope times x that is drawn from [lower, upper) in training, their mean otherwise. */
export const rrelu = define(
  'rrelu',
  ['x'],
  ['lower', 'upper', 'training'],
  (x: TensorLike, lower: number = 1 / 8, upper: number = 1 / 3, training: boolean = true) => {
    const tensor = unwrap('rrelu', x);
    if (!training) return wrap(ops.leakyRelu(tensor, (lower + upper) / 2));
    const slopes = ops.random.uniform(tensor.shape, {
      minval: lower,
      maxval: upper,
      dtype: tensor.dtype,
    });
    return wrap(ops.prelu(tensor, slopes));
  },
);

/** x outside [-threshold, threshold], else 0. */
export const hardshrink = define(
  'hardshrink',
  ['x'],
  ['threshold'],
  (x: TensorLike, threshold: number = 0.5) =>
    wrap(ops.cutCenter(unwrap('hardshrink', x), threshold)),
);

/** x moved towards 0 by `threshold`, 0 within it. */
export const softshrink = define(
  'softshrink',
  ['x'],
  ['threshold'],
  (x: TensorLike, threshold: number = 0.5) =>
    wrap(ops.softShrink(unwrap('softshrink', x), threshold)),
);

/** x cut to [min, max]. */
export const hardtanh = define(
  'hardtanh',
  ['x'],
  ['min', 'max'],
  (x: TensorLike, min: number = -1, max: number = 1) =>
    wrap(ops.hardLimit(unwrap('hardtanh', x), min, max)),
);
export const hardtanh_ = inPlace(hardtanh);

/** `slope * x + offset` cut to [0, 1]. */
export const hardsigmoid = define(
  'hardsigmoid',
  ['x'],
  ['slope', 'offset'],
  (x: TensorLike, slope: number = 0.1666667, offset: number = 0.5) =>
    wrap(ops.linearSigmoid(unwrap('hardsigmoid', x), slope, offset)),
);

/** `log(1 + exp(beta * x)) / beta`; x itself where `beta * x` is above `threshold`. */
export const softplus = define(
  'softplus',
  ['x'],
  ['beta', 'threshold'],
  (x: TensorLike, beta: number = 1, threshold: number = 20) =>
    wrap(ops.scaledSoftplus(unwrap('softplus', x), beta, threshold)),
);

/** x above `threshold`, else `value`. */
export const thresholdedRelu = define(
  'thresholdedRelu',
  ['x'],
  ['threshold', 'value'],
  (x: TensorLike, threshold: number = 1, value: number = 0) =>
    wrap(ops.threshold(unwrap('thresholdedRelu', x), threshold, value)),
);
export const thresholdedRelu_ = inPlace(thresholdedRelu);

const typed = (op: string, x: TensorLike, dtype: string | undefined): CoreTensor => {
  const tensor = unwrap(op, x);
  return dtype === undefined ? tensor : ops.cast(tensor, toDType(dtype));
};

/** `exp(x)` divided by its sum along an axis. */
export const softmax = define(
  'softmax',
  ['x'],
  ['axis', 'dtype'],
  (x: TensorLike, axis: number = -1, dtype?: string) =>
    wrap(ops.softmax(typed('softmax', x, dtype), axis)),
);
export const softmax_ = inPlace(softmax);

/** The logarithm of softmax; as in Paddle not more than 64 below the largest. */
export const logSoftmax = define(
  'logSoftmax',
  ['x'],
  ['axis', 'dtype'],
  (x: TensorLike, axis: number = -1, dtype?: string) => {
    const found = ops.logSoftmax(typed('logSoftmax', x, dtype), axis);
    return wrap(ops.raise(found, ops.max(found.detach(), axis, { keepDims: true }), -64));
  },
);

/** The largest of each group of channels. */
export const maxout = define(
  'maxout',
  ['x', 'groups'],
  ['axis'],
  (x: TensorLike, groups: number, axis: number = 1) => {
    const tensor = unwrap('maxout', x);
    const at = normalizeAxis('maxout', axis, tensor.rank);
    const size = tensor.shape[at];
    if (size % groups !== 0) {
      throw new ShapeError(`maxout: ${size} channels do not make groups of ${groups}`);
    }
    const shape = [
      ...tensor.shape.slice(0, at),
      size / groups,
      groups,
      ...tensor.shape.slice(at + 1),
    ];
    return wrap(ops.max(ops.reshape(tensor, shape), at + 1));
  },
);

/** The first half along an axis times the sigmoid of the second. */
export const glu = define('glu', ['x'], ['axis'], (x: TensorLike, axis: number = -1) => {
  const [value, gate] = ops.split(unwrap('glu', x), 2, axis);
  return wrap(ops.mul(value, ops.sigmoid(gate)));
});

/** `silu(x) * y`; without y, of the two halves of the last axis. */
export const swiglu = define('swiglu', ['x'], ['y'], (x: TensorLike, y?: TensorLike) => {
  const tensor = unwrap('swiglu', x);
  const [value, gate] = y === undefined ? ops.split(tensor, 2, -1) : [tensor, unwrap('swiglu', y)];
  return wrap(ops.mul(ops.silu(value), gate));
});

/** A differentiable draw of one class along an axis; `hard` gives it as 0 and 1. */
export const gumbelSoftmax = define(
  'gumbelSoftmax',
  ['x'],
  ['temperature', 'hard', 'axis'],
  (x: TensorLike, temperature: number = 1, hard: boolean = false, axis: number = -1) => {
    const tensor = unwrap('gumbelSoftmax', x);
    const noisy = ops.div(ops.add(tensor, gumbel(tensor.shape)), temperature);
    const soft = ops.softmax(noisy, axis);
    if (!hard) return wrap(soft);
    const at = normalizeAxis('gumbelSoftmax', axis, tensor.rank);
    const winner = ops.argmax(soft.detach(), at, { keepDims: true });
    const one = ops.putAlongAxis(ops.zerosLike(soft.detach()), winner, 1, at);
    // The value is the winner's, the gradient that of the softmax.
    return wrap(ops.add(ops.sub(one, soft.detach()), soft));
  },
);
