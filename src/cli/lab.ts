import { type Command, Option } from 'commander';
import { type CommonOptions, command, does, wholeNumber } from './command.ts';

/** Options of `gradus lab`. */
export interface LabOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly lang?: 'en' | 'zh-CN';
  readonly export?: string;
}

/** `gradus lab`: the course's lessons as pages in a browser. */
export function lab(): Command {
  const made = command(
    'lab',
    'Open the course as pages in a browser: draw, train, look inside. Nothing leaves this machine.',
    'gradus lab --port 8080',
  )
    .option('--port <n>', 'port to listen on; 0 takes a free one', wholeNumber(0), 8585)
    .option('--host <name>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('--lang <language>', "language of the pages (default: the browser's)").choices([
        ...['en', 'zh-CN'],
      ]),
    )
    .option('--export <folder>', 'write the pages as files for any web server, and end');
  return does<[], LabOptions>(made, async (options) => {
    const { exportLab, serveLab } = await import('./serve-lab.ts');
    return options.export === undefined ? serveLab(options) : exportLab(options.export);
  });
}
