// Runs the command line as a user does, in a process of its own.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { bundleCommand } from '../tools/bundle-command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, `.cache/command-${process.pid}-${Math.round(performance.timeOrigin)}`);
let bundled = false;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles the command line, and puts the sources' weights and fonts where the package has them. */
function bundle(): void {
  bundleCommand(folder);
  for (const part of ['hub', 'plot']) {
    const link = join(folder, '..', part);
    try {
      symlinkSync(join(root, 'src', part), link, 'junction');
    } catch (error) {
      if (!existsSync(link)) throw error; // else another test has made it
    }
  }
}

/** What a command has left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The object in the last line, where it is one. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has figures of its own
  readonly json: any;
}

/** A command that runs; `watch` hears of what it has printed so far. */
export function gradus(
  args: readonly string[],
  {
    env = {},
    cwd = root,
    watch,
  }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly watch?: (stdout: string, child: ChildProcessWithoutNullStreams) => void;
  } = {},
): Promise<Finished> {
  if (!bundled) bundle();
  bundled = true;
  const main = join(folder, 'main.js');
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    watch?.(stdout, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const last = stdout.trimEnd().split('\n').at(-1) as string;
      resolve({ code, stdout, stderr, json: last.startsWith('{') ? JSON.parse(last) : null });
    });
  });
}
