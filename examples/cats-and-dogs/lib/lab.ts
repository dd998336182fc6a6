// What both programs of the lab do: find the photos, and say so where there are none.
import { existsSync } from 'node:fs';
import { exit } from 'node:process';
import { hub, type PhotoSplit, readPhotoFolder } from 'gradus/hub';

/** Says what is missing and ends the program, which is no failure. */
export function stopWithout(what: string): never {
  console.log(`nothing to do: there are no ${what}`);
  exit(0);
}

/** The folder with photos, given as an argument or as CATS_AND_DOGS, and photos of one's own. */
export function photos(): { readonly folder: string; readonly mine: readonly string[] } {
  const [, , folder = process.env.CATS_AND_DOGS, ...mine] = process.argv;
  if (folder && existsSync(folder)) return { folder, mine };
  return stopWithout('photos of cats and dogs: name their folder');
}

/** The photos in two parts; with GRADUS_LAB=small only a few of them. */
export async function splitOf(folder: string): Promise<PhotoSplit> {
  const split = await readPhotoFolder(folder);
  const few = (part: PhotoSplit['training'], count: number): PhotoSplit['training'] => {
    const kept = split.classNames.flatMap((_, label) =>
      part.labels.flatMap((of, i) => (of === label ? [i] : [])).slice(0, count),
    );
    return { paths: kept.map((i) => part.paths[i]), labels: kept.map((i) => part.labels[i]) };
  };
  const { classNames, training, validation } = split;
  const isSmall = process.env.GRADUS_LAB === 'small';
  const used = isSmall
    ? { classNames, training: few(training, 40), validation: few(validation, 15) }
    : split;
  console.log(
    `${used.training.paths.length} photos of ${classNames.join(' and ')} to learn from, ` +
      `${used.validation.paths.length} others to see how well that went`,
  );
  return used;
}

/** Whether MobileNetV2 is on the mirror or was fetched before. */
export const hasBase = (): Promise<boolean> =>
  hub.fetch('mobilenet_v2').then(
    () => true,
    () => false,
  );
