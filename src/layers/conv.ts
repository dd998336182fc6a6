import {
  boolean,
  integer,
  option,
  parseChoice,
  requiredInteger,
  withOptions,
} from '../config/index.ts';
import { conv1d, conv2d, conv3d, type Parameter, pad } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { activated } from './activated.ts';
import type { InputSpec } from './input-spec.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { activation, constraint, initializer, regularizer } from './layer-options.ts';
import {
  dataFormat,
  joinShape,
  outputLength,
  perAxis,
  requiredPerAxis,
  splitShape,
  withChannelsLast,
} from './window-options.ts';

/** The convolutions by number of image axes. */
const convolutions = [conv1d, conv2d, conv3d] as const;

/** Options that every kind of convolution has. */
export const convOptions = (rank: number) => ({
  /** Height and width of the window. */
  kernelSize: requiredPerAxis(rank),
  strides: perAxis(rank, 1),
  /** `'valid'`: only whole windows; `'same'`: zeros around, so that strides of 1 keep the size. */
  padding: padding(rank),
  dataFormat: dataFormat(),
  dilationRate: perAxis(rank, 1),
  activation: activation(),
  useBias: boolean(true),
});

type Padding = 'valid' | 'same' | 'causal';

/** Padding of a convolution; along time also `'causal'`: zeros before the beginning only. */
const padding = (rank: number) =>
  option(
    parseChoice<Padding>(rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same']),
    'valid' as Padding,
  );

const options = (rank: number) => {
  const { activation: activationOption, useBias, ...window } = convOptions(rank);
  return {
    /** How many filters, and so output channels. */
    filters: requiredInteger(),
    ...window,
    /** Groups of channels that are convolved separately. */
    groups: integer(1, { min: 1 }),
    activation: activationOption,
    useBias,
    kernelInitializer: initializer('glorotUniform'),
    biasInitializer: initializer('zeros'),
    kernelRegularizer: regularizer(),
    biasRegularizer: regularizer(),
    activityRegularizer: regularizer(),
    kernelConstraint: constraint(),
    biasConstraint: constraint(),
  };
};

/** The base class of Conv1D, Conv2D and Conv3D: the length of `kernelSize` says which. */
export abstract class Conv extends withOptions(Layer, options(2)) {
  override inputSpec: Layer['inputSpec'] = { rank: this.kernelSize.length + 2 };
  kernel!: Parameter;
  bias: Parameter | null = null;

  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.name, inputShape, this.dataFormat);
    checkGroups(this.name, this.filters, channels, this.groups);
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...this.kernelSize, channels / this.groups, this.filters],
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
    const { strides, dilationRate: dilation, groups, bias } = this;
    return withChannelsLast(x, this.dataFormat, (image) =>
      activated(this.activation, (activation) =>
        convolutions[this.kernelSize.length - 1](paddedCausally(this, image), this.kernel, {
          strides,
          padding: this.padding === 'causal' ? 'valid' : this.padding,
          dilation,
          groups,
          bias,
          activation,
        }),
      ),
    );
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return convOutputShape(this, inputShape, this.filters);
  }
}

/** The base class with the options of so many image axes. */
export const convLayer = (rank: 1 | 2 | 3) =>
  withOptions(Conv, options(rank), ['filters', 'kernelSize']);

/** What a layer asks of its input once it knows the channels. */
export const specOfChannels = (
  { kernelSize, dataFormat }: Pick<ConvWindow, 'kernelSize' | 'dataFormat'>,
  channels: number,
): InputSpec => ({
  rank: kernelSize.length + 2,
  axes: { [dataFormat === 'channels_last' ? -1 : 1]: channels },
});

interface ConvWindow {
  readonly name: string;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilationRate: readonly number[];
  readonly dataFormat: 'channels_last' | 'channels_first';
}

/** The input with the zeros of `'causal'` before it. */
export function paddedCausally(
  { padding, kernelSize, dilationRate }: ConvWindow,
  x: Tensor,
): Tensor {
  if (padding !== 'causal') return x;
  return pad(x, [
    [0, 0],
    [dilationRate[0] * (kernelSize[0] - 1), 0],
    [0, 0],
  ]);
}

/** Channels of the input, which a filter must know. */
export function knownChannels(
  name: string,
  inputShape: SymbolicShape,
  format: ConvWindow['dataFormat'],
): number {
  const { channels } = splitShape(inputShape, format);
  if (channels === null || channels === undefined) {
    throw new ValueError(
      `${name}: the number of input channels must be known, received shape [${inputShape}]`,
    );
  }
  return channels;
}

/** Shape of a convolution's result with that many channels. */
export function convOutputShape(
  { name, kernelSize, strides, padding, dilationRate, dataFormat }: ConvWindow,
  inputShape: SymbolicShape,
  channels: number,
): SymbolicShape {
  const { batch, window } = splitShape(inputShape, dataFormat);
  const lengths = window.map((n, i) =>
    outputLength(n, kernelSize[i], padding, strides[i], dilationRate[i]),
  );
  if (lengths.some((n) => n !== null && n < 1)) {
    throw new ValueError(
      `${name}: a window of ${kernelSize.join('x')} does not fit into an input of shape ` +
        `[${inputShape}]; use padding 'same', a smaller window or larger input`,
    );
  }
  return joinShape(batch, lengths, channels, dataFormat);
}

function checkGroups(name: string, filters: number, channels: number, groups: number): void {
  if (filters % groups !== 0 || channels % groups !== 0) {
    throw new ValueError(
      `${name}: groups (${groups}) must divide the input channels (${channels}) and the ` +
        `filters (${filters})`,
    );
  }
}
