export type { Application, ApplicationOptions } from './application.ts';
export { bestOf, type DecodedPrediction, decodePredictions } from './decode-predictions.ts';
export * as efficientnetLite from './efficientnet-lite.ts';
export { EfficientNetLite0 } from './efficientnet-lite.ts';
export { type ClassName, imagenetClasses, readClassIndex } from './imagenet-classes.ts';
export { type InferenceOptions, inferenceModel } from './inference-model.ts';
export { LeNet5, type LeNet5Options } from './lenet.ts';
export * as mobilenet from './mobilenet.ts';
export { MobileNet, type MobileNetOptions } from './mobilenet.ts';
export * as mobilenetV2 from './mobilenet-v2.ts';
export { MobileNetV2, type MobileNetV2Options } from './mobilenet-v2.ts';
export {
  preprocessCaffe,
  preprocessLite,
  preprocessSqueeze,
  preprocessTf,
} from './preprocess-input.ts';
export {
  mirrorOf,
  openPublished,
  type PublishedFile,
  removePublished,
  type SourceOptions,
  verifyPublished,
} from './published-file.ts';
export * as resnet50 from './resnet.ts';
export { ResNet50 } from './resnet.ts';
export * as squeezenet from './squeezenet.ts';
export { SqueezeNet } from './squeezenet.ts';
export * as vgg16 from './vgg.ts';
export * as vgg19 from './vgg.ts';
export { VGG16, VGG19 } from './vgg.ts';
