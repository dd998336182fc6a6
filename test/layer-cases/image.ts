import * as layers from '../../src/layers/index.ts';
import type { LayerCases } from './layer-case.ts';

const inputShape = [2, 5, 6, 3];

export const image: LayerCases = {
  zeroPadding1d: [() => layers.zeroPadding1d([1, 2]), { inputShape: [2, 3, 2] }],
  zeroPadding2d: [
    () =>
      layers.zeroPadding2d([
        [1, 0],
        [2, 3],
      ]),
    { inputShape },
  ],
  zeroPadding3d: [() => layers.zeroPadding3d([1, 0, 2]), { inputShape: [1, 2, 3, 2, 1] }],
  cropping1d: [() => layers.cropping1d(1), { inputShape: [2, 5, 2] }],
  cropping2d: [() => layers.cropping2d([1, 2]), { inputShape }],
  cropping3d: [() => layers.cropping3d(1), { inputShape: [1, 3, 4, 5, 1] }],
  upSampling1d: [() => layers.upSampling1d(3), { inputShape: [2, 3, 2] }],
  upSampling2d: [() => layers.upSampling2d([2, 3]), { inputShape }],
  'upSampling2d between pixels': [
    () => layers.upSampling2d(2, { interpolation: 'lanczos3' }),
    { inputShape },
  ],
  upSampling3d: [() => layers.upSampling3d(2), { inputShape: [1, 2, 3, 2, 1] }],
  resizing: [() => layers.resizing(7, 4), { inputShape }],
  'resizing, smoothed': [
    () => layers.resizing(2, 3, { interpolation: 'bicubic', antialias: true }),
    { inputShape },
  ],
  'resizing, cropped': [() => layers.resizing(4, 4, { cropToAspectRatio: true }), { inputShape }],
  'resizing, padded': [() => layers.resizing(8, 4, { padToAspectRatio: true }), { inputShape }],
  centerCrop: [() => layers.centerCrop(3, 4), { inputShape }],
  randomCrop: [() => layers.randomCrop(5, 6), { inputShape }],
  randomFlip: [() => layers.randomFlip('horizontal'), { inputShape }],
  randomRotation: [() => layers.randomRotation(0.1), { inputShape }],
  randomZoom: [() => layers.randomZoom(0.1), { inputShape }],
  randomTranslation: [() => layers.randomTranslation(0.1, 0.2), { inputShape }],
  randomShear: [() => layers.randomShear(0.1, 0.2), { inputShape }],
  randomContrast: [() => layers.randomContrast(0.1), { inputShape }],
  randomBrightness: [() => layers.randomBrightness(0.1), { inputShape }],
  randomGrayscale: [() => layers.randomGrayscale(), { inputShape }],
  randomSaturation: [() => layers.randomSaturation([0.2, 0.8]), { inputShape }],
  randomInvert: [() => layers.randomInvert(), { inputShape }],
  randomErasing: [() => layers.randomErasing(), { inputShape }],
  randomPosterization: [() => layers.randomPosterization(4), { inputShape }],
  solarization: [() => layers.solarization(0.1, 0.2), { inputShape }],
};
