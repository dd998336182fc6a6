import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openFile } from './files.ts';
import { hardwareConcurrency, packageFolder, sha256, spawnWorker } from './system.ts';

test('sha256 of bytes and of files', async () => {
  const bytes = new TextEncoder().encode('abc');
  const sum = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(await sha256(bytes)).toBe(sum);
  expect(await sha256(await openFile(bytes))).toBe(sum);
});

test('a worker gets its data first, answers, and reports what it did not catch', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-worker-'));
  const script = join(folder, 'worker.mjs');
  writeFileSync(
    script,
    `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (message) => {
      if (message === 'fail') throw new Error('on purpose');
      parentPort.postMessage([message]);
    });`,
  );
  const worker = spawnWorker(pathToFileURL(script), 'first');
  const answers: unknown[] = [];
  const failed = new Promise<Error>((resolve) => worker.onError(resolve));
  worker.onMessage((answer) => answers.push(answer));
  worker.postMessage('second');
  worker.postMessage('fail');
  expect((await failed).message).toBe('on purpose');
  expect(answers).toEqual([['first'], ['second']]);
  worker.terminate();
  rmSync(folder, { recursive: true });
});

test('packageFolder finds what is installed', async () => {
  expect(await packageFolder('vitest')).toMatch(/vitest$/);
  expect(await packageFolder('no-such-package-here')).toBeNull();
});

test('there is a processor', () => {
  expect(hardwareConcurrency()).toBeGreaterThan(0);
});
