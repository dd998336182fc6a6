// The models of the mirror beside the project against the numbers that real Keras gave for them.
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromData } from 'gradus';
import { type HubModel, hub } from 'gradus/hub';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const shared = fileURLToPath(new URL('../../shared', import.meta.url));
const mirror = join(shared, 'hub-mirror');
const photos = join(shared, 'data/imagenet/photos');
/** They are not part of a clone. */
const present = existsSync(join(mirror, 'catalog.json')) && existsSync(photos);

interface References {
  readonly synthetic: { readonly logits: readonly number[] };
  readonly images: readonly {
    readonly file: string;
    readonly top10: readonly [index: number, logit: number, score: number][];
  }[];
}

/** The image that references.json describes. */
function synthetic(height: number, width: number) {
  const data = new Uint8Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) data[i++] = (7 * x + 13 * y + 29 * c + ((x * y) >> 4)) % 256;
    }
  }
  return fromData(data, [height, width, 3], 'uint8');
}

let cache = '';
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'gradus-mirror-'));
  vi.stubEnv('GRADUS_CACHE', cache);
  vi.stubEnv('GRADUS_HUB_MIRROR', mirror);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

describe.skipIf(!present)('models of the mirror (../shared)', () => {
  describe.each(['mobilenet_v2', 'efficientnet_lite0', 'squeezenet', 'mobilenet_v1'])(
    '%s',
    (name) => {
      let model: HubModel;
      let references: References;
      let logits: number[][];

      beforeAll(async () => {
        model = await hub.load(name);
        // As the references were made.
        model.reading = { orient: false };
        references = JSON.parse(readFileSync(join(mirror, model.name, 'references.json'), 'utf8'));
        const all = await model.logits(references.images.map(({ file }) => join(photos, file)));
        logits = all.toArray() as number[][];
      }, 60_000);

      test('logits of the synthetic image', async () => {
        const { height, width } = model.entry.input;
        const received = await (await model.logits(synthetic(height, width))).data();
        const far = references.synthetic.logits.map((value, i) =>
          Math.abs(value - Number(received[i])),
        );
        expect(Math.max(...far)).toBeLessThan(1e-3);
      });

      test('logits of the bitmaps, and the best classes of all photos', () => {
        const best = (row: readonly number[]): number[] =>
          [...row.keys()].sort((a, b) => row[b] - row[a]).slice(0, 5);
        let shared = 0;
        references.images.forEach(({ file, top10 }, i) => {
          const far = top10.map(([index, logit]) => Math.abs(logits[i][index] - logit));
          if (file.endsWith('.bmp')) expect(Math.max(...far)).toBeLessThan(1e-3);
          const wanted = top10.slice(0, 5).map(([index]) => index);
          const received = best(logits[i]);
          expect(received[0]).toBe(wanted[0]);
          shared += received.filter((index) => wanted.includes(index)).length;
        });
        // Another JPEG decoder may exchange the fifth and the sixth.
        expect(shared).toBeGreaterThanOrEqual(5 * references.images.length * 0.98);
      });

      test('as many right answers as the catalog says', () => {
        const ranks = references.images.flatMap(({ file }, i) => {
          const id = /^(n\d{8})_/.exec(file)?.[1];
          if (!id) return [];
          const index = model.classes.findIndex((known) => known.id === id);
          return [logits[i].filter((logit) => logit > logits[i][index]).length];
        });
        const share = (places: number) => ranks.filter((r) => r < places).length / ranks.length;
        expect(ranks).toHaveLength(40);
        expect(share(1)).toBe(model.entry.accuracy?.top1);
        expect(share(5)).toBe(model.entry.accuracy?.top5);
      });

      test('the network is the one that the mirror describes', async () => {
        const { modelFromJson } = await import('gradus/training');
        const described = modelFromJson(
          readFileSync(join(mirror, model.name, 'config.json'), 'utf8'),
        );
        const names = (layers: readonly { readonly name: string }[]) =>
          layers.slice(1).map((layer) => layer.name);
        expect(names(model.model.layers)).toEqual(names(described.layers));
        expect(described.countParams()).toBe(model.entry.parameters);
      });
    },
  );
});
