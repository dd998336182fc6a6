import type { Command } from 'commander';
import { type CommonOptions, command, does, SilentCommand, wholeNumber } from './command.ts';

interface MirrorOptions extends CommonOptions {
  readonly mirror?: string;
}

interface RunOptions extends MirrorOptions {
  readonly inputPath: string[];
  readonly topK: number;
}

/** Adds the option of all commands that look for models. */
const fromMirror = (made: Command): Command =>
  made.option('--mirror <place>', 'folder or address that has models (else GRADUS_HUB_MIRROR)');

/** `gradus hub list|show|fetch|verify|run`: models that others trained. */
export function hub(): Command {
  const made = new SilentCommand('hub')
    .description('Find, fetch and use models that are trained already.')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', '\nExample:\n  $ gradus hub run mobilenet_v2 --input-path cat.jpg');
  for (const part of [listCommand(), show(), fetchCommand(), verifyCommand(), run()]) {
    made.addCommand(part);
  }
  return made;
}

function listCommand(): Command {
  const made = fromMirror(command('list', 'List the models of the hub.', 'gradus hub list'));
  return does<[], MirrorOptions>(made, async (options) => {
    const { listModels } = await import('./hub-commands.ts');
    return listModels(options);
  });
}

function show(): Command {
  const made = fromMirror(
    command('show', 'Show what is known of a model.', 'gradus hub show mobilenet_v2'),
  ).argument('<name>', 'name of the model');
  return does<[string], MirrorOptions>(made, async (options, name) => {
    const { showModel } = await import('./hub-commands.ts');
    return showModel(name, options);
  });
}

function fetchCommand(): Command {
  const made = fromMirror(
    command(
      'fetch',
      'Fetch the files of models, so that they can be used without a network.',
      'gradus hub fetch mobilenet_v2',
    ),
  ).argument('<name...>', 'names of models');
  return does<[string[]], MirrorOptions>(made, async (options, names) => {
    const { fetchModels } = await import('./hub-commands.ts');
    return fetchModels(names, options);
  });
}

function verifyCommand(): Command {
  const made = fromMirror(
    command(
      'verify',
      'Compare fetched files with their checksums; files that are wrong are removed.',
      'gradus hub verify',
    ),
  ).argument('[name...]', 'names of models; all that are known without a mirror if left out');
  return does<[string[]], MirrorOptions>(made, async (options, names) => {
    const { verifyModels } = await import('./hub-commands.ts');
    return verifyModels(names, options);
  });
}

function run(): Command {
  const made = fromMirror(
    command(
      'run',
      'Tell what is in images.',
      'gradus hub run mobilenet_v2 --input-path cat.jpg --top-k 3',
    ),
  )
    .argument('<name>', 'name of the model')
    .requiredOption('--input-path <image...>', 'images: files or addresses')
    .option('--top-k <n>', 'how many classes to tell', wholeNumber(1), 5);
  return does<[string], RunOptions>(made, async ({ inputPath, ...options }, name) => {
    const { recognizeImages } = await import('./recognize-images.ts');
    return recognizeImages(inputPath, { ...options, model: name });
  });
}
