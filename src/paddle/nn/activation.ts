import type { Arguments } from '../arguments.ts';
import { byName } from '../arguments.ts';
import type { Parameter } from '../parameter.ts';
import type { Tensor } from '../tensor.ts';
import { type WithArguments, withArguments } from '../with-arguments.ts';
import * as F from './functional/index.ts';
import { seluAlpha, seluScale } from './functional/selu-numbers.ts';
import { Constant } from './initializer/constants.ts';
import { Layer, type TensorLayer } from './layer.ts';
import type { ParamAttrLike } from './param-attr.ts';

/** Paddle's name of a call, which has no effect here. */
interface Named {
  readonly name: string;
}

const plainOrder = ['name'] as const;

/** A layer that applies a function without options. */
const applying = (
  f: (x: Tensor) => Tensor,
): WithArguments<TensorLayer, Named, typeof plainOrder> => {
  abstract class Applying extends withArguments<Named>()(Layer, plainOrder, 0) {
    override forward(x: Tensor): Tensor {
      return f(x);
    }
  }
  return Applying;
};

/** max(x, 0). */
export class ReLU extends applying(F.relu) {}

/** min(max(x, 0), 6). */
export class ReLU6 extends applying(F.relu6) {}

/** x where it is positive, else x times `negativeSlope` (0.01 by default). */
export class LeakyReLU extends withArguments<Named & { negativeSlope: number }>()(
  Layer,
  ['negativeSlope', 'name'],
  0,
  { negativeSlope: 0.01 },
) {
  override forward(x: Tensor): Tensor {
    return F.leakyRelu(x, this.negativeSlope);
  }
}

interface PReLUArguments extends Named {
  /** 1 slope for all channels, or one for each; 1 by default. */
  readonly numParameters: number;
  /** What the slopes start from; 0.25 by default. */
  readonly init: number;
  readonly weightAttr: ParamAttrLike;
  readonly dataFormat: string;
}

const preluOrder = ['numParameters', 'init', 'weightAttr', 'dataFormat', 'name'] as const;

/** x where it is positive, else x times a slope that is learned. */
export class PReLU extends Layer {
  readonly dataFormat: string;
  _weight: Parameter;

  constructor(...args: Arguments<PReLUArguments, typeof preluOrder>) {
    super();
    const given = byName<PReLUArguments>('PReLU', preluOrder, args);
    const { numParameters = 1, init = 0.25, weightAttr } = given;
    this.dataFormat = given.dataFormat ?? 'NCHW';
    this._weight = this.createParameter([numParameters], {
      attr: weightAttr,
      defaultInitializer: new Constant(init),
    }) as Parameter;
  }

  override forward(x: Tensor): Tensor {
    return F.prelu(x, this._weight, { dataFormat: this.dataFormat });
  }
}

/** x where it is positive, else x times a slope drawn from [lower, upper] in training, their mean in use. */
export class RReLU extends withArguments<Named & { lower: number; upper: number }>()(
  Layer,
  ['lower', 'upper', 'name'],
  0,
  { lower: 1 / 8, upper: 1 / 3 },
) {
  override forward(x: Tensor): Tensor {
    return F.rrelu(x, { lower: this.lower, upper: this.upper, training: this.training });
  }
}

/** x where it is positive, else `alpha (exp(x) - 1)`. */
export class ELU extends withArguments<Named & { alpha: number }>()(Layer, ['alpha', 'name'], 0, {
  alpha: 1,
}) {
  override forward(x: Tensor): Tensor {
    return F.elu(x, this.alpha);
  }
}

/** max(x, 0) + min(alpha (exp(x / alpha) - 1), 0). */
export class CELU extends withArguments<Named & { alpha: number }>()(Layer, ['alpha', 'name'], 0, {
  alpha: 1,
}) {
  override forward(x: Tensor): Tensor {
    return F.celu(x, this.alpha);
  }
}

/** ELU scaled so that activations keep mean and variance. */
export class SELU extends withArguments<Named & { scale: number; alpha: number }>()(
  Layer,
  ['scale', 'alpha', 'name'],
  0,
  { scale: seluScale, alpha: seluAlpha },
) {
  override forward(x: Tensor): Tensor {
    return F.selu(x, { scale: this.scale, alpha: this.alpha });
  }
}

/** x times the share of a normal distribution below it. */
export class GELU extends withArguments<Named & { approximate: boolean }>()(
  Layer,
  ['approximate', 'name'],
  0,
  { approximate: false },
) {
  override forward(x: Tensor): Tensor {
    return F.gelu(x, this.approximate);
  }
}

/** 1 / (1 + exp(-x)). */
export class Sigmoid extends applying(F.sigmoid) {}

/** Sigmoid in three straight pieces. */
export class Hardsigmoid extends applying(F.hardsigmoid) {}

/** x times a sigmoid in three straight pieces. */
export class Hardswish extends applying(F.hardswish) {}

/** x times its sigmoid. */
export class Swish extends applying(F.swish) {}

/** x times its sigmoid. */
export class Silu extends withArguments<Named & { inplace: boolean }>()(
  Layer,
  ['inplace', 'name'],
  0,
  { inplace: false },
) {
  override forward(x: Tensor): Tensor {
    return F.silu(x);
  }
}

/** x tanh(softplus(x)). */
export class Mish extends applying(F.mish) {}

/** tanh(x). */
export class Tanh extends applying(F.tanh) {}

/** x - tanh(x). */
export class Tanhshrink extends applying(F.tanhshrink) {}

/** x between `min` and `max`, else the nearer of them. */
export class Hardtanh extends withArguments<Named & { min: number; max: number }>()(
  Layer,
  ['min', 'max', 'name'],
  0,
  { min: -1, max: 1 },
) {
  override forward(x: Tensor): Tensor {
    return F.hardtanh(x, this.min, this.max);
  }
}

/** x where it is further from 0 than `threshold`, else 0. */
export class Hardshrink extends withArguments<Named & { threshold: number }>()(
  Layer,
  ['threshold', 'name'],
  0,
  { threshold: 0.5 },
) {
  override forward(x: Tensor): Tensor {
    return F.hardshrink(x, this.threshold);
  }
}

/** x moved towards 0 by `threshold`, and no further. */
export class Softshrink extends withArguments<Named & { threshold: number }>()(
  Layer,
  ['threshold', 'name'],
  0,
  { threshold: 0.5 },
) {
  override forward(x: Tensor): Tensor {
    return F.softshrink(x, this.threshold);
  }
}

/** log(1 + exp(beta x)) / beta; x where beta x exceeds `threshold`. */
export class Softplus extends withArguments<Named & { beta: number; threshold: number }>()(
  Layer,
  ['beta', 'threshold', 'name'],
  0,
  { beta: 1, threshold: 20 },
) {
  override forward(x: Tensor): Tensor {
    return F.softplus(x, this.beta, this.threshold);
  }
}

/** x / (1 + |x|). */
export class Softsign extends applying(F.softsign) {}

/** x where it exceeds `threshold`, else `value`. */
export class ThresholdedReLU extends withArguments<Named & { threshold: number; value: number }>()(
  Layer,
  ['threshold', 'value', 'name'],
  0,
  { threshold: 1, value: 0 },
) {
  override forward(x: Tensor): Tensor {
    return F.thresholdedRelu(x, this.threshold, this.value);
  }
}

/** log(sigmoid(x)). */
export class LogSigmoid extends applying(F.logSigmoid) {}

/** exp(x) divided by its sum along an axis; the last by default. */
export class Softmax extends withArguments<Named & { axis: number }>()(Layer, ['axis', 'name'], 0, {
  axis: -1,
}) {
  override forward(x: Tensor): Tensor {
    return F.softmax(x, this.axis);
  }
}

/** Softmax over the channels of [channels, height, width] or [batch, channels, height, width]. */
export class Softmax2D extends applying((x) => F.softmax(x, -3)) {}

/** The logarithm of softmax. */
export class LogSoftmax extends withArguments<Named & { axis: number }>()(
  Layer,
  ['axis', 'name'],
  0,
  { axis: -1 },
) {
  override forward(x: Tensor): Tensor {
    return F.logSoftmax(x, this.axis);
  }
}

/** The greatest of each `groups` channels. */
export class Maxout extends withArguments<Named & { groups: number; axis: number }>()(
  Layer,
  ['groups', 'axis', 'name'],
  1,
  { axis: 1 },
) {
  override forward(x: Tensor): Tensor {
    return F.maxout(x, this.groups, this.axis);
  }
}

/** The first half along an axis, times the sigmoid of the second. */
export class GLU extends withArguments<Named & { axis: number }>()(Layer, ['axis', 'name'], 0, {
  axis: -1,
}) {
  override forward(x: Tensor): Tensor {
    return F.glu(x, this.axis);
  }
}
