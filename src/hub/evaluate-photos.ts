import type { SkippedFile } from '../data/image/index.ts';
import { inferenceModel } from '../models/index.ts';
import type { ImageClassifier } from './image-classifier.ts';
import { PhotoFeatures } from './photo-features.ts';
import { type LabelledPhotos, readTestPhotos } from './photo-folder.ts';
import { PhotoLoader } from './photo-loader.ts';
import { type PhotoReport, reportOf } from './photo-report.ts';

/**
 * How well a classifier does on photos whose classes are known: those of a folder (see `readTestPhotos`) or of a list. Photos that
 * cannot be read are listed in `skipped`.
 * @example const { accuracy, loss } = await evaluatePhotos(await loadClassifier('pets.keras'), 'pets');
 */
export async function evaluatePhotos(
  classifier: ImageClassifier,
  photos: string | LabelledPhotos,
): Promise<PhotoReport & { readonly skipped: readonly SkippedFile[] }> {
  const classNames = classifier.classes.map(({ label }) => label);
  const list = typeof photos === 'string' ? await readTestPhotos(photos, classNames) : photos;
  const { preprocessing, inputShape, reading, model } = classifier;
  const loader = new PhotoLoader(preprocessing, inputShape, reading);
  const features = await PhotoFeatures.of(list, {
    ...{ loader, network: inferenceModel(model, { logits: true }), augment: null, seed: 0 },
  });
  const report = reportOf(await features.scores(null), classNames);
  return { ...report, skipped: loader.skipped };
}
