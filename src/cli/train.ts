import { Argument, type Command, Option } from 'commander';
import { command, does, positiveNumber, threadCount, wholeNumber } from './command.ts';
import type { TrainImdbOptions } from './train-imdb.ts';
import type { TrainOptions } from './train-mnist.ts';

/** What `--help` says of options, and what they are where nobody gives them. */
const defaults = {
  mnist: { model: 'cnn', epochs: 3, batchSize: 32, optimizer: 'adam', save: 'mnist.safetensors' },
  imdb: { epochs: 4, batchSize: 512, optimizer: 'rmsprop', save: 'imdb.safetensors' },
} as const;
type DataName = keyof typeof defaults;

/** Options that only one of the data sets has. */
const owners: Readonly<Record<string, DataName>> = {
  model: 'mnist',
  resume: 'mnist',
  profile: 'mnist',
  log: 'mnist',
  review: 'imdb',
};

const usually = (name: keyof (typeof defaults)['imdb']): string =>
  `(default: ${defaults.mnist[name]}; imdb: ${defaults.imdb[name]})`;

/** `gradus train mnist`, `gradus train imdb`: trains a network. */
export function train(): Command {
  const made = command(
    'train',
    'Train a network that recognises handwritten digits (mnist) or judges film reviews (imdb).',
    'gradus train mnist --epochs 3 --save mnist.safetensors',
  )
    .addArgument(new Argument('<data>', 'what to train on').choices(Object.keys(defaults)))
    .addOption(
      new Option('--model <name>', 'network for mnist (default: cnn)').choices([
        ...['cnn', 'lenet', 'mlp'],
      ]),
    )
    .option('--epochs <n>', `passes over the data ${usually('epochs')}`, wholeNumber(1))
    .option('--batch-size <n>', `samples of a step ${usually('batchSize')}`, wholeNumber(1))
    .addOption(
      new Option('--optimizer <name>', `how to learn ${usually('optimizer')}`).choices([
        ...['adam', 'sgd', 'rmsprop'],
      ]),
    )
    .option('--learning-rate <x>', "size of a step (default: the optimizer's)", positiveNumber)
    .option('--seed <n>', 'the same seed gives the same weights (default: 0)', wholeNumber(0))
    .option('--threads <n>', 'threads to compute with', threadCount)
    .option(
      '--data <path>',
      'folder with the four idx or idx.gz files; for imdb imdb.npz or a folder',
    )
    .option('--resume <file>', 'go on with a training that was stopped')
    .option('--save <file>', `where to save the model ${usually('save')}`)
    .option('--log <folder>', 'note the training there, for gradus board; for mnist')
    .option('--review <text>', 'a film review to judge, for imdb')
    .option('--profile', 'show where the time goes')
    .option('--verbose', 'show the layers of the network');
  made.hook('preAction', () => {
    const [data] = made.args;
    for (const [name, owner] of Object.entries(owners)) {
      if (owner === data || made.getOptionValue(name) === undefined) continue;
      made.error(`error: --${name} is for gradus train ${owner}`);
    }
  });
  return does<[DataName], Partial<TrainOptions & TrainImdbOptions>>(made, async (options, data) => {
    if (data === 'imdb') {
      const { trainImdb } = await import('./train-imdb.ts');
      return trainImdb({ ...defaults.imdb, ...options });
    }
    const { trainMnist } = await import('./train-mnist.ts');
    return trainMnist({ ...defaults.mnist, ...options });
  });
}
