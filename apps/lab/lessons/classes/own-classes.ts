import { fitPicture } from '../../engine/fit-picture.ts';
import { readPicture } from '../../parts/photo.tsx';
import type { Sample } from './engine.ts';

/** A class with its photos. */
export interface OwnClass {
  readonly id: number;
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** Points on each side of a photo that is kept: what the largest base takes. */
export const side = 224;

let samples = 0;

/** A photo to learn from. */
export const sampleOf = (pixels: ImageData): Sample => ({
  id: samples++,
  picture: fitPicture(pixels, side, side),
});

/** The pictures among some files, in the order of their names, and how many files are none. */
export async function readPhotos(
  files: readonly File[],
): Promise<{ pictures: ImageData[]; skipped: number }> {
  const pictures: ImageData[] = [];
  let skipped = 0;
  const sorted = files.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  for (const file of sorted) {
    if (file.name.startsWith('.')) continue;
    try {
      pictures.push(await readPicture(file));
    } catch {
      skipped++;
    }
  }
  return { pictures, skipped };
}
