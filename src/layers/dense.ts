import { boolean, factory, requiredInteger, withOptions } from '../config/index.ts';
import { dense as denseOp, type Parameter, type SparseMatrix } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { activated } from './activated.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import {
  activation,
  constraint,
  initializer,
  quantizationConfig,
  regularizer,
} from './layer-options.ts';

/**
 * A fully connected layer: `activation(x @ kernel + bias)` over the last axis, [..., inputs] to [..., units]. The input may be a
 * `SparseMatrix`.
 * @example dense({ units: 128, activation: 'relu' }) // or dense(128, 'relu')
 */
export class Dense extends withOptions(
  Layer,
  {
    /** How many outputs. */
    units: requiredInteger(),
    activation: activation(),
    useBias: boolean(true),
    kernelInitializer: initializer('glorotUniform'),
    biasInitializer: initializer('zeros'),
    kernelRegularizer: regularizer(),
    biasRegularizer: regularizer(),
    kernelConstraint: constraint(),
    biasConstraint: constraint(),
    quantizationConfig: quantizationConfig(),
  },
  ['units', 'activation'],
) {
  static override readonly className = 'Dense';
  static override readonly takesSparse = true;
  override inputSpec: Layer['inputSpec'] = { minRank: 2 };
  override supportsMasking = true;
  kernel!: Parameter;
  bias: Parameter | null = null;

  override build(inputShape: SymbolicShape): void {
    const inputs = inputShape.at(-1) as number;
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [inputs, this.units],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    if (this.useBias) {
      this.bias = this.addWeight({
        name: 'bias',
        shape: [this.units],
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
    this.inputSpec = { minRank: 2, axes: { [-1]: inputs } };
  }

  override call(x: Tensor | SparseMatrix): Tensor {
    return activated(this.activation, (fused) => denseOp(x, this.kernel, this.bias, fused));
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return [...inputShape.slice(0, -1), this.units];
  }
}

/** Makes a {@link Dense}. */
export const dense = factory(Dense);
