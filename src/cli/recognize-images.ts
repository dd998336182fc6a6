import { setThreads } from '../index.ts';
import type { Outcome } from './command.ts';
import { openClassifier, readable } from './open-classifier.ts';
import { paint, print } from './terminal.ts';

/** How images are recognized. */
export interface RecognizeImagesOptions {
  /** A file of a model, or a name of the hub; digits if left out. */
  readonly model?: string;
  readonly mirror?: string;
  readonly topK: number;
  readonly threads?: number;
}

/** Tells what is in images; one that cannot be read does not keep the others from being told. */
export async function recognizeImages(
  photos: readonly string[],
  { model: wanted = 'digits', mirror, topK, threads }: RecognizeImagesOptions,
): Promise<Outcome> {
  if (threads) setThreads(threads);
  const model = await openClassifier(wanted, mirror);
  const results: Record<string, unknown>[] = [];
  let failed = false;
  for (const photo of photos) {
    try {
      const classes = await model.classify(photo, { topK });
      results.push({ image: photo, classes });
      print(paint('bold', `${photo}: ${readable(classes[0].label)}`));
      for (const { label, score } of classes) {
        print(`  ${(100 * score).toFixed(1).padStart(5)} %  ${readable(label)}`);
      }
    } catch (error) {
      const { message } = error as Error;
      if (photos.length === 1) throw error;
      failed = true;
      results.push({ image: photo, error: message });
      process.stderr.write(`gradus: ${message.startsWith(photo) ? '' : `${photo}: `}${message}\n`);
    }
  }
  return { result: { model: model.name, results }, failed };
}
