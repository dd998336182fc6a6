import { Argument, type Command, Option } from 'commander';
import { command, does, positiveNumber, threadCount, wholeNumber } from './command.ts';
import type { TrainImdbOptions } from './train-imdb.ts';
import type { TrainOptions } from './train-mnist.ts';
import type { TrainMnistJsonOptions } from './train-mnist-json.ts';

/** What `--help` says of options, and what they are where nobody gives them. */
const defaults = {
  mnist: { model: 'cnn', epochs: 3, batchSize: 32, optimizer: 'adam', save: 'mnist.h5' },
  imdb: { epochs: 4, batchSize: 512, optimizer: 'rmsprop', save: 'imdb.safetensors' },
  'mnist-json': { net: 'cnn', epochs: 5, batchSize: 100, optimizer: 'sgd', save: 'mnist.pdparams' },
} as const;
type DataName = keyof typeof defaults;

/** Options that not all of the data sets have. */
const owners: Readonly<Record<string, readonly DataName[]>> = {
  model: ['mnist'],
  net: ['mnist-json'],
  resume: ['mnist', 'mnist-json'],
  profile: ['mnist'],
  log: ['mnist'],
  plot: ['mnist', 'imdb'],
  l2: ['mnist-json'],
  review: ['imdb'],
};

/** Optimizers that all know, and those of the lesson. */
const optimizerNames = ['adam', 'sgd', 'rmsprop'];
const lessonOptimizers = [...optimizerNames, 'momentum', 'adagrad'];

const usually = (name: keyof (typeof defaults)['imdb']): string =>
  `(default: ${defaults.mnist[name]}; imdb: ${defaults.imdb[name]}; mnist-json: ${defaults['mnist-json'][name]})`;

/** What the options of all data sets may be. */
type Shared = Omit<TrainOptions & TrainImdbOptions, 'optimizer'> & TrainMnistJsonOptions;

/** `gradus train mnist`, `gradus train imdb`, `gradus train mnist-json`: trains a network. */
export function train(): Command {
  const made = command(
    'train',
    'Train a network that recognises handwritten digits (mnist; mnist-json as in the Paddle lesson) or judges film reviews (imdb).',
    'gradus train mnist --epochs 3 --save mnist.h5',
  )
    .addArgument(new Argument('<data>', 'what to train on').choices(Object.keys(defaults)))
    .addOption(
      new Option('--model <name>', 'network for mnist (default: cnn)').choices([
        ...['cnn', 'lenet', 'mlp'],
      ]),
    )
    .addOption(
      new Option('--net <name>', 'network for mnist-json (default: cnn)').choices([
        ...['fc', 'cnn', 'lenet'],
      ]),
    )
    .option('--epochs <n>', `passes over the data ${usually('epochs')}`, wholeNumber(1))
    .option('--batch-size <n>', `samples of a step ${usually('batchSize')}`, wholeNumber(1))
    .addOption(
      new Option('--optimizer <name>', `how to learn ${usually('optimizer')}`).choices(
        lessonOptimizers,
      ),
    )
    .option('--learning-rate <x>', "size of a step (default: the optimizer's)", positiveNumber)
    .option('--seed <n>', 'the same seed gives the same weights (default: 0)', wholeNumber(0))
    .option('--threads <n>', 'threads to compute with', threadCount)
    .option(
      '--data <path>',
      'folder with the four idx or idx.gz files; for imdb imdb.npz or a folder; for mnist-json mnist.json.gz',
    )
    .option(
      '--l2 <x>',
      'share of the weights that is taken from them (L2Decay), for mnist-json',
      positiveNumber,
    )
    .option('--resume <file>', 'go on with a training that was stopped')
    .option('--save <file>', `where to save the model ${usually('save')}`)
    .option('--log <folder>', 'note the training there, for gradus board; for mnist')
    .option('--plot <file>', 'draw the curves: .png, .svg or .html; for mnist and imdb')
    .option('--review <text>', 'a film review to judge, for imdb')
    .option('--profile', 'show where the time goes')
    .option('--verbose', 'show the layers of the network');
  made.hook('preAction', () => {
    const [data] = made.args;
    for (const [name, owned] of Object.entries(owners)) {
      if (owned.includes(data as DataName) || made.getOptionValue(name) === undefined) continue;
      made.error(`error: --${name} is for gradus train ${owned.join(' and ')}`);
    }
    const optimizer = made.getOptionValue('optimizer');
    if (data !== 'mnist-json' && optimizer !== undefined && !optimizerNames.includes(optimizer)) {
      made.error(`error: --optimizer ${optimizer} is for gradus train mnist-json`);
    }
  });
  return does<[DataName], Partial<Shared>>(made, async (given, data) => {
    if (data === 'mnist-json') {
      const { trainMnistJson } = await import('./train-mnist-json.ts');
      return trainMnistJson({ ...defaults[data], ...given });
    }
    const options = given as Partial<TrainOptions & TrainImdbOptions>;
    if (data === 'imdb') {
      const { trainImdb } = await import('./train-imdb.ts');
      return trainImdb({ ...defaults.imdb, ...options });
    }
    const { trainMnist } = await import('./train-mnist.ts');
    return trainMnist({ ...defaults.mnist, ...options });
  });
}
