import { statSync } from 'node:fs';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { command, does, positiveNumber, threadCount, wholeNumber } from './command.ts';
import type { TrainFolderOptions } from './train-folder.ts';
import type { TrainImdbOptions } from './train-imdb.ts';
import type { TrainOptions } from './train-mnist.ts';
import type { TrainMnistJsonOptions } from './train-mnist-json.ts';

/** What `--help` says of options, and what they are where nobody gives them. */
const defaults = {
  mnist: { model: 'cnn', epochs: 3, batchSize: 32, optimizer: 'adam', save: 'mnist.h5' },
  imdb: { epochs: 4, batchSize: 512, optimizer: 'rmsprop', save: 'imdb.safetensors' },
  'mnist-json': { net: 'cnn', epochs: 5, batchSize: 100, optimizer: 'sgd', save: 'mnist.pdparams' },
  folder: {
    base: 'mobilenet_v2',
    epochs: 20,
    batchSize: 32,
    optimizer: 'adam',
    save: 'photos.keras',
  },
} as const;
/** Data sets by their names, and any folder with photos. */
type DataName = keyof typeof defaults;
const dataNames = Object.keys(defaults).filter((name) => name !== 'folder');
const kindOf = (data: string): DataName =>
  dataNames.includes(data) ? (data as DataName) : 'folder';
const called = (kind: DataName): string => (kind === 'folder' ? 'FOLDER' : kind);

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
  data: ['mnist', 'imdb', 'mnist-json'],
  verbose: ['mnist', 'imdb', 'mnist-json'],
  base: ['folder'],
  weights: ['folder'],
  size: ['folder'],
  mirror: ['folder'],
  unfreeze: ['folder'],
  augment: ['folder'],
  classWeights: ['folder'],
  patience: ['folder'],
  validationSplit: ['folder'],
  mistakes: ['folder'],
};

/** Optimizers that all know, and those of the lesson. */
const optimizerNames = ['adam', 'sgd', 'rmsprop'];
const lessonOptimizers = [...optimizerNames, 'momentum', 'adagrad'];

const usually = (name: keyof (typeof defaults)['imdb']): string =>
  `(default: ${defaults.mnist[name]}; imdb: ${defaults.imdb[name]}; mnist-json: ${defaults['mnist-json'][name]}; folder: ${defaults.folder[name]})`;

/** A data set's name or a folder. */
function dataOrFolder(text: string): string {
  const isFolder = (): boolean => statSync(text, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (dataNames.includes(text) || isFolder()) return text;
  throw new InvalidArgumentError(
    `Allowed choices are ${dataNames.join(', ')}, or a folder with photos.`,
  );
}

/** A share above 0 and below 1. */
function share(text: string): number {
  const value = positiveNumber(text);
  if (value < 1) return value;
  throw new InvalidArgumentError('It must be a number between 0 and 1.');
}

/** What the options of all data sets may be. */
type Shared = Omit<TrainOptions & TrainImdbOptions, 'optimizer'> &
  TrainMnistJsonOptions &
  TrainFolderOptions;

/** `gradus train mnist`, `gradus train imdb`, `gradus train mnist-json`, `gradus train FOLDER`: trains a network. */
export function train(): Command {
  const made = command(
    'train',
    'Train a network that recognises handwritten digits (mnist; mnist-json as in the Paddle lesson), judges film reviews (imdb), or ' +
      'knows the photos in the subfolders of a folder.',
    'gradus train mnist --epochs 3 --save mnist.h5\n  $ gradus train photos/ --base mobilenet_v2 --save pets.keras',
  )
    .addArgument(
      new Argument('<data>', `${dataNames.join(', ')}, or a folder with photos`).argParser(
        dataOrFolder,
      ),
    )
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
    .option(
      '--base <name>',
      'network of the hub to learn photos on, or none (default: mobilenet_v2)',
    )
    .option('--weights <file>', 'weights of the base without its top, for photos')
    .option('--size <n>', "side of the photos (default: the base's)", wholeNumber(32))
    .option('--mirror <place>', 'folder or address that has models (else GRADUS_HUB_MIRROR)')
    .option('--unfreeze <n|layer>', "let the base's last layers learn too, for photos")
    .option(
      '--augment',
      'also learn from photos that are mirrored, turned, moved and scaled a little',
    )
    .option('--class-weights', 'let photos of rare classes count more')
    .option('--patience <n>', 'end after so many epochs without improvement', wholeNumber(1))
    .option('--validation-split <x>', 'share of photos for validation (default: 0.2)', share)
    .option('--mistakes <file>', 'draw the surest mistakes: .png or .svg, for photos')
    .option('--profile', 'show where the time goes')
    .option('--verbose', 'show the layers of the network');
  made.hook('preAction', () => {
    const data = kindOf(made.args[0]);
    for (const [name, owned] of Object.entries(owners)) {
      if (owned.includes(data) || made.getOptionValue(name) === undefined) continue;
      const option = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      made.error(`error: --${option} is for gradus train ${owned.map(called).join(' and ')}`);
    }
    const optimizer = made.getOptionValue('optimizer');
    if (data === 'folder' && optimizer !== undefined && optimizer !== 'adam') {
      made.error('error: photos are learned with --optimizer adam');
    }
    if (data !== 'mnist-json' && optimizer !== undefined && !optimizerNames.includes(optimizer)) {
      made.error(`error: --optimizer ${optimizer} is for gradus train mnist-json`);
    }
  });
  return does<[string], Partial<Shared>>(made, async (given, what) => {
    const data = kindOf(what);
    if (data === 'folder') {
      const { trainFolder } = await import('./train-folder.ts');
      return trainFolder(what, { ...defaults.folder, ...given });
    }
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
