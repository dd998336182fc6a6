import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { evaluatePhotos } from '../hub/index.ts';
import { setThreads } from '../index.ts';
import type { Outcome } from './command.ts';
import { openClassifier } from './open-classifier.ts';
import { grouped, print, rounded } from './terminal.ts';
import { printReport } from './train-folder.ts';

/** Whether a path is a folder with photos in it or below, not one of idx files. */
export async function isPhotoFolder(path: string): Promise<boolean> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  const names = await readdir(path, { recursive: true });
  if (names.some((name) => /idx[13]-ubyte(\.gz)?$/.test(name))) return false;
  return names.some((name) => /\.(jpe?g|png|bmp|webp|gif|tiff?|avif)$/i.test(name));
}

/** Measures how well a model tells the photos in a folder apart. */
export async function evaluateFolder(
  file: string,
  folder: string,
  { threads, mirror }: { readonly threads?: number; readonly mirror?: string },
): Promise<Outcome> {
  if (threads) setThreads(threads);
  const classifier = await openClassifier(file, mirror);
  const { skipped, ...report } = await evaluatePhotos(classifier, folder);
  print(`${file}: ${classifier.name} on ${grouped(report.photos)} photos in ${folder}`);
  for (const { path, reason } of skipped) process.stderr.write(`left out ${path}: ${reason}\n`);
  printReport({ report, classifier });
  const { photos, confusion, mistakes, accuracy, loss } = report;
  return {
    result: {
      ...{ model: file, data: folder, photos, skipped, confusion },
      mistakes: mistakes.slice(0, 12),
      accuracy: rounded(accuracy),
      loss: rounded(loss),
    },
  };
}
