import { Argument, type Command, Option } from 'commander';
import { command, does, positiveNumber, threadCount, wholeNumber } from './command.ts';
import type { TrainOptions } from './train-mnist.ts';

/** `gradus train mnist`: trains a network. */
export function train(): Command {
  const made = command(
    'train',
    'Train a network that recognises handwritten digits.',
    'gradus train mnist --epochs 3 --save mnist.safetensors',
  )
    .addArgument(new Argument('<data>', 'what to train on').choices(['mnist']))
    .addOption(
      new Option('--model <name>', 'network').choices(['cnn', 'lenet', 'mlp']).default('cnn'),
    )
    .option('--epochs <n>', 'passes over the data', wholeNumber(1), 3)
    .option('--batch-size <n>', 'images of a step', wholeNumber(1), 32)
    .addOption(
      new Option('--optimizer <name>', 'how to learn')
        .choices(['adam', 'sgd', 'rmsprop'])
        .default('adam'),
    )
    .option('--learning-rate <x>', "size of a step (default: the optimizer's)", positiveNumber)
    .option('--seed <n>', 'the same seed gives the same weights (default: 0)', wholeNumber(0))
    .option('--threads <n>', 'threads to compute with', threadCount)
    .option('--data <folder>', 'folder with the four idx or idx.gz files')
    .option('--resume <file>', 'go on with a training that was stopped')
    .option('--save <file>', 'where to save the model', 'mnist.safetensors')
    .option('--profile', 'show where the time goes')
    .option('--verbose', 'show the layers of the network');
  return does<[string], TrainOptions>(made, async (options) => {
    const { trainMnist } = await import('./train-mnist.ts');
    return trainMnist(options);
  });
}
