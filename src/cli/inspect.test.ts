import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npy, safetensors } from 'gradus/formats';
import { afterAll, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';
import { byteCount, showBytes } from './byte-count.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const digits = fileURLToPath(new URL('../../test/fixtures/digits.safetensors', import.meta.url));

test('a model: layers, tensors, totals', async () => {
  const { code, stdout, stderr, json } = await gradus(['inspect', digits, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`${digits}: safetensors file`);
  expect(stdout).toMatch(/conv2d +Conv2D +filters \d+, kernel_size \[3, 3\]/);
  expect(stdout).toMatch(/dense\/kernel +float\d+ +\[\d+, \d+\]/);
  expect(stdout).toMatch(/\d tensors, [\d,]+ numbers.*; [\d.]+ [KM]iB in memory/);
  expect(json).toMatchObject({ file: digits, kind: 'safetensors' });
  expect(json.model.layers.length).toBeGreaterThan(3);
});

test('names that would move the cursor are made harmless', async () => {
  const path = join(folder, 'names.safetensors');
  const array = { dtype: 'uint8', shape: [1], data: Uint8Array.of(1) } as const;
  writeFileSync(path, safetensors.encode([['a\u001b[2Jb\u202e', array]]));
  const { code, stdout } = await gradus(['inspect', path]);
  expect(code).toBe(0);
  expect(stdout).toContain('a\ufffd[2Jb\ufffd');
  expect(stdout).not.toContain('\u001b');
});

test('what it cannot read is told on one line', async () => {
  const path = join(folder, 'array.npy');
  writeFileSync(path, npy.encode({ dtype: 'uint8', shape: [5000], data: new Uint8Array(5000) }));
  for (const [args, message] of [
    [[join(folder, 'none.h5')], /there is no such file/],
    [[path, '--max-bytes', '1k'], /maxBytes/],
    [[fileURLToPath(import.meta.url)], /no file of a known kind/],
  ] as const) {
    const { code, stderr } = await gradus(['inspect', ...args]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^gradus: [^\n]*\n$/);
  }
});

test('numbers of bytes', () => {
  expect(['7', '1k', '512M', '2GiB', '3mb'].map(byteCount)).toEqual([
    ...[7, 1024, 512 * 2 ** 20, 2 ** 31, 3 * 2 ** 20],
  ]);
  for (const text of ['', 'k', '-1', '1.5G', '1T', '0']) expect(() => byteCount(text)).toThrow();
  expect([5, 1536, 3 * 2 ** 30].map(showBytes)).toEqual(['5 bytes', '1.5 KiB', '3.0 GiB']);
});
