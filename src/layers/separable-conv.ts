import { integer, requiredInteger, withOptions } from '../config/index.ts';
import { type Parameter, separableConv1d, separableConv2d } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { activated } from './activated.ts';
import {
  convOptions,
  convOutputShape,
  knownChannels,
  paddedCausally,
  specOfChannels,
} from './conv.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { constraint, initializer, regularizer } from './layer-options.ts';
import { withChannelsLast } from './window-options.ts';

const convolutions = [separableConv1d, separableConv2d] as const;

const options = (rank: number) => ({
  /** Filters of the depthwise part for each input channel. */
  depthMultiplier: integer(1, { min: 1 }),
  /** How many output channels. */
  filters: requiredInteger(),
  ...convOptions(rank),
  depthwiseInitializer: initializer('glorotUniform'),
  pointwiseInitializer: initializer('glorotUniform'),
  biasInitializer: initializer('zeros'),
  depthwiseRegularizer: regularizer(),
  pointwiseRegularizer: regularizer(),
  biasRegularizer: regularizer(),
  activityRegularizer: regularizer(),
  depthwiseConstraint: constraint(),
  pointwiseConstraint: constraint(),
  biasConstraint: constraint(),
});

/** The base class of the separable convolutions: the length of `kernelSize` says which. */
export abstract class SeparableConv extends withOptions(Layer, options(2)) {
  override inputSpec: Layer['inputSpec'] = { rank: this.kernelSize.length + 2 };
  depthwiseKernel!: Parameter;
  pointwiseKernel!: Parameter;
  bias: Parameter | null = null;

  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.name, inputShape, this.dataFormat);
    this.depthwiseKernel = this.addWeight({
      name: 'depthwise_kernel',
      shape: [...this.kernelSize, channels, this.depthMultiplier],
      initializer: this.depthwiseInitializer,
      regularizer: this.depthwiseRegularizer,
      constraint: this.depthwiseConstraint,
    });
    this.pointwiseKernel = this.addWeight({
      name: 'pointwise_kernel',
      shape: [...this.kernelSize.map(() => 1), channels * this.depthMultiplier, this.filters],
      initializer: this.pointwiseInitializer,
      regularizer: this.pointwiseRegularizer,
      constraint: this.pointwiseConstraint,
    });
    if (this.useBias) {
      this.bias = this.addWeight({
        name: 'bias',
        shape: [this.filters],
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
    this.inputSpec = specOfChannels(this, channels);
  }

  override call(x: Tensor): Tensor {
    const { strides, dilationRate: dilation, bias } = this;
    return withChannelsLast(x, this.dataFormat, (image) =>
      activated(this.activation, (activation) =>
        convolutions[this.kernelSize.length - 1](
          paddedCausally(this, image),
          this.depthwiseKernel,
          this.pointwiseKernel,
          {
            strides,
            padding: this.padding === 'causal' ? 'valid' : this.padding,
            dilation,
            bias,
            activation,
          },
        ),
      ),
    );
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return convOutputShape(this, inputShape, this.filters);
  }
}

/** The base class with the options of so many image axes. */
export const separableConvLayer = (rank: 1 | 2) =>
  withOptions(SeparableConv, options(rank), ['filters', 'kernelSize']);
