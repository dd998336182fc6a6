import { add } from '../../elementwise.ts';
import { flatten } from '../../manipulation.ts';
import * as nn from '../../nn/index.ts';
import { define } from '../../signature.ts';
import type { Tensor } from '../../tensor.ts';
import { refusePretrained } from './pretrained.ts';

/** How a residual block is made. */
export interface BlockOptions {
  readonly stride?: number;
  /** Brings the input to the size of the result. */
  readonly downsample?: nn.Layer | null;
  readonly groups?: number;
  readonly baseWidth?: number;
}

const convolution = (from: number, to: number, size: number, options = {}): nn.Conv2D =>
  new nn.Conv2D(from, to, size, { biasAttr: false, ...options });

/** Two convolutions of 3 x 3 and the input beside them. */
export class BasicBlock extends nn.Layer {
  static readonly expansion: number = 1;
  readonly conv1: nn.Layer;
  readonly bn1: nn.Layer;
  readonly relu: nn.Layer;
  readonly conv2: nn.Layer;
  readonly bn2: nn.Layer;
  readonly downsample: nn.Layer | null;

  constructor(
    inPlanes: number,
    planes: number,
    { stride = 1, downsample = null }: BlockOptions = {},
  ) {
    super();
    this.conv1 = convolution(inPlanes, planes, 3, { padding: 1, stride });
    this.bn1 = new nn.BatchNorm2D(planes);
    this.relu = new nn.ReLU();
    this.conv2 = convolution(planes, planes, 3, { padding: 1 });
    this.bn2 = new nn.BatchNorm2D(planes);
    this.downsample = downsample;
  }

  override forward(x: Tensor): Tensor {
    const inner: Tensor = this.relu.call(this.bn1.call(this.conv1.call(x)));
    const outer: Tensor = this.bn2.call(this.conv2.call(inner));
    const beside: Tensor = this.downsample ? this.downsample.call(x) : x;
    return this.relu.call(add(outer, beside));
  }
}

/** A convolution of 3 x 3 between two of 1 x 1, and the input beside them. */
export class BottleneckBlock extends nn.Layer {
  static readonly expansion: number = 4;
  readonly conv1: nn.Layer;
  readonly bn1: nn.Layer;
  readonly conv2: nn.Layer;
  readonly bn2: nn.Layer;
  readonly conv3: nn.Layer;
  readonly bn3: nn.Layer;
  readonly relu: nn.Layer;
  readonly downsample: nn.Layer | null;

  constructor(
    inPlanes: number,
    planes: number,
    { stride = 1, downsample = null, groups = 1, baseWidth = 64 }: BlockOptions = {},
  ) {
    super();
    const width = Math.floor(planes * (baseWidth / 64)) * groups;
    const wide = planes * BottleneckBlock.expansion;
    this.conv1 = convolution(inPlanes, width, 1);
    this.bn1 = new nn.BatchNorm2D(width);
    this.conv2 = convolution(width, width, 3, { padding: 1, stride, groups });
    this.bn2 = new nn.BatchNorm2D(width);
    this.conv3 = convolution(width, wide, 1);
    this.bn3 = new nn.BatchNorm2D(wide);
    this.relu = new nn.ReLU();
    this.downsample = downsample;
  }

  override forward(x: Tensor): Tensor {
    const narrow: Tensor = this.relu.call(this.bn1.call(this.conv1.call(x)));
    const middle: Tensor = this.relu.call(this.bn2.call(this.conv2.call(narrow)));
    const wide: Tensor = this.bn3.call(this.conv3.call(middle));
    const beside: Tensor = this.downsample ? this.downsample.call(x) : x;
    return this.relu.call(add(wide, beside));
  }
}

/** A class of residual blocks. */
export type Block = typeof BasicBlock | typeof BottleneckBlock;

const blockCounts: Readonly<Record<number, readonly number[]>> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};

/** Options of a ResNet. */
export interface ResNetOptions {
  /** Channels of a group. Default 64. */
  readonly width?: number;
  /** Default 1000; none for 0. */
  readonly numClasses?: number;
  /** Whether features are averaged before the last layer. Default true. */
  readonly withPool?: boolean;
  readonly groups?: number;
}

/** ResNet (He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", 2015). */
export class ResNet extends nn.Layer {
  readonly conv1: nn.Layer;
  readonly bn1: nn.Layer;
  readonly relu: nn.Layer;
  readonly maxpool: nn.Layer;
  readonly layer1: nn.Layer;
  readonly layer2: nn.Layer;
  readonly layer3: nn.Layer;
  readonly layer4: nn.Layer;
  readonly avgpool: nn.Layer | null;
  readonly fc: nn.Layer | null;
  #inPlanes = 64;

  /** `depth` is 18, 34, 50, 101 or 152. */
  constructor(
    block: Block,
    depth: keyof typeof blockCounts = 50,
    { width = 64, numClasses = 1000, withPool = true, groups = 1 }: ResNetOptions = {},
  ) {
    super();
    const stage = (planes: number, which: number, stride: number): nn.Sequential =>
      this.#makeStage(block, planes, blockCounts[depth][which], {
        stride,
        groups,
        baseWidth: width,
      });
    this.conv1 = convolution(3, 64, 7, { stride: 2, padding: 3 });
    this.bn1 = new nn.BatchNorm2D(64);
    this.relu = new nn.ReLU();
    this.maxpool = new nn.MaxPool2D({ kernelSize: 3, stride: 2, padding: 1 });
    this.layer1 = stage(64, 0, 1);
    this.layer2 = stage(128, 1, 2);
    this.layer3 = stage(256, 2, 2);
    this.layer4 = stage(512, 3, 2);
    this.avgpool = withPool ? new nn.AdaptiveAvgPool2D([1, 1]) : null;
    this.fc = numClasses > 0 ? new nn.Linear(512 * block.expansion, numClasses) : null;
  }

  #makeStage(block: Block, planes: number, count: number, options: BlockOptions): nn.Sequential {
    const wide = planes * block.expansion;
    const { stride = 1 } = options;
    const downsample =
      stride !== 1 || this.#inPlanes !== wide
        ? new nn.Sequential(
            convolution(this.#inPlanes, wide, 1, { stride }),
            new nn.BatchNorm2D(wide),
          )
        : null;
    const blocks: nn.Layer[] = [new block(this.#inPlanes, planes, { ...options, downsample })];
    this.#inPlanes = wide;
    for (let i = 1; i < count; i++) {
      blocks.push(new block(wide, planes, { ...options, stride: 1, downsample: null }));
    }
    return new nn.Sequential(...blocks);
  }

  override forward(x: Tensor): Tensor {
    let y: Tensor = this.maxpool.call(this.relu.call(this.bn1.call(this.conv1.call(x))));
    for (const stage of [this.layer1, this.layer2, this.layer3, this.layer4]) y = stage.call(y);
    if (this.avgpool) y = this.avgpool.call(y);
    return this.fc ? this.fc.call(flatten(y, 1)) : y;
  }
}

const resnet = (name: string, block: Block, depth: number) =>
  define(
    name,
    [],
    ['pretrained', 'width', 'numClasses', 'withPool', 'groups'],
    (
      pretrained: boolean = false,
      width: number = 64,
      numClasses: number = 1000,
      withPool: boolean = true,
      groups: number = 1,
    ): ResNet => {
      refusePretrained(name, pretrained);
      return new ResNet(block, depth, { width, numClasses, withPool, groups });
    },
  );

/** ResNet of 18 layers. */
export const resnet18 = resnet('resnet18', BasicBlock, 18);
/** ResNet of 34 layers. */
export const resnet34 = resnet('resnet34', BasicBlock, 34);
/** ResNet of 50 layers. */
export const resnet50 = resnet('resnet50', BottleneckBlock, 50);
/** ResNet of 101 layers. */
export const resnet101 = resnet('resnet101', BottleneckBlock, 101);
/** ResNet of 152 layers. */
export const resnet152 = resnet('resnet152', BottleneckBlock, 152);
