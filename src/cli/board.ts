import { type Command, Option } from 'commander';
import { type CommonOptions, command, does, type Outcome, wholeNumber } from './command.ts';

interface BoardCommandOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly lang?: string;
  readonly export?: string;
}

/** `gradus board`: shows the logs of trainings in the browser. */
export function board(): Command {
  const made = command(
    'board',
    'Show the logs of trainings in the browser: curves, pictures, graphs, while they are written.',
    'gradus board runs',
  )
    .argument('<folder>', 'folder that the logs are in, or will be')
    .option('--port <n>', 'port to listen on, 0 for any that is free', wholeNumber(0), 6006)
    .option('--host <name>', 'address to listen on', '127.0.0.1')
    .addOption(new Option('--lang <name>', 'language of the page').choices(['en', 'zh-CN']))
    .option('--export <folder>', 'write a copy that opens without a server, and end');
  return does<[string], BoardCommandOptions>(made, async (options, folder) => {
    const { print } = await import('./terminal.ts');
    return options.export === undefined
      ? serve(folder, options, print)
      : write(folder, options.export, options, print);
  });
}

type Print = (line?: string) => void;

async function write(
  folder: string,
  target: string,
  { lang }: BoardCommandOptions,
  print: Print,
): Promise<Outcome> {
  const { exportBoard } = await import('../board/server/index.ts');
  const { runs, images, bytes } = await exportBoard(folder, target, { lang });
  print(`wrote ${target}: ${runs} runs, ${images} pictures; open ${target}/index.html`);
  return { result: { exported: target, runs, images, bytes } };
}

/** Serves until it is interrupted. */
async function serve(
  folder: string,
  { port, host, lang }: BoardCommandOptions,
  print: Print,
): Promise<Outcome> {
  const { serveBoard } = await import('../board/server/index.ts');
  const running = await serveBoard(folder, { port, host, lang });
  print(`${folder}: ${running.url}`);
  print('Ctrl-C ends it.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await running.close();
  return { result: { url: running.url } };
}
