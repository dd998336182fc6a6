import type { Command } from 'commander';
import { byteCount } from './byte-count.ts';
import { type CommonOptions, command, does } from './command.ts';

interface InspectOptions extends CommonOptions {
  readonly maxBytes?: number;
}

/** `gradus inspect FILE`: what a file is and what is in it. */
export function inspect(): Command {
  const made = command(
    'inspect',
    'Tell what a file is and what is in it: layers, tensors, optimizer. Nothing in it is run.',
    'gradus inspect model.keras',
  )
    .argument('<file>', 'a model, weights, arrays, an archive, a log, an image')
    .option('--max-bytes <n>', 'most bytes that the file may expand to', byteCount);
  return does<[string], InspectOptions>(made, async ({ maxBytes }, file) => {
    const [{ inspectFile }, { print }, { fileReport }] = await Promise.all([
      import('../index.ts'),
      import('./terminal.ts'),
      import('./file-report.ts'),
    ]);
    const description = await inspectFile(file, { maxBytes });
    for (const line of fileReport(description)) print(line);
    return { result: { ...description } };
  });
}
