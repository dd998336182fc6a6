import type { Command } from 'commander';
import { type CommonOptions, command, does, threadCount, wholeNumber } from './command.ts';

interface RecognizeOptions extends CommonOptions {
  readonly model?: string;
  readonly mirror?: string;
  readonly topK: number;
  readonly threads?: number;
}

/** `gradus recognize PHOTO…`: what is in a picture. */
export function recognize(): Command {
  const made = command(
    'recognize',
    'Tell what is in pictures: handwritten digits, or what another model knows.',
    'gradus recognize seven.png',
  )
    .argument('<photo...>', 'pictures: files or addresses of JPEG, PNG, BMP, WebP, …')
    .option(
      '--model <model>',
      'a file that a training saved, or a name of the hub (default: digits)',
    )
    .option('--mirror <place>', 'folder or address that has models (else GRADUS_HUB_MIRROR)')
    .option('--top-k <n>', 'how many classes to tell', wholeNumber(1), 5)
    .option('--threads <n>', 'threads to compute with', threadCount);
  return does<[string[]], RecognizeOptions>(made, async (options, photos) => {
    const { recognizeImages } = await import('./recognize-images.ts');
    return recognizeImages(photos, options);
  });
}
