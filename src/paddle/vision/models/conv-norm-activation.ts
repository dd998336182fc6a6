import * as nn from '../../nn/index.ts';

/** Options of a `ConvNormActivation`. */
export interface ConvNormActivationOptions {
  readonly kernelSize?: number;
  readonly stride?: number;
  /** What keeps the size by default. */
  readonly padding?: number;
  readonly groups?: number;
  readonly activation?: nn.Layer;
}

/** A convolution without bias, batch normalisation and an activation (ReLU unless given). */
export class ConvNormActivation extends nn.Sequential {
  constructor(
    inChannels: number,
    outChannels: number,
    { kernelSize = 3, stride = 1, padding, groups = 1, activation }: ConvNormActivationOptions = {},
  ) {
    super(
      new nn.Conv2D(inChannels, outChannels, kernelSize, {
        stride,
        padding: padding ?? (kernelSize - 1) >> 1,
        groups,
        biasAttr: false,
      }),
      new nn.BatchNorm2D(outChannels),
      activation ?? new nn.ReLU(),
    );
  }
}
