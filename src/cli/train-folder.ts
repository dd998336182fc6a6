import { readImage, resizeImage } from '../data/index.ts';
import { confusionText, type FineTuned, type FineTuneStage, fineTune } from '../hub/index.ts';
import { getBackend, setThreads } from '../index.ts';
import { imageGrid } from '../plot/index.ts';
import { checkWritable } from './check-writable.ts';
import type { Outcome } from './command.ts';
import { progress } from './hub-commands.ts';
import { grouped, paint, print, rounded } from './terminal.ts';

/** How photos in a folder are learned. */
export interface TrainFolderOptions {
  readonly base: string;
  readonly weights?: string;
  readonly size?: number;
  readonly mirror?: string;
  readonly unfreeze?: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate?: number;
  readonly augment?: boolean;
  readonly classWeights?: boolean;
  readonly patience?: number;
  readonly validationSplit?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly mistakes?: string;
  readonly save: string;
}

/** Mistakes that are listed. */
const listed = 5;
/** Mistakes that are shown in a picture, and their size there. */
const shown = 12;
const side = 160;

/** Learns the classes of the photos in a folder and saves a model that carries them. */
export async function trainFolder(folder: string, options: TrainFolderOptions): Promise<Outcome> {
  const { save, threads, unfreeze, mistakes, ...rest } = options;
  await checkWritable(save);
  if (mistakes !== undefined) {
    await checkWritable(mistakes, { option: '--mistakes', extensions: ['.png', '.svg'] });
  }
  if (threads) setThreads(threads);
  const start = performance.now();
  const bar = progress();
  const photos = counter('photos');
  const tuned = await fineTune(folder, {
    ...rest,
    unfreeze: unfreeze === undefined ? null : /^\d+$/.test(unfreeze) ? Number(unfreeze) : unfreeze,
    verbose: 'auto',
    onProgress: bar.show,
    onFeatures(done, total) {
      bar.end();
      photos.show(done, total);
    },
  });
  const { classifier, report, stages, skipped, trainingPhotos } = tuned;
  await classifier.model.save(save);
  const took = Math.round(performance.now() - start) / 1000;
  const names = classifier.classes.map(({ label }) => label);
  print(
    `${grouped(trainingPhotos)} photos to learn from, ${grouped(report.photos)} for validation, ${names.length} classes: ` +
      names.slice(0, 10).join(', '),
  );
  for (const { path, reason } of skipped) process.stderr.write(`left out ${path}: ${reason}\n`);
  for (const stage of stages) if (!stage.kept) print(worse(stage));
  printReport(tuned);
  if (mistakes !== undefined) await drawMistakes(tuned, mistakes);
  print(`saved ${save}; try it with: gradus recognize PHOTO --model ${save}`);
  return {
    result: {
      base: options.base,
      classes: names,
      photos: { training: trainingPhotos, validation: report.photos, skipped },
      stages: stages.map(({ stage, layers, history, kept }) => ({
        ...{ stage, layers, kept },
        epochs: history.loss.length,
      })),
      confusion: report.confusion,
      mistakes: report.mistakes.slice(0, shown),
      threads: getBackend().threads,
      seconds: took,
      accuracy: rounded(report.accuracy),
      loss: rounded(report.loss),
      saved: save,
    },
  };
}

const worse = ({ layers }: FineTuneStage): string =>
  `training ${layers.length} layers made the validation loss no better: their weights from before are kept`;

/** Prints how well a model does, and what it got most wrong. */
export function printReport({ report, classifier }: Pick<FineTuned, 'report' | 'classifier'>) {
  const { accuracy, loss, confusion, mistakes } = report;
  print(paint('bold', `validation accuracy ${accuracy.toFixed(4)}`));
  print(`validation loss ${loss.toFixed(4)}`);
  if (confusion.length <= 20) {
    print(
      confusionText(
        confusion,
        classifier.classes.map(({ label }) => label),
      ),
    );
  }
  if (mistakes.length) print('the surest mistakes:');
  for (const { path, truth, predicted, score } of mistakes.slice(0, listed)) {
    print(`  ${path}: ${truth}, taken for ${predicted} (${(100 * score).toFixed(1)} %)`);
  }
}

/** Draws the photos that were taken for something else. */
async function drawMistakes({ report, classifier }: FineTuned, file: string): Promise<void> {
  const wrong = report.mistakes.slice(0, shown);
  if (wrong.length === 0) return print('no mistakes to draw');
  const pictures = await Promise.all(
    wrong.map(async ({ path }) => {
      const { data } = resizeImage(await readImage(path), [side, side], { antialias: true });
      return { height: side, width: side, channels: 3, isBytes: true, data: Array.from(data) };
    }),
  );
  const classNames = classifier.classes.map(({ label }) => label);
  await imageGrid(pictures, {
    labels: wrong.map(({ truth }) => truth),
    predictions: wrong.map(({ predicted }) => predicted),
    classNames,
  }).save(file);
  print(`drew ${wrong.length} mistakes: ${file}`);
}

/** A line that counts, where somebody watches. */
function counter(what: string) {
  const watched = process.stderr.isTTY;
  return {
    show(done: number, total: number): void {
      if (watched)
        process.stderr.write(`\r\u001b[K${done < total ? `${done} of ${total} ${what}` : ''}`);
    },
  };
}
