// Small photos whose classes are their colours, as files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBmp } from '../src/data/image/index.ts';

const colours: Readonly<Record<string, readonly [number, number, number]>> = {
  blue: [40, 60, 220],
  red: [220, 60, 40],
};

/** A photo of one colour with a bright spot, whose place and shade come from its number. */
export function photo(name: string, number: number) {
  const [width, height] = [24, 20];
  const data = new Uint8Array(width * height * 3);
  const colour = colours[name] ?? [90, 160, 90];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isSpot =
        Math.abs(x - ((number * 5) % width)) < 3 && Math.abs(y - ((number * 3) % height)) < 3;
      for (let c = 0; c < 3; c++) {
        const shade = colour[c] + ((number * 7 + x * 3 + y * 5 + c) % 30) - 15;
        data[(y * width + x) * 3 + c] = isSpot ? 230 : shade;
      }
    }
  }
  return { width, height, channels: 3, data };
}

/** Writes photos of classes, `blue/blue.0.bmp` and so on; with `flat` side by side. */
export function writePhotos(
  folder: string,
  classes: Readonly<Record<string, number>>,
  { flat = false } = {},
): void {
  for (const [name, count] of Object.entries(classes)) {
    const place = flat ? folder : join(folder, name);
    mkdirSync(place, { recursive: true });
    for (let i = 0; i < count; i++) {
      const file = name ? `${name}.${i}.bmp` : `${i}.bmp`;
      writeFileSync(join(place, file), encodeBmp(photo(name, i)));
    }
  }
}
