import { ValueError } from '../../tensor/index.ts';
import { crop, type GreyImage, greyImage, resample, thicken } from './grey-image.ts';
import { inkStrength, isDarkOnLight } from './lighting.ts';
import { boundingBox, mainStrokes, otsu, strokeWidth } from './strokes.ts';

/** Points on each side of an MNIST image, and of the box in it that the digit fills. */
const size = 28;
const box = 20;
/** Where the centre of mass is put: the mean over MNIST, counted from the middle of the first point. */
const centre = 14;
/** Mean width of MNIST's strokes as `strokeWidth` counts it, in points. */
const usualStroke = 1.9;
/** Images are made smaller before they are searched; a digit keeps a hundred points or more. */
const working = 224;
/** Difference between ink and paper below which there is no digit, of white's. */
const leastContrast = 0.1;

/** A digit as a network trained on MNIST wants it. */
export interface DigitImage {
  /** 28 rows of 28 points, white (255) on black (0). */
  readonly pixels: Uint8Array;
  /** Whether the picture was dark on light. */
  readonly inverted: boolean;
}

/**
 * Finds the digit in a picture, for instance a photo of one written on paper, and makes it what MNIST's are: white on black, its
 * bounding box scaled into 20 x 20 with its proportions and smooth edges, its centre of mass in the middle of 28 x 28
 * (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998). Uneven light, specks and the edge of the
 * paper are dealt with, and the line of a thin pen is made as wide as usual. A white-on-black picture of 28 x 28 is one of
 * MNIST's and stays as it is. Throws a ValueError where there is nothing to be seen.
 * @example const { pixels } = digitFromImage({ width, height, data: brightness });
 */
export function digitFromImage(image: GreyImage): DigitImage {
  const { width, height, data } = image;
  if (data.length !== width * height || data.length === 0) {
    throw new ValueError(
      `digitFromImage: ${width} x ${height} points expected, received ${data.length}`,
    );
  }
  const scale = Math.min(1, working / Math.max(width, height));
  const small =
    scale < 1 ? resample(image, atLeastOne(width * scale), atLeastOne(height * scale)) : image;
  const { ink, inverted } = inkOf(small);
  if (!inverted && width === size && height === size && isBlack(image)) {
    return { pixels: Uint8Array.from(data, (value) => Math.round(255 * value)), inverted };
  }
  const strokes = mainStrokes(ink);
  const found = boundingBox(strokes, 0.5);
  if (!found) throw nothingSeen();
  return { pixels: toBytes(centred(fitted(strokes, found))), inverted };
}

const atLeastOne = (n: number): number => Math.max(1, Math.round(n));

const nothingSeen = (): ValueError =>
  new ValueError(
    'no digit can be seen in the image: it needs one digit that stands out from an even background',
  );

/** Whether most points and all corners are black, as in MNIST. */
const isBlack = ({ width, data }: GreyImage): boolean => {
  const corners = [0, width - 1, data.length - width, data.length - 1];
  const black = data.filter((value) => value < 0.02).length;
  return black > data.length / 2 && corners.every((i) => data[i] < 0.02);
};

/** What was written, from 0 (background) to 1 (ink). */
function inkOf(image: GreyImage): { ink: GreyImage; inverted: boolean } {
  const { width, height } = image;
  const reach = Math.ceil(Math.max(width, height) / 4);
  const inverted = isDarkOnLight(image, reach);
  const strength = inkStrength(image, inverted, reach);
  const { dark, threshold, bright } = otsu(strength);
  if (bright - dark < leastContrast) throw nothingSeen();
  const from = dark + (threshold - dark) * 0.6;
  const to = threshold + (bright - threshold) * 0.8;
  const ink = greyImage(width, height, (_x, _y, i) =>
    Math.min(1, Math.max(0, (strength.data[i] - from) / (to - from))),
  );
  return { ink, inverted };
}

/** The digit scaled into the box. */
function fitted(strokes: GreyImage, found: [number, number, number, number]): GreyImage {
  let [part, scale] = [strokes, box / Math.max(found[2], found[3])];
  const drawn = strokeWidth(strokes);
  if (drawn * scale < usualStroke * 0.75) {
    part = thicken(strokes, (usualStroke / scale - drawn) / 2);
    found = boundingBox(part, 0.5) ?? found;
    scale = box / Math.max(found[2], found[3]);
  }
  const [, , width, height] = found;
  return resample(crop(part, found), atLeastOne(width * scale), atLeastOne(height * scale));
}

/** The digit in an image of 28 x 28, moved by whole points. */
function centred({ width, height, data }: GreyImage): GreyImage {
  let [mass, alongX, alongY] = [0, 0, 0];
  data.forEach((value, i) => {
    mass += value;
    alongX += value * (i % width);
    alongY += value * Math.floor(i / width);
  });
  const place = (moment: number, length: number): number =>
    Math.min(size - length, Math.max(0, Math.round(centre - moment / mass)));
  const [left, top] = [place(alongX, width), place(alongY, height)];
  return greyImage(size, size, (x, y) => {
    const [u, v] = [x - left, y - top];
    return u >= 0 && v >= 0 && u < width && v < height ? data[v * width + u] : 0;
  });
}

/** Bytes in which the brightest point is white. */
function toBytes({ data }: GreyImage): Uint8Array {
  const peak = data.reduce((a, b) => Math.max(a, b), 0);
  return Uint8Array.from(data, (value) => Math.round((255 * Math.max(0, value)) / (peak || 1)));
}
