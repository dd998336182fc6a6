import type { Command } from 'commander';
import { type CommonOptions, command, does } from './command.ts';

interface DoctorOptions extends CommonOptions {
  readonly data?: string;
}

/** `gradus doctor`: whether this machine is ready for the course. */
export function doctor(): Command {
  const made = command(
    'doctor',
    'Check whether this machine has all that is needed, and say what to do about what is missing.',
    'gradus doctor',
  ).option('--data <folder>', 'folder with the idx files of MNIST');
  return does<[], DoctorOptions>(made, async (options) => {
    const { checkMachine } = await import('./check-machine.ts');
    return checkMachine(options);
  });
}
