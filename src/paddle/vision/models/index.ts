export { LeNet } from './lenet.ts';
export { type MobileNetOptions, MobileNetV1, mobilenetV1 } from './mobilenet-v1.ts';
export { MobileNetV2, mobilenetV2 } from './mobilenet-v2.ts';
export {
  BasicBlock,
  type Block,
  type BlockOptions,
  BottleneckBlock,
  ResNet,
  type ResNetOptions,
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
} from './resnet.ts';
export { VGG, type VGGOptions, vgg11, vgg13, vgg16, vgg19 } from './vgg.ts';
