import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { setBackend } from '../backends/index.ts';
import * as fashionMnist from './fashion-mnist.ts';

const folder = fileURLToPath(new URL('../../../shared/data/fashion-mnist', import.meta.url));
const absent = existsSync(folder) ? '' : ' (skipped: no data folder beside the project)';

beforeAll(() => setBackend('cpu'));
afterEach(() => vi.unstubAllEnvs());

test.skipIf(absent !== '')(`the real files are read${absent}`, async () => {
  const [[x, y], [xTest, yTest]] = await fashionMnist.loadData({ path: folder });
  expect([x.shape, y.shape]).toEqual([[60000, 28, 28], [60000]]);
  expect([xTest.shape, yTest.shape]).toEqual([[10000, 28, 28], [10000]]);
  const first = [...y.dataSync().slice(0, 3)].map((label) => fashionMnist.classNames[label]);
  expect(first).toEqual(['Ankle boot', 'T-shirt/top', 'T-shirt/top']);
  const pixels = x.dataSync() as Uint8Array;
  let sum = 0;
  for (const pixel of pixels) sum += pixel;
  expect(sum / pixels.length).toBeCloseTo(72.9404, 3); // the mean that is known of it
});

test.skipIf(absent !== '')(`a folder may be the mirror${absent}`, async () => {
  const cache = mkdtempSync(join(tmpdir(), 'gradus-fashion-'));
  vi.stubEnv('GRADUS_CACHE', cache);
  vi.stubEnv('GRADUS_DATA_MIRROR', join(folder, '..'));
  const [, [x]] = await fashionMnist.loadArrays();
  expect(x.shape).toEqual([10000, 28, 28]);
  expect(await fashionMnist.locate()).toEqual({
    source: 'cache',
    place: join(cache, 'fashion-mnist'),
  });
  rmSync(cache, { recursive: true });
});

test('there is no package of it', async () => {
  await expect(fashionMnist.loadData({ source: 'package' })).rejects.toThrow('no package has it');
});
