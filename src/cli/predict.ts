import type { Command } from 'commander';
import { type CommonOptions, command, does, threadCount } from './command.ts';

interface PredictOptions extends CommonOptions {
  readonly threads?: number;
}

/** `gradus predict MODEL IMAGE…`: which digit is in a picture. */
export function predict(): Command {
  const made = command(
    'predict',
    'Tell which digit is in a picture, such as a photo of one that was written on paper.',
    'gradus predict mnist.h5 seven.png',
  )
    .argument('<model>', 'file that a training saved')
    .argument('<image...>', 'pictures of one digit each: PNG or JPEG')
    .option('--threads <n>', 'threads to compute with', threadCount);
  return does<[string, string[]], PredictOptions>(made, async (options, model, files) => {
    const { predictDigits } = await import('./predict-digits.ts');
    return predictDigits(model, files, options);
  });
}
