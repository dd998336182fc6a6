import { boolean, choice, requiredInteger, withOptions } from '../config/index.ts';
import { conv1dTranspose, conv2dTranspose, conv3dTranspose, type Parameter } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { activated } from './activated.ts';
import { knownChannels, specOfChannels } from './conv.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { activation, constraint, initializer, regularizer } from './layer-options.ts';
import {
  dataFormat,
  joinShape,
  optionalPerAxis,
  perAxis,
  requiredPerAxis,
  splitShape,
  withChannelsLast,
} from './window-options.ts';

const convolutions = [conv1dTranspose, conv2dTranspose, conv3dTranspose] as const;

const options = (rank: number) => ({
  /** How many filters, and so output channels. */
  filters: requiredInteger(),
  kernelSize: requiredPerAxis(rank),
  /** How many cells of the result one cell of the input moves on. */
  strides: perAxis(rank, 1),
  padding: choice(['valid', 'same'], 'valid'),
  /** Cells added at the end of the result; null for as many as Keras' default size has. */
  outputPadding: optionalPerAxis(rank, 0),
  dataFormat: dataFormat(),
  dilationRate: perAxis(rank, 1),
  activation: activation(),
  useBias: boolean(true),
  kernelInitializer: initializer('glorotUniform'),
  biasInitializer: initializer('zeros'),
  kernelRegularizer: regularizer(),
  biasRegularizer: regularizer(),
  activityRegularizer: regularizer(),
  kernelConstraint: constraint(),
  biasConstraint: constraint(),
});

/** The base class of the transposed convolutions: the length of `kernelSize` says which. */
export abstract class ConvTranspose extends withOptions(Layer, options(2)) {
  override inputSpec: Layer['inputSpec'] = { rank: this.kernelSize.length + 2 };
  kernel!: Parameter;
  bias: Parameter | null = null;

  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.name, inputShape, this.dataFormat);
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...this.kernelSize, this.filters, channels],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
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
    const { strides, padding, dilationRate: dilation, bias } = this;
    return withChannelsLast(x, this.dataFormat, (image) =>
      activated(this.activation, (activation) =>
        convolutions[this.kernelSize.length - 1](image, this.kernel, {
          strides,
          padding,
          dilation,
          outputPadding: this.outputPadding ?? undefined,
          bias,
          activation,
        }),
      ),
    );
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { batch, window } = splitShape(inputShape, this.dataFormat);
    const lengths = window.map((n, i) => this.#length(n, i));
    return joinShape(batch, lengths, this.filters, this.dataFormat);
  }

  #length(n: number | null, i: number): number | null {
    if (n === null) return null;
    const stride = this.strides[i];
    const reach = (this.kernelSize[i] - 1) * this.dilationRate[i] + 1;
    const extra = this.outputPadding?.[i];
    if (this.padding === 'valid') {
      return extra === undefined
        ? n * stride + Math.max(reach - stride, 0)
        : (n - 1) * stride + reach + extra;
    }
    return extra === undefined
      ? n * stride
      : (n - 1) * stride + reach - 2 * Math.floor(reach / 2) + extra;
  }
}

/** The base class with the options of so many image axes. */
export const convTransposeLayer = (rank: 1 | 2 | 3) =>
  withOptions(ConvTranspose, options(rank), ['filters', 'kernelSize']);
