import { ValueError } from '../../tensor/index.ts';
import { crop, type GreyImage, greyImage, resample } from './grey-image.ts';

/** Points on each side of an image of Fashion-MNIST. */
const size = 28;
/** Difference from the ground below which there is nothing, of white's. */
const leastContrast = 0.08;

/** A garment as a network trained on Fashion-MNIST wants it. */
export interface GarmentImage {
  /** 28 rows of 28 points, light on black (0). */
  readonly pixels: Uint8Array;
  /** Whether the picture was on a light ground. */
  readonly inverted: boolean;
}

/**
 * The garment in a picture on an even ground, as Fashion-MNIST has it: light on black, its longer side scaled to 28 points,
 * in the middle (H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", 2017, https://arxiv.org/abs/1708.07747, section 2: trimmed, longest
 * edge 28, colours negated, extended to 28 x 28). A picture of 28 x 28 on black is one of its own and stays as it is. Throws a
 * ValueError where nothing stands out from the ground.
 * @example const { pixels } = garmentFromImage({ width, height, data: brightness });
 */
export function garmentFromImage(image: GreyImage): GarmentImage {
  const { width, height, data } = image;
  if (data.length !== width * height || data.length === 0) {
    throw new ValueError(
      `garmentFromImage: ${width} x ${height} points expected, received ${data.length}`,
    );
  }
  const ground = groundOf(image);
  const inverted = ground > 0.5;
  if (!inverted && ground < 0.02 && width === size && height === size) {
    return { pixels: Uint8Array.from(data, (value) => Math.round(255 * value)), inverted };
  }
  const box = boundsOf(image, ground);
  if (!box) {
    throw new ValueError(
      'no garment can be seen in the image: it needs one that stands out from an even background',
    );
  }
  const part = crop(image, box);
  const scale = size / Math.max(part.width, part.height);
  const side = (n: number): number => Math.min(size, Math.max(1, Math.round(n * scale)));
  const small = resample(part, side(part.width), side(part.height));
  const [left, top] = [(size - small.width) >> 1, (size - small.height) >> 1];
  const placed = greyImage(size, size, (x, y) => {
    const [u, v] = [x - left, y - top];
    if (u < 0 || v < 0 || u >= small.width || v >= small.height) return 0;
    const value = small.data[v * small.width + u];
    return inverted ? ground - value : value - ground;
  });
  const pixels = Uint8Array.from(placed.data, (value) =>
    Math.round(255 * Math.min(1, Math.max(0, value))),
  );
  return { pixels, inverted };
}

/** The middle brightness of the points at the edge. */
function groundOf({ width, height, data }: GreyImage): number {
  const edge: number[] = [];
  for (let x = 0; x < width; x++) edge.push(data[x], data[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) edge.push(data[y * width], data[(y + 1) * width - 1]);
  return edge.sort((a, b) => a - b)[edge.length >> 1];
}

/** The rectangle around all that differs from the ground. */
function boundsOf(
  { width, height, data }: GreyImage,
  ground: number,
): [left: number, top: number, width: number, height: number] | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (Math.abs(data[i] - ground) < leastContrast) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1];
}
