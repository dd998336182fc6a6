import { boolean, choice, factory, number, requiredInteger, withOptions } from '../config/index.ts';
import { pad, slice } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { ImageLayer } from './image-layer.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { resizeImages } from './resize-images.ts';
import { dataFormat, joinShape, splitShape } from './window-options.ts';

const Base = withOptions(
  ImageLayer,
  {
    dataFormat: dataFormat(),
    height: requiredInteger(),
    width: requiredInteger(),
    interpolation: choice(
      ['bilinear', 'nearest', 'bicubic', 'area', 'lanczos3', 'lanczos5'],
      'bilinear',
    ),
    /** Cut the image to the new proportions first, rather than distort it. */
    cropToAspectRatio: boolean(false),
    /** Pad the image to the new proportions first, rather than distort it. */
    padToAspectRatio: boolean(false),
    fillMode: choice(['constant'], 'constant'),
    fillValue: number(0),
    /** Average over the pixels when the image gets smaller. */
    antialias: boolean(false),
  },
  ['height', 'width'],
);

/** Images in another height and width. */
export class Resizing extends Base {
  static override readonly className = 'Resizing';

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    if (this.cropToAspectRatio && this.padToAspectRatio) {
      throw new ValueError(
        `${this.name}: cropToAspectRatio and padToAspectRatio exclude each other`,
      );
    }
  }

  protected override transform(images: Tensor): Tensor {
    const target = [this.height, this.width] as const;
    let proportioned = images;
    if (this.cropToAspectRatio) proportioned = croppedToProportion(images, target);
    if (this.padToAspectRatio) proportioned = paddedToProportion(images, target, this.fillValue);
    return resizeImages(proportioned, target, this.interpolation, this.antialias);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return resizedShape(inputShape, this.height, this.width, this.dataFormat);
  }
}

/** Makes a {@link Resizing}. */
export const resizing = factory(Resizing);

/** The middle of images that has the proportions of `target`. */
export function croppedToProportion(
  images: Tensor,
  [targetHeight, targetWidth]: readonly [number, number],
): Tensor {
  const [, height, width] = images.shape;
  const bounded = (n: number, most: number): number => Math.max(1, Math.min(most, Math.trunc(n)));
  const cropHeight = bounded((width * targetHeight) / targetWidth, height);
  const cropWidth = bounded((height * targetWidth) / targetHeight, width);
  const [top, left] = [(height - cropHeight) >> 1, (width - cropWidth) >> 1];
  return slice(images, [
    null,
    { start: top, stop: top + cropHeight },
    { start: left, stop: left + cropWidth },
  ]);
}

/** Images with bars on both sides, as high or wide as the proportions of `target` ask. */
function paddedToProportion(
  images: Tensor,
  [targetHeight, targetWidth]: readonly [number, number],
  value: number,
): Tensor {
  const [, height, width] = images.shape;
  const padHeight = Math.max(height, Math.trunc((width * targetHeight) / targetWidth));
  const padWidth = Math.max(width, Math.trunc((height * targetWidth) / targetHeight));
  const [top, left] = [(padHeight - height) >> 1, (padWidth - width) >> 1];
  return pad(
    images,
    [
      [0, 0],
      [top, top],
      [left, left],
      [0, 0],
    ],
    { value },
  );
}

/** Shape of images, or of one, in another height and width. */
export function resizedShape(
  shape: SymbolicShape,
  height: number,
  width: number,
  format: 'channels_last' | 'channels_first',
): SymbolicShape {
  if (shape.length === 3) return resizedShape([null, ...shape], height, width, format).slice(1);
  const { batch, channels } = splitShape(shape, format);
  return joinShape(batch, [height, width], channels, format);
}
