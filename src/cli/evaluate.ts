import type { Command } from 'commander';
import { type CommonOptions, command, does, threadCount, wholeNumber } from './command.ts';

interface EvaluateOptions extends CommonOptions {
  readonly batchSize: number;
  readonly threads?: number;
  readonly mirror?: string;
}

/** `gradus evaluate MODEL DATA`: how well a model does on the test images of a data set. */
export function evaluate(): Command {
  const made = command(
    'evaluate',
    'Measure how well a saved model does on the test images of a data set, or on photos in a folder.',
    'gradus evaluate mnist.h5 mnist --json',
  )
    .argument('<model>', 'file that a training saved')
    .argument('<data>', 'mnist, fashion-mnist, cifar10, or a folder with idx files or photos')
    .option('--batch-size <n>', 'images of a step', wholeNumber(1), 32)
    .option('--mirror <place>', 'folder or address that has models (else GRADUS_HUB_MIRROR)')
    .option('--threads <n>', 'threads to compute with', threadCount);
  return does<[string, string], EvaluateOptions>(
    made,
    async ({ batchSize, threads, mirror }, file, data) => {
      const { evaluateFolder, isPhotoFolder } = await import('./evaluate-folder.ts');
      if (await isPhotoFolder(data)) return evaluateFolder(file, data, { threads, mirror });
      const [{ loadModel, setThreads }, { imageBatches, loadTestData }] = await Promise.all([
        import('../index.ts'),
        import('./image-data.ts'),
      ]);
      const { grouped, print, rounded } = await import('./terminal.ts');
      if (threads) setThreads(threads);
      const model = await loadModel(file);
      const test = await loadTestData(data);
      const count = test.images.shape[0];
      print(`${file}: ${model.name} on ${grouped(count)} test images from ${test.from}`);
      if (!model.compiled) {
        model.compile({ loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
      }
      const batches = imageBatches(model, test).batch(batchSize);
      const logs = await model.evaluate(batches, { returnDict: true });
      const scores = Object.entries(logs).map(([name, value]) => [name, rounded(value)] as const);
      for (const [name, value] of scores) print(`test ${name} ${value.toFixed(4)}`);
      return { result: { model: file, data, images: count, ...Object.fromEntries(scores) } };
    },
  );
}
