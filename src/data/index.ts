export type { HostArray } from '../formats/index.ts';
export { ArraySource } from './array-source.ts';
export { checkFinite } from './check-finite.ts';
export { DataLoader, type DataLoaderOptions } from './data-loader.ts';
export { type BatchOptions, Dataset, type HostElement, type ShuffleOptions } from './dataset.ts';
export type { ArrayLike, Element, ElementLike, ShapedData, TensorsOf } from './element.ts';
export { tensorFromArray, tensorFromChunks } from './host-tensor.ts';
export { type DigitImage, digitFromImage } from './image/digit.ts';
export type { GreyImage } from './image/grey-image.ts';
export {
  type CutoutOptions,
  cutout,
  type ImageBatch,
  type ImageDataset,
  type ImageDatasetOptions,
  type ImageInterpolation,
  imageDataset,
  imageDatasetFromDirectory,
  imageTensor,
  type MixupOptions,
  mixup,
  type RandAugmentOptions,
  type RasterImage,
  type ReadImageOptions,
  randAugment,
  readImage,
  resizeImage,
  type SkippedFile,
} from './image/index.ts';
export type { HostLeaf } from './leaf.ts';
export { multiHot } from './multi-hot.ts';
export { type PadOptions, padSequences, type SequenceEnd } from './pad-sequences.ts';
export type { Preprocessing, PreprocessingOf } from './preprocess.ts';
export { openBytes, readBytes, withFormatErrors } from './read-file.ts';
export { type SequenceLists, Sequences } from './sequences.ts';
export type { Generated } from './stages/generate.ts';
export { toCategorical } from './to-categorical.ts';
