import { flatten } from '../../manipulation.ts';
import * as nn from '../../nn/index.ts';
import { define } from '../../signature.ts';
import type { Tensor } from '../../tensor.ts';
import { refusePretrained } from './pretrained.ts';

/** Options of a VGG. */
export interface VGGOptions {
  /** Default 1000; none for 0. */
  readonly numClasses?: number;
  /** Whether features are averaged to 7 x 7 before the classifier. Default true. */
  readonly withPool?: boolean;
}

/** VGG (Simonyan, Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014). */
export class VGG extends nn.Layer {
  readonly features: nn.Layer;
  readonly avgpool: nn.Layer | null;
  readonly classifier: nn.Sequential | null;

  constructor(features: nn.Layer, { numClasses = 1000, withPool = true }: VGGOptions = {}) {
    super();
    this.features = features;
    this.avgpool = withPool ? new nn.AdaptiveAvgPool2D([7, 7]) : null;
    this.classifier =
      numClasses > 0
        ? new nn.Sequential(
            new nn.Linear(512 * 7 * 7, 4096),
            new nn.ReLU(),
            new nn.Dropout(),
            new nn.Linear(4096, 4096),
            new nn.ReLU(),
            new nn.Dropout(),
            new nn.Linear(4096, numClasses),
          )
        : null;
  }

  override forward(x: Tensor): Tensor {
    let y: Tensor = this.features.call(x);
    if (this.avgpool) y = this.avgpool.call(y);
    return this.classifier ? this.classifier.call(flatten(y, 1)) : y;
  }
}

/** Numbers of channels, and 'M' for a pooling that halves height and width. */
type Plan = readonly (number | 'M')[];

const stage = (channels: number, count: number): Plan => [
  ...new Array<number>(count).fill(channels),
  'M',
];

const plan = (...counts: readonly number[]): Plan =>
  [64, 128, 256, 512, 512].flatMap((channels, i) => stage(channels, counts[i]));

/** The convolutions of a VGG, for images of three channels. */
function makeLayers(channels: Plan, batchNorm = false): nn.Sequential {
  const layers: nn.Layer[] = [];
  let before = 3;
  for (const after of channels) {
    if (after === 'M') {
      layers.push(new nn.MaxPool2D({ kernelSize: 2, stride: 2 }));
      continue;
    }
    layers.push(new nn.Conv2D(before, after, 3, { padding: 1 }));
    if (batchNorm) layers.push(new nn.BatchNorm2D(after));
    layers.push(new nn.ReLU());
    before = after;
  }
  return new nn.Sequential(...layers);
}

const vgg = (name: string, channels: Plan) =>
  define(
    name,
    [],
    ['pretrained', 'batchNorm', 'numClasses', 'withPool'],
    (
      pretrained: boolean = false,
      batchNorm: boolean = false,
      numClasses: number = 1000,
      withPool: boolean = true,
    ): VGG => {
      refusePretrained(name, pretrained);
      return new VGG(makeLayers(channels, batchNorm), { numClasses, withPool });
    },
  );

/** VGG of 11 layers. */
export const vgg11 = vgg('vgg11', plan(1, 1, 2, 2, 2));
/** VGG of 13 layers. */
export const vgg13 = vgg('vgg13', plan(2, 2, 2, 2, 2));
/** VGG of 16 layers. */
export const vgg16 = vgg('vgg16', plan(2, 2, 3, 3, 3));
/** VGG of 19 layers. */
export const vgg19 = vgg('vgg19', plan(2, 2, 4, 4, 4));
