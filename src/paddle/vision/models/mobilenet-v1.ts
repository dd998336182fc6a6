import { flatten } from '../../manipulation.ts';
import * as nn from '../../nn/index.ts';
import { define } from '../../signature.ts';
import type { Tensor } from '../../tensor.ts';
import { ConvNormActivation } from './conv-norm-activation.ts';
import { refusePretrained } from './pretrained.ts';

/** Options of the MobileNets. */
export interface MobileNetOptions {
  /** Factor of the numbers of channels. Default 1. */
  readonly scale?: number;
  /** Default 1000; none for 0. */
  readonly numClasses?: number;
  /** Whether features are averaged before the last layer. Default true. */
  readonly withPool?: boolean;
}

/** A convolution of 3 x 3 in each channel, and one of 1 x 1 across them. */
class DepthwiseSeparable extends nn.Layer {
  readonly _depthwise_conv: nn.Layer;
  readonly _pointwise_conv: nn.Layer;

  constructor(inChannels: number, outChannels: number, stride: number) {
    super();
    this._depthwise_conv = new ConvNormActivation(inChannels, inChannels, {
      stride,
      groups: inChannels,
    });
    this._pointwise_conv = new ConvNormActivation(inChannels, outChannels, { kernelSize: 1 });
  }

  override forward(x: Tensor): Tensor {
    return this._pointwise_conv.call(this._depthwise_conv.call(x));
  }
}

/** Names of the blocks, channels before and after at scale 1, and strides. */
const blocks: readonly (readonly [string, number, number, number])[] = [
  ['conv2_1', 32, 64, 1],
  ['conv2_2', 64, 128, 2],
  ['conv3_1', 128, 128, 1],
  ['conv3_2', 128, 256, 2],
  ['conv4_1', 256, 256, 1],
  ['conv4_2', 256, 512, 2],
  ...[1, 2, 3, 4, 5].map((i) => [`conv5_${i}`, 512, 512, 1] as const),
  ['conv5_6', 512, 1024, 2],
  ['conv6', 1024, 1024, 1],
];

/**
 * MobileNetV1 (Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017).
 */
export class MobileNetV1 extends nn.Layer {
  readonly conv1: nn.Layer;
  readonly #blocks: readonly nn.Layer[];
  // Declared only: their place in the state is behind the blocks, where they are assigned.
  declare readonly pool2d_avg: nn.Layer | null;
  declare readonly fc: nn.Layer | null;

  constructor({ scale = 1, numClasses = 1000, withPool = true }: MobileNetOptions = {}) {
    super();
    const scaled = (channels: number): number => Math.floor(channels * scale);
    this.conv1 = new ConvNormActivation(3, scaled(32), { stride: 2 });
    this.#blocks = blocks.map(([name, before, after, stride]) =>
      this.addSublayer(name, new DepthwiseSeparable(scaled(before), scaled(after), stride)),
    );
    this.pool2d_avg = withPool ? new nn.AdaptiveAvgPool2D(1) : null;
    this.fc = numClasses > 0 ? new nn.Linear(scaled(1024), numClasses) : null;
  }

  override forward(x: Tensor): Tensor {
    let y: Tensor = this.conv1.call(x);
    for (const block of this.#blocks) y = block.call(y);
    if (this.pool2d_avg) y = this.pool2d_avg.call(y);
    return this.fc ? this.fc.call(flatten(y, 1)) : y;
  }
}

/** MobileNetV1; `scale` makes it thinner. */
export const mobilenetV1 = define(
  'mobilenetV1',
  [],
  ['pretrained', 'scale', 'numClasses', 'withPool'],
  (
    pretrained: boolean = false,
    scale: number = 1,
    numClasses: number = 1000,
    withPool: boolean = true,
  ): MobileNetV1 => {
    refusePretrained('mobilenetV1', pretrained);
    return new MobileNetV1({ scale, numClasses, withPool });
  },
);
