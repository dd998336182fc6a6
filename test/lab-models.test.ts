// The lab's last lessons in a real browser: words, one's own classes, any model's file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  layers,
  loadModel,
  loadTensors,
  modelToFile,
  Sequential,
  setSeed,
  tensor,
  tensorsToBytes,
  tfjsFiles,
} from 'gradus';
import { loadClassifier } from 'gradus/hub';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chromiumPath, noChromium } from './chromium.ts';
import { site, useLab, useOpen } from './lab-pages.ts';

const lessons = ['words', 'classes', 'open'];
/** Photos, networks and models beside the project; they are not part of a clone. */
const shared = fileURLToPath(new URL('../../shared', import.meta.url));
const [photos, mirror] = [join(shared, 'data/cats-dogs'), join(shared, 'hub-mirror')];
const hasPhotos = existsSync(photos) && existsSync(mirror);
const kerasModels = join(shared, 'data/models/keras-h5');
const absent = (there: boolean): string => (there ? '' : ' (skipped: ../shared is absent)');

const inOrder = (folder: string): string[] =>
  readdirSync(join(photos, folder))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => join(photos, folder, file));

/** A file for an input of a page. */
const file = (name: string, bytes: Uint8Array, mimeType = 'application/octet-stream') => ({
  ...{ name, mimeType },
  buffer: Buffer.from(bytes),
});

/** A picture of one colour with a little noise. */
const painted = (page: Page, color: string, n: number) =>
  page.evaluate(
    async ([fill, seed]) => {
      const sheet = new OffscreenCanvas(60, 60);
      const context = sheet.getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.fillStyle = '#888';
      context.fillRect(0, 0, 60, 60);
      context.fillStyle = fill as string;
      context.fillRect(8 + Number(seed), 12, 30, 30);
      return [...new Uint8Array(await (await sheet.convertToBlob()).arrayBuffer())];
    },
    [color, n] as const,
  );

describe.skipIf(!chromiumPath)(
  `in Chromium${chromiumPath ? '' : ` (skipped: ${noChromium})`}`,
  () => {
    let cache = '';
    beforeAll(async () => {
      cache = await mkdtemp(join(tmpdir(), 'gradus-lab-'));
      vi.stubEnv('GRADUS_CACHE', cache);
      vi.stubEnv('GRADUS_HUB_MIRROR', hasPhotos ? mirror : '');
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await rm(cache, { recursive: true, force: true });
    });
    const lab = useLab();
    const open = useOpen(lab);

    test('each lesson fits a phone and a projector, in both languages', async () => {
      for (const [width, height] of [
        [390, 844],
        [1920, 1080],
      ]) {
        const page = await open('words', { viewport: { width, height } });
        for (const id of lessons) {
          await page.goto(`${lab().url}/#${id}`);
          await page.waitForSelector(`.lessons [href="#${id}"][aria-current]`);
          await page.waitForSelector('article.lesson .code');
          if (id === 'open') {
            await page.getByRole('button', { name: 'Take the network of lesson 1' }).click();
            await page.waitForSelector('.look .kernels');
          }
          const size = await page.evaluate(() => [document.body.scrollWidth, innerWidth]);
          expect(size[0], `${id} at ${width}`).toBeLessThanOrEqual(size[1]);
          await page.getByRole('button', { name: '中文' }).click();
          const left = await page.evaluate(() =>
            [...document.querySelectorAll('h1, h2, .see, .note, .question p')]
              .map((node) => node.textContent ?? '')
              .filter((words) => words !== '' && !/[一-鿿]/.test(words)),
          );
          expect(left, `${id} in Chinese`).toEqual([]);
          await page.getByRole('button', { name: 'English' }).click();
        }
      }
    });

    describe('8: words', () => {
      /** The network's answer by plain arithmetic. */
      const judged = async (review: string): Promise<number> => {
        const path = join(site, 'models/words.safetensors');
        const weights = await loadTensors(path);
        const list = (await weights.readArray('words')).data as Uint8Array;
        const known = new TextDecoder().decode(list).split('\n');
        const read = async (name: string) => (await weights.read(name)).cast('float32').data();
        const said = new Set(review.toLowerCase().match(/[a-z0-9']+/g));
        let values = known.map((word) => Number(said.has(word)));
        for (const layer of ['dense', 'dense_1', 'dense_2']) {
          const [kernel, bias] = [await read(`${layer}/kernel`), await read(`${layer}/bias`)];
          values = Array.from(bias, (b, unit) =>
            values.reduce(
              (sum, x, i) => (x === 0 ? sum : sum + x * Number(kernel[i * bias.length + unit])),
              Number(b),
            ),
          ).map((sum) => (layer === 'dense_2' ? sum : Math.max(0, sum)));
        }
        await weights.close();
        return 1 / (1 + Math.exp(-values[0]));
      };
      const reviews: readonly (readonly [string, 'Good' | 'Bad'])[] = [
        ['An excellent and touching film, perfect in every way.', 'Good'],
        ['The worst and most boring film of the year, a terrible waste.', 'Bad'],
        ['I loved the superb acting and the beautiful music.', 'Good'],
        ['Awful script, poor acting, and badly filmed.', 'Bad'],
      ];

      test('reviews are judged while they are typed, as the network judges', async () => {
        const page = await open('words');
        for (const [review, verdict] of reviews) {
          await page.getByLabel('Your review, in English').fill(review);
          const share = await judged(review);
          const sure = `${verdict}: ${Math.round(100 * Math.max(share, 1 - share))} % sure`;
          await expect.poll(() => page.textContent('.judged .line')).toBe(sure);
        }
        const facts = await page.textContent('.network');
        expect(facts).toContain('10,000 words');
        expect(Number(/judges ([\d.]+) %/.exec(facts ?? '')?.[1])).toBeGreaterThanOrEqual(86);
      });

      test('the words that tipped it are those whose absence changes it most', async () => {
        const page = await open('words');
        const review = 'The plot is awful but the gorblimey music is wonderful';
        await page.getByLabel('Your review, in English').fill(review);
        await expect.poll(() => page.textContent('.spoken .unknown')).toBe('gorblimey');
        const logit = (share: number): number => Math.log(share / (1 - share));
        for (const [word, kind] of [
          ['awful', 'bad'],
          ['wonderful', 'good'],
        ]) {
          const row = page.locator('.tipped li', { hasText: new RegExp(`^${word}`) });
          const shown = Number((await row.locator('.number').textContent())?.replace('−', '-'));
          const without = review.replace(word, '');
          expect(shown).toBeCloseTo(logit(await judged(review)) - logit(await judged(without)), 1);
          expect(await page.locator(`.spoken .${kind}`, { hasText: word }).count()).toBe(1);
        }
        await page.getByRole('button', { name: 'Leave out “awful”' }).click();
        const box = page.getByLabel('Your review, in English');
        expect(await box.inputValue()).toBe(review.replace('awful ', ''));
        await box.fill('');
        await expect.poll(() => page.textContent('.judged .line')).toBe('Write something.');
      });
    });

    describe('9: your own classes', () => {
      const start = async (hash: string): Promise<Page> => {
        const page = await open(hash);
        await page.getByLabel('Name of class 1').fill('left');
        await page.getByLabel('Name of class 2').fill('right');
        return page;
      };

      test('from the camera: photos, training, what it sees live', async () => {
        const page = await start('classes?base=digits');
        const snaps = page.getByRole('button', { name: 'From the camera' });
        await snaps.first().click(); // starts it
        await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
        for (const own of [0, 1]) {
          for (let i = 0; i < 3; i++) await snaps.nth(own).click();
        }
        expect(await page.locator('.own-class').allTextContents()).toEqual([
          expect.stringContaining('3 photos'),
          expect.stringContaining('3 photos'),
        ]);
        await page.getByRole('button', { name: 'Train', exact: true }).click();
        await page.getByText(/^Trained in/).waitFor({ timeout: 40_000 });
        await page.waitForSelector('.class-shares');
        await page.getByRole('button', { name: 'Stop the camera' }).click();
        await page.waitForSelector('video', { state: 'detached' });
      });

      test('no camera, a camera that is not allowed, no picture: plain sentences', async () => {
        const page = await start('classes');
        const wrong = page.locator('.trouble');
        for (const [name, sentence] of [
          ['NotFoundError', 'No camera was found'],
          ['NotAllowedError', 'The camera is not allowed'],
        ]) {
          await page.evaluate((error) => {
            navigator.mediaDevices.getUserMedia = () =>
              Promise.reject(new DOMException('', error as string));
          }, name);
          await page.getByRole('button', { name: 'Start the camera' }).click();
          await wrong.filter({ hasText: sentence }).waitFor();
        }
        const text = file('notes.png', Buffer.from('no picture'), 'image/png');
        await page.getByLabel('left: Photos').setInputFiles(text);
        await wrong
          .filter({ hasText: 'Files that are no pictures which this browser can read: 1.' })
          .waitFor();
        expect(await page.getByRole('button', { name: 'Train', exact: true }).isDisabled()).toBe(
          true,
        );
      });

      test('on the small base, as it is without the hub; saved with its classes', async () => {
        const page = await open('classes?base=digits');
        if (!hasPhotos) await page.getByText('The server has no network').waitFor();
        await page.getByLabel('Name of class 1').fill('dark');
        await page.getByLabel('Name of class 2').fill('bright');
        for (const [name, color] of [
          ['dark', '#000'],
          ['bright', '#fff'],
        ]) {
          const pictures = await Promise.all([0, 3, 6, 9].map((n) => painted(page, color, n)));
          const inputs = pictures.map((bytes, i) =>
            file(`${i}.png`, Uint8Array.from(bytes), 'image/png'),
          );
          await page.getByLabel(`${name}: Photos`).setInputFiles(inputs);
        }
        await page.getByRole('button', { name: 'Train', exact: true }).click();
        await page.getByText(/^Trained in/).waitFor({ timeout: 40_000 });
        const [dark, bright] = await Promise.all(
          ['#111', '#eee'].map((color) => painted(page, color, 5)),
        );
        await page
          .getByLabel('Open photos')
          .setInputFiles([
            file('1.png', Uint8Array.from(dark), 'image/png'),
            file('2.png', Uint8Array.from(bright), 'image/png'),
          ]);
        const told = page.locator('.tried-photos figcaption');
        await expect.poll(() => told.count()).toBe(2);
        expect(await told.allTextContents()).toEqual([
          expect.stringMatching(/^dark/),
          expect.stringMatching(/^bright/),
        ]);
        for (const format of ['h5', 'keras', 'safetensors']) {
          const [download] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('button', { name: `.${format}`, exact: true }).click(),
          ]);
          const path = join(cache, `own.${format}`);
          await download.saveAs(path);
          const model = await loadModel(path, { compile: false });
          expect(model.metadata?.classes).toEqual(['dark', 'bright']);
          expect(model.outputs[0].shape).toEqual([null, 2]);
        }
      });

      test.skipIf(!hasPhotos)(
        `20 photos a class, trained in under 20 s, tell 0.9 of 50 others right, here and in Node${absent(hasPhotos)}`,
        { timeout: 120_000 },
        async () => {
          const page = await open('classes?base=mobilenet_v2_1.0_224');
          for (const [i, name] of ['cat', 'dog'].entries()) {
            await page.getByLabel(`Name of class ${i + 1}`).fill(name);
            const some = inOrder(`train/${name}s`).slice(0, 20);
            await page.getByLabel(`${name}: Photos`).setInputFiles(some);
          }
          await expect.poll(() => page.getByText('20 photos').count()).toBe(2);
          await page.getByRole('button', { name: 'Train', exact: true }).click();
          const line = page.getByText(/^Trained in/);
          await line.waitFor({ timeout: 60_000 });
          const seconds = Number(/in ([\d.]+) s/.exec((await line.textContent()) ?? '')?.[1]);
          expect(seconds).toBeLessThan(20);
          const tests = ['cat', 'dog'].map((name) => inOrder(`test/${name}s`).slice(0, 25));
          await page.getByLabel('Open photos').setInputFiles(tests.flat());
          const told = page.locator('.tried-photos figcaption');
          await expect.poll(() => told.count(), { timeout: 60_000 }).toBe(50);
          const answers = await told.allTextContents();
          // The page shows photos in the order of their names: cat.1.jpg …, dog.1.jpg …
          const right = answers.filter((answer, i) => answer.startsWith(i < 25 ? 'cat' : 'dog'));
          expect(right.length / 50).toBeGreaterThanOrEqual(0.9);
          // Some places of a photo speak for the answer and some do not.
          const shades = await page
            .locator('canvas.seen')
            .first()
            .evaluate((canvas) => {
              const { width, height } = canvas as HTMLCanvasElement;
              const context = (canvas as HTMLCanvasElement).getContext('2d');
              return new Set(context?.getImageData(0, 0, width, height).data).size;
            });
          expect(shades).toBeGreaterThan(20);

          const [download] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('button', { name: '.keras', exact: true }).click(),
          ]);
          const path = join(cache, 'classes.keras');
          await download.saveAs(path);
          const classifier = await loadClassifier(path);
          expect(classifier.classes.map(({ label }) => label)).toEqual(['cat', 'dog']);
          const surest = answers.findIndex((answer) => /^cat, (9\d|100) %/.test(answer));
          const [best] = await classifier.classify(tests.flat()[surest], { topK: 1 });
          expect(best.label).toBe('cat');
          expect(best.score).toBeGreaterThan(0.7);
        },
      );
    });

    describe('10: open a model', () => {
      const input = (page: Page) => page.locator('.drop-model input[type=file]');
      const facts = (page: Page) => page.locator('.facts').first();

      test('a model with a branch: layers, bows, weights, kernels', async () => {
        setSeed(1);
        const model = new Sequential(
          [
            layers.input({ shape: [8, 8, 3] }),
            layers.conv2d({ filters: 5, kernelSize: 3, activation: 'relu', name: 'first' }),
            layers.flatten(),
            layers.dense({ units: 4, activation: 'softmax', name: 'last' }),
          ],
          { name: 'little' },
        );
        model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
        const page = await open('open');
        for (const name of ['little.keras', 'little.h5', 'little.safetensors']) {
          await input(page).setInputFiles(file(name, await modelToFile(model, name)));
          await page.getByRole('heading', { name: `What it is: ${name}` }).waitFor();
          expect(await facts(page).textContent()).toContain('little (Sequential)');
          expect(await facts(page).textContent()).toContain(
            'images 8 × 8, colour; tells 4 classes apart',
          );
          const rows = page.locator('.graph li');
          expect(await rows.count()).toBe(4);
          expect(await rows.nth(1).textContent()).toMatch(/Conv2D.*first.*6 × 6 × 5.*140/);
          await page.waitForSelector('.kernels canvas');
          expect(await page.locator('.kernels canvas').count()).toBe(5);
          const [kernel] = model.getWeights();
          const values = [...(kernel.dataSync() as Float32Array)];
          expect(await page.textContent('.look .note')).toContain(
            `135 numbers from ${Number(Math.min(...values).toPrecision(3))}`,
          );
        }
        // A picture is tried on it.
        const picture = await painted(page, '#ff0000', 0);
        await page
          .locator('.try-buttons input[type=file]')
          .setInputFiles(file('red.png', Uint8Array.from(picture), 'image/png'));
        await page.waitForSelector('.tried .verdict-line');
        expect(await page.locator('.shares li').count()).toBe(4);
      });

      test('digits are read by the network of the first lesson', async () => {
        const page = await open('open');
        await page.getByRole('button', { name: 'Take the network of lesson 1' }).click();
        for (const digit of [7, 0, 4]) {
          await page.getByRole('button', { name: `A digit of MNIST: ${digit}` }).click();
          await expect
            .poll(() => page.locator('.tried .verdict-line').textContent())
            .toMatch(new RegExp(`^Class ${digit} with`));
        }
      });

      test('weights without layers, and a model in several files', async () => {
        const page = await open('open');
        const weights = await tensorsToBytes('.npz', {
          'fc.weight': tensor([
            [1, 2],
            [3, 5],
          ]),
          'fc.bias': tensor([0, 0]),
        });
        await input(page).setInputFiles(file('weights.npz', weights));
        await page.getByText('These are weights without the layers').waitFor();
        await expect
          .poll(() => page.textContent('.look .note'))
          .toContain('4 numbers from 1 to 5, mean 2.75');
        await page.getByLabel(/fc\.bias/).check();
        await expect.poll(() => page.textContent('.look .note')).toContain('100 % are 0');

        const model = new Sequential([
          layers.input({ shape: [28, 28, 1] }),
          layers.flatten(),
          layers.dense(10, { activation: 'softmax' }),
        ]);
        const parts = [...(await tfjsFiles(model))].map(([name, bytes]) => file(name, bytes));
        await input(page).setInputFiles(parts);
        await expect.poll(() => facts(page).textContent()).toContain('TensorFlow.js');
        expect(await facts(page).textContent()).toContain('7,850');
        await input(page).setInputFiles(parts.slice(0, 1));
        await page.locator('.trouble', { hasText: 'one of several files' }).waitFor();
      });

      test('what is no model gets a plain sentence, in both languages, and the last model stays', async () => {
        const page = await open('open');
        const wrong = page.locator('.trouble');
        await page.getByRole('button', { name: 'Take the network of lesson 1' }).click();
        await page.waitForSelector('.look');
        for (const [name, bytes, sentence] of [
          ['notes.txt', Buffer.from('only a text'), 'is no file that Gradus knows'],
          ['empty.h5', new Uint8Array(), 'is empty'],
          ['half.safetensors', Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 123]), 'perhaps it is damaged'],
          ['list.json', Buffer.from('{"a": 1}'), 'is JSON, but no model'],
        ] as const) {
          await input(page).setInputFiles(file(name, bytes));
          await wrong.filter({ hasText: sentence }).waitFor();
        }
        await page.getByRole('button', { name: '中文' }).click();
        expect(await wrong.textContent()).toContain('是 JSON 文件，但不是模型');
        await page.getByRole('button', { name: 'English' }).click();
        expect(await page.locator('.graph li').count()).toBe(10);
        // A picture that is dropped is tried on the model that is open.
        const picture = Uint8Array.from(await painted(page, '#000', 4));
        await page.evaluate(
          (bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(bytes)], 'a.png', { type: 'image/png' }));
            dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
          },
          [...picture],
        );
        await page.waitForSelector('.tried');
      });

      test.skipIf(!existsSync(kerasModels))(
        `models that others trained open${absent(existsSync(kerasModels))}`,
        async () => {
          const page = await open('open');
          for (const [name, words, layerCount] of [
            ['mlperf_tiny_resnet8_cifar10.h5', '78,666', 30],
            ['kzarama_mnist.h5', 'grey; tells 10 classes apart', null],
          ] as const) {
            await input(page).setInputFiles(join(kerasModels, name));
            await page.getByRole('heading', { name: `What it is: ${name}` }).waitFor();
            expect(await facts(page).textContent()).toContain(words);
            if (layerCount) expect(await page.locator('.graph li').count()).toBe(layerCount);
            await page.waitForSelector('.look');
          }
          expect(await page.locator('.graph .far').count()).toBe(0);
          await page.getByRole('button', { name: 'A digit of MNIST: 3' }).click();
          await expect
            .poll(() => page.locator('.tried .verdict-line').textContent())
            .toMatch(/^Class 3/);
        },
      );
    });
  },
);

test('the network for words is small enough to come with the page', () => {
  const path = fileURLToPath(
    new URL('../apps/lab/public/models/words.safetensors', import.meta.url),
  );
  expect(readFileSync(path).length).toBeLessThan(600_000);
});
