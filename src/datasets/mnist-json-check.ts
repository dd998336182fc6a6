import { mnistJson } from '../formats/index.ts';
import { FormatError } from '../tensor/index.ts';

/** What there is of one part. */
export interface PartReport {
  readonly length: number;
  readonly pixelMin: number;
  readonly pixelMax: number;
  /** How often each digit comes. */
  readonly labelCounts: readonly number[];
}

/** What there is of each part. */
export type MnistJsonReport = Readonly<Record<mnistJson.PartName, PartReport>>;

/** Throws a FormatError that names the first sample with a pixel or label out of range, or a part of wrong length. */
export function checkParts(parts: mnistJson.MnistJsonParts, file?: string): MnistJsonReport {
  const entries = mnistJson.partNames.map((name) => [name, checkPart(name, parts[name], file)]);
  return Object.fromEntries(entries) as MnistJsonReport;
}

function checkPart(
  name: mnistJson.PartName,
  { length, pixels, palette, labels }: mnistJson.MnistJsonPart,
  file?: string,
): PartReport {
  const points = mnistJson.pixelsOfImage;
  const fail = (problem: string, expected: string, received: string): never => {
    throw new FormatError(`${name}: ${problem}`, { file, expected, received });
  };
  if (labels.length !== length) {
    fail('images and labels do not belong together', `${length} labels`, `${labels.length}`);
  }
  if (pixels.length !== length * points) {
    fail('wrong number of pixels', `${length * points}`, `${pixels.length}`);
  }
  const bad = palette && Uint8Array.from(palette, (value) => (inRange(value) ? 0 : 1));
  let [pixelMin, pixelMax] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < pixels.length; i++) {
    const value = palette ? palette[pixels[i]] : pixels[i];
    if (bad ? bad[pixels[i]] : !inRange(value)) {
      const place = `image ${Math.floor(i / points)}, pixel ${i % points}`;
      fail(`${place} is out of range`, 'numbers from -1 to 1', `${value}`);
    }
    if (value < pixelMin) pixelMin = value;
    if (value > pixelMax) pixelMax = value;
  }
  const labelCounts = new Array<number>(10).fill(0);
  labels.forEach((label, i) => {
    if (!(Number.isInteger(label) && label >= 0 && label <= 9)) {
      fail(`label ${i} is no digit`, 'a whole number from 0 to 9', `${label}`);
    }
    labelCounts[label]++;
  });
  return { length, pixelMin, pixelMax, labelCounts };
}

const inRange = (value: number): boolean => value >= -1 && value <= 1;
