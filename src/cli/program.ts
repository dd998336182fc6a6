import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { board } from './board.ts';
import { oneLine, SilentCommand } from './command.ts';
import { convert } from './convert.ts';
import { data } from './data.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { explain } from './explain.ts';
import { hub } from './hub.ts';
import { inspect } from './inspect.ts';
import { lab } from './lab.ts';
import { predict } from './predict.ts';
import { recognize } from './recognize.ts';
import { train } from './train.ts';

// A command's file declares it; what does the work is imported when the command runs.
const commands = [
  doctor,
  train,
  evaluate,
  predict,
  recognize,
  explain,
  hub,
  board,
  lab,
  data,
  inspect,
  convert,
];

/** The version in the package's own package.json. */
export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Runs the command that the arguments name. Sets the exit code: 0, 1 it failed, 2 it was used wrongly. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // A reader that has seen enough, such as `head`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  const program = new SilentCommand('gradus')
    .description('Learn, train, inspect and ship image recognition.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', '\nExample:\n  $ gradus train mnist --epochs 1');
  for (const make of commands) program.addCommand(make());
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return; // help or version
    if (error.code !== 'commander.help') {
      process.stderr.write(
        `gradus: ${oneLine(error.message.replace(/^error: /, '').replace('\n(', ' ('))}\n`,
      );
    }
    process.exitCode = 2;
  }
}
