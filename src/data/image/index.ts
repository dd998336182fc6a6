export { decodeBmp, encodeBmp } from './bmp.ts';
export { aspectBox, type Box, centerBox, centerCropImage, cropImage } from './crop-image.ts';
export { type CutoutOptions, cutout, type ImageBatch } from './cutout.ts';
export { defaultMaxPixels, type ReadImageOptions, readImage } from './decode-image.ts';
export { type DigitImage, digitFromImage } from './digit.ts';
export { type GarmentImage, garmentFromImage } from './garment.ts';
export type { GreyImage } from './grey-image.ts';
export {
  type ImageDataset,
  type ImageDatasetOptions,
  imageDataset,
  imageDatasetFromDirectory,
  type SkippedFile,
} from './image-dataset-from-directory.ts';
export { type ImageFolder, type ImageFolderOptions, readImageFolder } from './image-folder.ts';
export { type ImageSize, imageSize } from './image-size.ts';
export { type MixupOptions, mixup } from './mixup.ts';
export { type RandAugmentOptions, randAugment } from './rand-augment.ts';
export { flattenAlpha, imageTensor, type RasterImage, toGrey } from './raster-image.ts';
export { type ImageInterpolation, type ResizeImageOptions, resizeImage } from './resize-image.ts';
