import { keep, Tensor } from '../tensor/index.ts';
import { copyInto } from './copy.ts';
import { emptyTensor } from './result.ts';
import { asTensor, type TensorLike } from './tensor-like.ts';
import { assign } from './update.ts';

/** Options of a `Parameter`. */
export interface ParameterOptions {
  /** Name inside its layer: `kernel`. */
  readonly name?: string;
  /** Name in its model: `conv2d/kernel`; the name by default. */
  readonly path?: string;
  /** Whether training changes it; true by default. */
  readonly trainable?: boolean;
}

/** An object that makes a tensor of a tensor: a regularizer, a constraint. */
export interface TensorFunction {
  call(x: Tensor): Tensor;
}

/**
 * A tensor that a model learns or keeps: it outlives every step and is changed in place. It takes
 * over the memory of a tensor that lies in row-major order in memory of its own and was not
 * computed under a tape; others are copied.
 * @example const w = new Parameter(random.normal([784, 10]), { name: 'kernel' });
 */
export class Parameter extends Tensor {
  name: string;
  path: string;
  /** A penalty on it that training adds to the loss. */
  regularizer: TensorFunction | null = null;
  /** What optimizers apply to it after each step. */
  constraint: TensorFunction | null = null;

  constructor(
    value: TensorLike,
    { name = 'parameter', path = name, trainable = true }: ParameterOptions = {},
  ) {
    const { storage, shape, dtype } = ownMemory(asTensor('Parameter', value));
    super(storage, shape, undefined, 0, dtype);
    this.name = name;
    this.path = path;
    this.requiresGrad = trainable;
    keep(this);
  }

  /** Whether training changes it: the same as `requiresGrad`. */
  get trainable(): boolean {
    return this.requiresGrad;
  }

  set trainable(value: boolean) {
    this.requiresGrad = value;
  }

  /**
   * Replaces the elements in place; a value of the same shape, or one that stretches to it. Not
   * recorded.
   */
  assign(value: TensorLike): this {
    assign(this, value);
    return this;
  }
}

function ownMemory(x: Tensor): Tensor {
  if (x.isContiguous && x.offset === 0 && x.storage.length === x.size && !x.node) return x;
  const copied = emptyTensor(x.shape, x.dtype);
  copyInto(x, copied);
  return copied;
}
