import { type Command, Option } from 'commander';
import { type CommonOptions, command, does, threadCount } from './command.ts';
import type { ExplainImageOptions } from './explain-image.ts';

/** `gradus explain PHOTO`: draws where a network looks. */
export function explain(): Command {
  const made = command(
    'explain',
    'Draw which parts of a photo speak for what a network takes it for.',
    'gradus explain holiday.jpg --model pets.keras --out why.png',
  )
    .argument('<photo>', 'a file or address of JPEG, PNG, BMP, WebP, …')
    .option('--model <model>', 'a file that a training saved, or a name of the hub', 'mobilenet_v2')
    .option('--mirror <place>', 'folder or address that has models (else GRADUS_HUB_MIRROR)')
    .addOption(
      new Option('--method <name>', 'how it is found out')
        .choices(['grad-cam', 'saliency', 'occlusion', 'activations', 'filters'])
        .default('grad-cam'),
    )
    .option('--layer <name>', 'the layer to look at, for grad-cam, activations and filters')
    .option('--class <name>', 'the class to explain, by name or number (default: the likeliest)')
    .option('--out <file>', 'the picture', 'why.png')
    .option('--threads <n>', 'threads to compute with', threadCount);
  return does<[string], CommonOptions & ExplainImageOptions>(made, async (options, photo) => {
    const { explainImage } = await import('./explain-image.ts');
    return explainImage(photo, options);
  });
}
