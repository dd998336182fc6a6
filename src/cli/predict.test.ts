import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layers, Sequential } from 'gradus';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';

const model = fileURLToPath(new URL('../../test/fixtures/digits.safetensors', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gradus-predict-'));
const inFolder = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

/** Digits as a pen writes them, in a box of 100 x 160. */
const strokes = {
  0: 'M50 0 C-15 0 -15 160 50 160 C115 160 115 0 50 0 Z',
  2: 'M8 40 C10 -15 95 -10 90 45 C85 90 20 110 5 155 L100 155',
  3: 'M10 15 C50 -15 100 10 85 45 C78 65 55 72 35 75 C110 75 115 160 50 160 C30 160 12 152 5 140',
  4: 'M65 0 L0 105 L100 105 M72 60 L72 160',
  7: 'M0 5 L95 0 L40 160',
} as const;
type Digit = keyof typeof strokes;

interface Photo {
  readonly size?: readonly [number, number];
  readonly at?: readonly [number, number];
  readonly scale?: number;
  readonly pen?: number;
  readonly ink?: string;
  /** What lies under the ink. */
  readonly paper?: string;
}

const even = '<rect width="100%" height="100%" fill="#f4f1e8"/>';
/** Light from the left, and the dark table beside the sheet. */
const uneven = `
  <defs><linearGradient id="light"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#8d8a80"/></linearGradient></defs>
  <rect width="100%" height="100%" fill="url(#light)"/><rect width="100%" height="9" fill="#3a2a20"/>`;

function photo(digit: Digit, options: Photo = {}): Sharp {
  const { size = [600, 800], at = [330, 420], scale = 1.6, pen = 16 } = options;
  const { ink = '#1b2a6b', paper = even } = options;
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}">${paper}
      <path transform="translate(${at}) scale(${scale})" d="${strokes[digit]}" fill="none" stroke="${ink}"
        stroke-width="${pen / scale}" stroke-linecap="round" stroke-linejoin="round"/></svg>`),
  );
}

const pictures: Record<string, { digit: Digit; inverted: boolean; make: () => Sharp }> = {
  'off-centre.png': { digit: 7, inverted: true, make: () => photo(7).png() },
  'zero.jpg': { digit: 0, inverted: true, make: () => photo(0, { at: [60, 50] }).jpeg() },
  'uneven-light.jpg': {
    digit: 3,
    inverted: true,
    make: () => photo(3, { paper: uneven, at: [300, 200] }).jpeg({ quality: 60 }),
  },
  'thin-pen.png': {
    digit: 2,
    inverted: true,
    make: () => photo(2, { pen: 3, scale: 2.4, at: [200, 300] }),
  },
  'chalk.png': {
    digit: 4,
    inverted: false,
    make: () =>
      photo(4, { paper: '<rect width="100%" height="100%" fill="#20332b"/>', ink: '#eee' }).png(),
  },
  'transparent.png': { digit: 7, inverted: true, make: () => photo(7, { paper: '' }).png() },
  'light-on-transparent.png': {
    digit: 4,
    inverted: false,
    make: () => photo(4, { paper: '', ink: '#fff' }).png(),
  },
  // The camera lay on its side and says so: EXIF orientation 6 means to turn right by 90 degrees.
  'turned.jpg': {
    digit: 4,
    inverted: true,
    make: () => sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } }),
  },
};

beforeAll(async () => {
  for (const [name, { make }] of Object.entries(pictures)) await make().toFile(inFolder(name));
  const lying = await photo(4, { at: [60, 90] })
    .rotate(-90)
    .jpeg()
    .toBuffer();
  await sharp(lying).withMetadata({ orientation: 6 }).toFile(inFolder('turned.jpg'));
  await photo(7, { size: [100, 100], at: [900, 900] }).toFile(inFolder('blank.png'));
  writeFileSync(inFolder('text.png'), 'this is no image');
});

describe('gradus predict', () => {
  test('reads photos of digits', async () => {
    const files = Object.keys(pictures).map(inFolder);
    const { code, stdout, stderr, json } = await gradus(['predict', model, ...files, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const read = json.predictions.map((prediction: Record<string, unknown>) => ({
      image: prediction.image,
      digit: prediction.digit,
      inverted: prediction.inverted,
    }));
    expect(read).toEqual(
      Object.entries(pictures).map(([name, { digit, inverted }]) => ({
        image: inFolder(name),
        digit,
        inverted,
      })),
    );
    for (const { probability, probabilities, digit } of json.predictions) {
      expect(probabilities).toHaveLength(10);
      expect(probabilities.reduce((a: number, b: number) => a + b)).toBeCloseTo(1, 4);
      expect(probability).toBe(probabilities[digit]);
    }
    expect(stdout).not.toContain('\x1b');
  });

  test('shows what the network saw, and the probabilities', async () => {
    const file = inFolder('off-centre.png');
    const { stdout } = await gradus(['predict', model, file, '--threads', '1']);
    expect(stdout).toContain(`${file} (dark on light, inverted)`);
    expect(stdout).toMatch(/^ +\S* {4,}7 +\d+\.\d % █+ <$/m);
    expect(stdout.match(/^[ █▀▄]{28} {4}\d +\d+\.\d %/gm)).toHaveLength(10);
    expect(stdout).toMatch(/[█▀▄]{8}/);
    expect(stdout).toMatch(new RegExp(`${file}: 7 \\(\\d+\\.\\d %\\)`));
  });

  test.each([
    ['a missing image', () => [model, inFolder('none.png')], /none\.png.*missing/i],
    [
      'a file that is no image',
      () => [model, inFolder('text.png')],
      /text\.png: the image cannot be read/,
    ],
    ['an empty sheet', () => [model, inFolder('blank.png')], /blank\.png: no digit can be seen/],
    ['a missing model', () => [inFolder('none'), inFolder('zero.jpg')], /there is no such file/],
  ])('%s is told on one line', async (_, args, message) => {
    const { code, stderr } = await gradus(['predict', ...args()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^gradus: [^\n]*\n$/);
  });

  test.each([
    ['other inputs', [32, 32, 3], 10, /inputs of shape \[32, 32, 3\]/],
    ['other outputs', [28, 28, 1], 4, /outputs of shape \[1, 4\], not ten probabilities/],
  ])('a model with %s is refused', async (_, shape, units, message) => {
    const file = inFolder(`${units}-${shape.length}.safetensors`);
    await new Sequential([
      layers.input({ shape }),
      layers.flatten(),
      layers.dense({ units, activation: 'softmax' }),
    ]).save(file);
    const { code, stderr } = await gradus(['predict', file, inFolder('zero.jpg')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
