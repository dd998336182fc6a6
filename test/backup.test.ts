// A training that is killed again and again ends with the same bits as one that was not.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = await mkdtemp(join(tmpdir(), 'gradus-backup-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly killed: boolean;
  readonly steps: number;
  readonly result: string;
}

/** Runs the training; kills it so many milliseconds after a step. */
function run(name: string, kill?: { readonly step: number; readonly delay: number }): Promise<Run> {
  const hooks = new URL('../tools/typescript.mjs', import.meta.url).href;
  const script = fileURLToPath(new URL('backup-training.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      `--import=${hooks}`,
      script,
      join(folder, name),
      join(folder, `${name}.safetensors`),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let steps = 0;
  let rest = '';
  child.stdout.on('data', (data: Buffer) => {
    const text = String(data);
    const before = steps;
    steps += text.match(/\./g)?.length ?? 0;
    rest += text;
    if (kill && before < kill.step && steps >= kill.step) {
      setTimeout(() => child.kill('SIGKILL'), kill.delay);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code) reject(new Error(`the training ended with code ${code}\n${rest}`));
      else
        resolve({ killed: signal !== null, steps, result: rest.trim().split('\n').at(-1) ?? '' });
    });
  });
}

test('a training that is killed goes on from its backup to the same bits', async () => {
  const straight = await run('straight');
  expect(straight.killed).toBe(false);
  let kills = 0;
  let last: Run;
  do {
    // Moments all over: within a step, while a backup is written, at an epoch's end.
    last = await run(
      'killed',
      kills < 5 ? { step: 3 + ((kills * 5) % 7), delay: kills % 4 } : undefined,
    );
    if (last.killed) kills++;
  } while (last.killed);
  expect(kills).toBeGreaterThan(3);
  const files = ['straight', 'killed'].map((name) => readFile(join(folder, `${name}.safetensors`)));
  const [a, b] = await Promise.all(files);
  expect(Buffer.compare(a, b)).toBe(0);
  expect(last.result).toBe(straight.result);
  // The backup is gone once it is of no more use, and nothing half-written is left.
  for (const name of ['straight', 'killed']) expect(await readdir(join(folder, name))).toEqual([]);
}, 180_000);
