import { Parameter as CoreParameter, type TensorLike as CoreTensorLike } from '../ops/index.ts';
import type { Tensor as CoreTensor } from '../tensor/index.ts';
import { Tensor } from './tensor.ts';

/** Attributes of a `Parameter` besides its elements. */
export interface ParameterAttributes {
  readonly name?: string;
  /** Whether training changes it; true by default. */
  readonly trainable?: boolean;
  /** Factor of the optimizer's learning rate; 1 by default. */
  readonly learningRate?: number;
  /** A penalty that replaces the optimizer's own. */
  readonly regularizer?: unknown;
  /** Whether clipping of gradients counts it; true by default. */
  readonly needClip?: boolean;
}

/**
 * A tensor that a layer learns: the handle of a `Parameter` of Gradus, which optimizers change in
 * place. Its memory stays where it is.
 */
export class Parameter extends Tensor {
  readonly optimizeAttr: { learningRate: number };
  regularizer: unknown;
  needClip: boolean;

  constructor(
    value: CoreTensorLike,
    {
      name = 'parameter',
      trainable = true,
      learningRate = 1,
      regularizer = null,
      needClip = true,
    }: ParameterAttributes = {},
  ) {
    super(
      value instanceof CoreParameter ? value : new CoreParameter(value, { name, trainable }),
      name,
    );
    this.optimizeAttr = { learningRate };
    this.regularizer = regularizer;
    this.needClip = needClip;
  }

  /** The parameter of Gradus behind it: what optimizers take. */
  override get tensor(): CoreParameter {
    return super.tensor as CoreParameter;
  }

  /** Whether training changes it; the opposite of `stopGradient`. */
  get trainable(): boolean {
    return this.tensor.trainable;
  }

  set trainable(trainable: boolean) {
    this.tensor.trainable = trainable;
  }

  override point(op: string, result: CoreTensor): this {
    if (!this.stopGradient) return super.point(op, result);
    this.tensor.assign(result);
    return this;
  }

  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}
