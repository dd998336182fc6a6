import { add } from '../../elementwise.ts';
import { flatten } from '../../manipulation.ts';
import * as nn from '../../nn/index.ts';
import { define } from '../../signature.ts';
import type { Tensor } from '../../tensor.ts';
import { ConvNormActivation } from './conv-norm-activation.ts';
import type { MobileNetOptions } from './mobilenet-v1.ts';
import { refusePretrained } from './pretrained.ts';

/** A multiple of 8 that is not much less than `channels`. */
function roundChannels(channels: number): number {
  const rounded = Math.max(8, Math.floor(Math.floor(channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** More channels, a convolution in each of them, fewer channels; the input beside it where sizes agree. */
class InvertedResidual extends nn.Layer {
  readonly conv: nn.Sequential;
  readonly #adds: boolean;

  constructor(inChannels: number, outChannels: number, stride: number, expandRatio: number) {
    super();
    const hidden = Math.round(inChannels * expandRatio);
    this.#adds = stride === 1 && inChannels === outChannels;
    const layers: nn.Layer[] = [];
    if (expandRatio !== 1) {
      layers.push(
        new ConvNormActivation(inChannels, hidden, { kernelSize: 1, activation: new nn.ReLU6() }),
      );
    }
    layers.push(
      new ConvNormActivation(hidden, hidden, {
        stride,
        groups: hidden,
        activation: new nn.ReLU6(),
      }),
      new nn.Conv2D(hidden, outChannels, 1, { biasAttr: false }),
      new nn.BatchNorm2D(outChannels),
    );
    this.conv = new nn.Sequential(...layers);
  }

  override forward(x: Tensor): Tensor {
    const y: Tensor = this.conv.call(x);
    return this.#adds ? add(x, y) : y;
  }
}

/** Expansion, channels, blocks and the first one's stride of each stage. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** MobileNetV2 (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018). */
export class MobileNetV2 extends nn.Layer {
  readonly features: nn.Sequential;
  readonly pool2d_avg: nn.Layer | null;
  readonly classifier: nn.Sequential | null;

  constructor({ scale = 1, numClasses = 1000, withPool = true }: MobileNetOptions = {}) {
    super();
    let channels = roundChannels(32 * scale);
    const last = roundChannels(1280 * Math.max(1, scale));
    const layers: nn.Layer[] = [
      new ConvNormActivation(3, channels, { stride: 2, activation: new nn.ReLU6() }),
    ];
    for (const [expansion, wide, count, stride] of stages) {
      const next = roundChannels(wide * scale);
      for (let i = 0; i < count; i++) {
        layers.push(new InvertedResidual(channels, next, i === 0 ? stride : 1, expansion));
        channels = next;
      }
    }
    layers.push(
      new ConvNormActivation(channels, last, { kernelSize: 1, activation: new nn.ReLU6() }),
    );
    this.features = new nn.Sequential(...layers);
    this.pool2d_avg = withPool ? new nn.AdaptiveAvgPool2D(1) : null;
    this.classifier =
      numClasses > 0
        ? new nn.Sequential(new nn.Dropout(0.2), new nn.Linear(last, numClasses))
        : null;
  }

  override forward(x: Tensor): Tensor {
    let y: Tensor = this.features.call(x);
    if (this.pool2d_avg) y = this.pool2d_avg.call(y);
    return this.classifier ? this.classifier.call(flatten(y, 1)) : y;
  }
}

/** MobileNetV2; `scale` makes it thinner. */
export const mobilenetV2 = define(
  'mobilenetV2',
  [],
  ['pretrained', 'scale', 'numClasses', 'withPool'],
  (
    pretrained: boolean = false,
    scale: number = 1,
    numClasses: number = 1000,
    withPool: boolean = true,
  ): MobileNetV2 => {
    refusePretrained('mobilenetV2', pretrained);
    return new MobileNetV2({ scale, numClasses, withPool });
  },
);
