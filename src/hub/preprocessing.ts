import {
  centerBox,
  cropImage,
  digitFromImage,
  garmentFromImage,
  type ImageInterpolation,
  type RasterImage,
  resizeImage,
  toGrey,
} from '../data/image/index.ts';
import type { Json } from '../formats/index.ts';
import { FormatError, ValueError } from '../tensor/index.ts';

/** A step from an image to a model's input, in the form in which files and mirrors have it. */
export type PreprocessingStep =
  /** The square in the middle whose side is `numerator / denominator` of the shorter side. */
  | { readonly step: 'center_crop'; readonly fraction: readonly [number, number] }
  | {
      readonly step: 'resize';
      readonly height: number;
      readonly width: number;
      readonly method: ImageInterpolation;
      readonly antialias: boolean;
    }
  /** `x * multiply + add`; with `subtract_bgr`, channels in reverse and one number taken from each. */
  | {
      readonly step: 'scale';
      readonly multiply: number;
      readonly add?: number;
      readonly subtract_bgr?: readonly number[];
    }
  /** The digit that is written in the image, as MNIST has it. */
  | { readonly step: 'find_digit' }
  /** The garment in the image, as Fashion-MNIST has it. */
  | { readonly step: 'find_garment' };

/**
 * An image as a model wants it. With `sized`, the image has the model's size already: it is only scaled. Throws a
 * ValueError where there is nothing to be found in it.
 */
export function preprocess(
  image: RasterImage<Uint8Array>,
  steps: readonly PreprocessingStep[],
  { sized = false }: { readonly sized?: boolean } = {},
): RasterImage {
  let x: RasterImage = image;
  for (const step of steps) if (!sized || step.step === 'scale') x = applied(x, step);
  return x;
}

function applied(x: RasterImage, step: PreprocessingStep): RasterImage {
  switch (step.step) {
    case 'center_crop': {
      const [numerator, denominator] = step.fraction;
      const shorter = Math.min(x.height, x.width);
      const side = Math.max(1, Math.floor((shorter * numerator) / denominator));
      return cropImage(x, centerBox(x, side, side));
    }
    case 'resize': {
      const { height, width, method: interpolation, antialias } = step;
      return resizeImage(x, [height, width], { interpolation, antialias });
    }
    case 'scale':
      return scaled(x, step);
    case 'find_digit':
    case 'find_garment': {
      const grey = x.channels === 3 ? toGrey(x as RasterImage<Uint8Array>) : x;
      const { width, height } = grey;
      const data = Float32Array.from(grey.data, (value) => value / 255);
      const find = step.step === 'find_digit' ? digitFromImage : garmentFromImage;
      return { width: 28, height: 28, channels: 1, data: find({ width, height, data }).pixels };
    }
  }
}

function scaled(
  x: RasterImage,
  { multiply, add = 0, subtract_bgr: means }: PreprocessingStep & { step: 'scale' },
): RasterImage<Float32Array> {
  const { channels, data: source } = x;
  const data = new Float32Array(source.length);
  if (!means) {
    for (let i = 0; i < data.length; i++) data[i] = source[i] * multiply + add;
    return { ...x, data };
  }
  if (channels !== means.length) {
    throw new ValueError(`an image with ${means.length} channels is wanted, not ${channels}`);
  }
  for (let at = 0; at < data.length; at += channels) {
    for (let c = 0; c < channels; c++) {
      data[at + c] = source[at + channels - 1 - c] * multiply - means[c];
    }
  }
  return { ...x, data };
}

const methods = ['nearest', 'bilinear', 'bicubic', 'lanczos', 'lanczos3', 'lanczos5', 'area'];
const side = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 4096;
const finite = (value: unknown): value is number => Number.isFinite(value);

/** Steps that a file has, checked; what is unknown is a FormatError. */
export function readSteps(json: Json | undefined, file: string): PreprocessingStep[] {
  if (!Array.isArray(json)) throw new FormatError('preprocessing is no list of steps', { file });
  return json.map((value, i) => {
    const step = readStep(value);
    if (step) return step;
    throw new FormatError('a step of the preprocessing is not understood', {
      file,
      member: `step ${i}`,
      received: JSON.stringify(value)?.slice(0, 80),
    });
  });
}

function readStep(value: Json): PreprocessingStep | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { step, fraction, height, width, method, antialias, multiply, add } = value;
  switch (step) {
    case 'center_crop': {
      const [a, b] = Array.isArray(fraction) ? fraction : [];
      return side(a) && side(b) && a <= b ? { step, fraction: [a, b] } : null;
    }
    case 'resize':
      return side(height) &&
        side(width) &&
        typeof antialias === 'boolean' &&
        methods.includes(method as string)
        ? { step, height, width, method: method as ImageInterpolation, antialias }
        : null;
    case 'scale': {
      const means = value.subtract_bgr;
      if (!finite(multiply) || (add !== undefined && !finite(add))) return null;
      if (means === undefined) return { step, multiply, add };
      return Array.isArray(means) && means.every(finite)
        ? { step, multiply, subtract_bgr: means as number[] }
        : null;
    }
    case 'find_digit':
    case 'find_garment':
      return { step };
  }
  return null;
}
