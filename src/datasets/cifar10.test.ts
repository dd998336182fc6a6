import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { setBackend } from '../backends/index.ts';
import * as cifar10 from './cifar10.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-cifar-'));
beforeAll(() => setBackend('cpu'));
beforeEach(() => vi.stubEnv('GRADUS_CACHE', mkdtempSync(join(folder, 'cache-'))));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Two records of a label, filled with a number. */
const batch = (label: number) => {
  const bytes = new Uint8Array(2 * 3073).fill(label * 10);
  bytes[0] = bytes[3073] = label;
  return bytes;
};
const binaries = join(folder, 'cifar-10-batches-bin');
mkdirSync(binaries);
for (let i = 1; i <= 5; i++) writeFileSync(join(binaries, `data_batch_${i}.bin`), batch(i));
writeFileSync(join(binaries, 'test_batch.bin'), batch(9));
writeFileSync(join(binaries, 'readme.html'), 'not wanted');

describe('cifar10', () => {
  test('is read from a folder of its files', async () => {
    for (const path of [folder, binaries]) {
      const [[x, y], [xTest, yTest]] = await cifar10.loadData({ path });
      expect([x.shape, y.shape]).toEqual([
        [10, 32, 32, 3],
        [10, 1],
      ]);
      expect([xTest.shape, yTest.shape]).toEqual([
        [2, 32, 32, 3],
        [2, 1],
      ]);
      expect(y.dataSync().slice(0, 4)).toEqual(Uint8Array.of(1, 1, 2, 2));
      expect(x.dataSync()[2 * 3072]).toBe(20);
      expect(cifar10.classNames[yTest.dataSync()[0]]).toBe('truck');
      expect(await cifar10.locate({ path })).toEqual({ source: 'folder', place: path });
    }
  });

  const hasTar = spawnSync('tar', ['--version']).status === 0;
  test.skipIf(!hasTar)(
    `is read from the archive${hasTar ? '' : ' (skipped: no tar here)'}`,
    async () => {
      const path = mkdtempSync(join(folder, 'archive-'));
      const archive = join(path, 'cifar-10-binary.tar.gz');
      spawnSync('tar', ['-cf', `${archive}.tar`, '-C', folder, 'cifar-10-batches-bin']);
      const packed = gzipSync(readFileSync(`${archive}.tar`));
      writeFileSync(archive, packed);
      const [[x], [, yTest]] = await cifar10.loadArrays({ path });
      expect(x.shape).toEqual([10, 32, 32, 3]);
      expect([...yTest.data]).toEqual([9, 9]);
      packed[packed.length - 6] ^= 1; // the checksum
      writeFileSync(archive, packed);
      await expect(cifar10.loadArrays({ path })).rejects.toThrow('do not fit their checksum');
      writeFileSync(archive, packed.subarray(0, 300));
      await expect(cifar10.loadArrays({ path })).rejects.toMatchObject({ name: 'FormatError' });
    },
  );

  test('says what is missing', async () => {
    const path = mkdtempSync(join(folder, 'empty-'));
    await expect(cifar10.loadData({ path })).rejects.toThrow('has no test_batch.bin');
    await expect(cifar10.loadData({ source: 'cache' })).rejects.toThrow('is not in');
    await expect(cifar10.loadData({ source: 'package' })).rejects.toThrow('no npm package');
    expect(await cifar10.locate()).toBeNull();
    writeFileSync(join(path, 'test_batch.bin'), batch(1).subarray(1));
    for (let i = 1; i <= 5; i++) writeFileSync(join(path, `data_batch_${i}.bin`), batch(i));
    await expect(cifar10.loadData({ path })).rejects.toThrow('a multiple of 3073 bytes');
  });
});
