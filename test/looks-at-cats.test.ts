// Grad-CAM of photos of a cat and something else, against boxes around the cats that were drawn by hand.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readImage } from 'gradus/data';
import { gradCam } from 'gradus/explain';
import { type HubModel, hub } from 'gradus/hub';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const shared = fileURLToPath(new URL('../../shared', import.meta.url));
const mirror = join(shared, 'hub-mirror');
const photos = join(shared, 'data/cats-dogs/test/cats');
/** They are not part of a clone. */
const present = existsSync(join(mirror, 'catalog.json')) && existsSync(photos);

/** Left, top, width and height as shares of the photo. */
const cats: readonly [file: string, beside: string, box: readonly number[]][] = [
  ['cat.4084.jpg', 'a man', [0.42, 0.08, 0.44, 0.8]],
  ['cat.4112.jpg', 'people in a shop', [0.45, 0.13, 0.55, 0.87]],
  ['cat.4032.jpg', 'a large floor', [0.13, 0.18, 0.3, 0.64]],
  ['cat.4304.jpg', 'a table and blinds', [0.26, 0.02, 0.36, 0.7]],
  ['cat.4096.jpg', 'a scratching post', [0.28, 0.18, 0.64, 0.46]],
];
/** Classes of ImageNet that are cats at home. */
const isCat = ({ index }: { readonly index: number }): boolean => index >= 281 && index <= 285;

describe.skipIf(!present)('Grad-CAM of MobileNetV2 on photos (../shared)', () => {
  let cache = '';
  let model: HubModel;
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'gradus-cats-'));
    vi.stubEnv('GRADUS_CACHE', cache);
    model = await hub.load('mobilenet_v2', { mirror });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true });
  });

  test.each(cats)('%s: on the cat, not on %s', async (file, _, [x, y, width, height]) => {
    const image = await readImage(join(photos, file));
    const best = (await model.classify(image, { topK: 1000 })).find(isCat);
    const input = await model.prepare(image);
    const heat = await gradCam(model.model, input, { classIndex: best?.index });
    const values = await heat.data();
    // The network sees seven eighths of the photo's shorter side, in its middle.
    const side = Math.floor((Math.min(image.width, image.height) * 7) / 8);
    const [left, top] = [image.width - side, image.height - side].map((n) => Math.floor(n / 2));
    let [inside, all, area, most] = [0, 0, 0, 0];
    let hottestIsInside = false;
    for (let at = 0; at < 224 * 224; at++) {
      const across = (left + (((at % 224) + 0.5) / 224) * side) / image.width;
      const down = (top + ((Math.floor(at / 224) + 0.5) / 224) * side) / image.height;
      const isInside = across >= x && across <= x + width && down >= y && down <= y + height;
      const value = Number(values[at]);
      all += value;
      if (isInside) [inside, area] = [inside + value, area + 1];
      if (value > most) [most, hottestIsInside] = [value, isInside];
    }
    expect(hottestIsInside).toBe(true);
    expect(inside / all).toBeGreaterThan(0.7);
    // Much more than by chance.
    expect(inside / all).toBeGreaterThan((1.4 * area) / (224 * 224));
  });
});
