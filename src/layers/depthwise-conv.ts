import { integer, withOptions } from '../config/index.ts';
import { depthwiseConv1d, depthwiseConv2d, type Parameter } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { activated } from './activated.ts';
import { type Activation, getActivation } from './activations.ts';
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

const convolutions = [depthwiseConv1d, depthwiseConv2d] as const;

const options = (rank: number) => ({
  /** Filters, and so output channels, for each input channel. */
  depthMultiplier: integer(1, { min: 1 }),
  ...convOptions(rank),
  depthwiseInitializer: initializer('glorotUniform'),
  biasInitializer: initializer('zeros'),
  depthwiseRegularizer: regularizer(),
  biasRegularizer: regularizer(),
  activityRegularizer: regularizer(),
  depthwiseConstraint: constraint(),
  biasConstraint: constraint(),
});

/** The base class of the depthwise convolutions: the length of `kernelSize` says which. */
export abstract class DepthwiseConv extends withOptions(Layer, options(2)) {
  override inputSpec: Layer['inputSpec'] = { rank: this.kernelSize.length + 2 };
  kernel!: Parameter;
  bias: Parameter | null = null;

  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.name, inputShape, this.dataFormat);
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...this.kernelSize, channels, this.depthMultiplier],
      initializer: this.depthwiseInitializer,
      regularizer: this.depthwiseRegularizer,
      constraint: this.depthwiseConstraint,
    });
    if (this.useBias) {
      this.bias = this.addWeight({
        name: 'bias',
        shape: [channels * this.depthMultiplier],
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
    this.inputSpec = specOfChannels(this, channels);
  }

  override call(x: Tensor): Tensor {
    if (this.bias && this.dataFormat === 'channels_first') return this.#callChannelsFirst(x);
    return this.#convolve(x, this.bias, this.activation);
  }

  #convolve(x: Tensor, bias: Tensor | null, activation: Activation): Tensor {
    const { strides, dilationRate: dilation } = this;
    return withChannelsLast(x, this.dataFormat, (image) =>
      activated(activation, (fused) =>
        convolutions[this.kernelSize.length - 1](paddedCausally(this, image), this.kernel, {
          strides,
          padding: this.padding === 'causal' ? 'valid' : this.padding,
          dilation,
          bias,
          activation: fused,
        }),
      ),
    );
  }

  /**
   * In this format Keras adds the bias along the last axis where that has as many cells as there are channels, which
   * models that it trained depend on; elsewhere, where it fails, along the channels.
   */
  #callChannelsFirst(x: Tensor): Tensor {
    const bias = this.bias as Parameter;
    const lengths = this.computeOutputShape(x.shape);
    if (lengths.at(-1) !== bias.size) return this.#convolve(x, bias, this.activation);
    return this.activation(this.#convolve(x, null, getActivation('linear')).add(bias));
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const channels = knownChannels(this.name, inputShape, this.dataFormat);
    return convOutputShape(this, inputShape, channels * this.depthMultiplier);
  }
}

/** The base class with the options of so many image axes. */
export const depthwiseConvLayer = (rank: 1 | 2) =>
  withOptions(DepthwiseConv, options(rank), ['kernelSize']);
