import { Argument, type Command } from 'commander';
import { type CommonOptions, command, does } from './command.ts';

interface DataOptions extends CommonOptions {
  readonly out?: string;
  readonly data?: string;
  readonly check?: string;
}

/** `gradus data mnist-json`: makes a data set's file, or checks one. */
export function data(): Command {
  const made = command(
    'data',
    "Make the lesson's mnist.json.gz (50,000 images to train, 10,000 to validate, 10,000 to evaluate), or check one.",
    'gradus data mnist-json --out mnist.json.gz',
  )
    .addArgument(new Argument('<name>', 'which data').choices(['mnist-json']))
    .option('--out <file>', 'where to write it (default: mnist.json.gz)')
    .option('--data <folder>', 'folder with the four idx or idx.gz files of MNIST')
    .option('--check <file>', 'check this file and show what is in it, in place of making one');
  return does<[string], DataOptions>(made, async (options) => {
    const { makeMnistJson } = await import('./data-mnist-json.ts');
    return makeMnistJson(options);
  });
}
