import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogWriter } from 'gradus/board';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';
import { buildApp } from '../../tools/build-apps.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-board-command-'));
const runs = join(folder, 'runs');
const page = fileURLToPath(new URL('../../dist/apps/board', import.meta.url));
beforeAll(async () => {
  // The command serves the page that the build makes.
  if (!existsSync(join(page, 'index.html'))) await buildApp('board', page);
  const writer = new LogWriter(join(runs, 'first'));
  writer.addScalar('loss', 0.5, 1);
  writer.close();
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('gradus board --export writes a page with its data', async () => {
  const target = join(folder, 'report');
  const { code, stdout, stderr } = await gradus(['board', runs, '--export', target, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout.trim().split('\n').at(-1) as string)).toMatchObject({ runs: 1 });
  for (const name of ['index.html', 'board.js', 'board.css', 'board-data.js']) {
    expect(existsSync(join(target, name)), name).toBe(true);
  }
});

test('gradus board says on one line what is wrong', async () => {
  const missing = await gradus(['board', join(folder, 'none')]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(/^gradus: .*none is not a folder[^\n]*\n$/);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const busy = await gradus(['board', runs, '--port', String(port)]);
  taken.close();
  expect(busy.code).toBe(1);
  expect(busy.stderr).toContain(`port ${port} is in use`);
  expect((await gradus(['board', runs, '--lang', 'fr'])).code).toBe(2);
});
