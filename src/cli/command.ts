import { Command, InvalidArgumentError } from 'commander';

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** What a command ends with: the object that `--json` prints, and whether it failed. */
export interface Outcome {
  readonly result: Readonly<Record<string, unknown>>;
  readonly failed?: boolean;
}

/** A command that throws what is wrong with its arguments instead of printing it and ending the process. */
export class SilentCommand extends Command {
  constructor(name?: string) {
    super(name);
    this.exitOverride();
    this.configureOutput({ outputError: () => {} });
  }
}

/** A message on one line. */
export const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, '; ');

/** A command with an example under its help, and the options of all commands. */
export function command(name: string, description: string, example: string): Command {
  return new SilentCommand(name)
    .description(description)
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', `\nExample:\n  $ ${example}`);
}

/** Ends the list of a command's options with the common ones and sets what it does. */
export function does<Arguments extends readonly unknown[], Options extends CommonOptions>(
  made: Command,
  action: (options: Options, ...args: Arguments) => Promise<Outcome>,
): Command {
  return made
    .option('--json', 'print one JSON object as the last line')
    .option('--debug', 'show where an error comes from')
    .action(async (...given: unknown[]) => {
      const [options] = given.slice(-2) as [Options, Command];
      await report(options, () => action(options, ...(given.slice(0, -2) as never)));
    });
}

/** Runs an action; prints its result or its error as the options say, and sets the exit code. */
async function report(
  { json, debug }: CommonOptions,
  action: () => Promise<Outcome>,
): Promise<void> {
  try {
    const { result, failed = false } = await action();
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    if (failed) process.exitCode = 1;
  } catch (error) {
    const known = error instanceof Error ? error : new Error(String(error));
    const message = oneLine(known.message || known.name);
    process.stderr.write(debug ? `${known.stack}\n` : `gradus: ${message}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ error: message, kind: known.name })}\n`);
    process.exitCode = 1;
  }
}

/** Reads an option's whole number of at least `least`. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number >= ${least}.`);
  };

/** Reads an option's number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** Reads a number of threads. */
export const threadCount = wholeNumber(1);
