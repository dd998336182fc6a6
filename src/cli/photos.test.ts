// The commands for photos: train FOLDER, evaluate FOLDER, recognize, explain, hub.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';
import { writePhotos } from '../../test/small-photos.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-photos-'));
const inFolder = (...names: string[]): string => join(folder, ...names);
const env = { GRADUS_CACHE: inFolder('cache'), GRADUS_HUB_MIRROR: '' };
const run = (...args: string[]) => gradus(args, { cwd: folder, env });
const small = ['--base', 'none', '--size', '32', '--epochs', '12', '--learning-rate', '0.003'];
const fast = ['--batch-size', '4', '--threads', '1'];

const shared = fileURLToPath(new URL('../../../shared', import.meta.url));
const mirror = join(shared, 'hub-mirror');
const cats = join(shared, 'data/cats-dogs');
const present = existsSync(join(mirror, 'catalog.json')) && existsSync(cats);

beforeAll(async () => {
  writePhotos(inFolder('sky'), { blue: 10, red: 10 });
  writeFileSync(inFolder('sky', 'red', 'red.77.jpg'), 'no photo');
  const saved = await run('train', 'sky', ...small, ...fast, '--save', 'sky.keras');
  expect({ code: saved.code, last: saved.stderr.trim().split('\n').length }).toEqual({
    code: 0,
    last: 1,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('train FOLDER tells how well it went, and saves a model that needs nothing else', async () => {
  const { code, stdout, stderr, json } = await run(
    ...['train', 'sky', ...small, ...fast, '--class-weights', '--augment', '--patience', '12'],
    ...['--save', 'other.h5', '--json'],
  );
  expect(code).toBe(0);
  expect(stderr).toMatch(/^left out sky\/red\/red\.77\.jpg: .*\n$/);
  expect(stdout).toContain('16 photos to learn from, 4 for validation, 2 classes: blue, red');
  expect(stdout).toMatch(/^validation accuracy 1\.0000$/m);
  expect(stdout).toMatch(/^is \\ taken for +blue +red$/m);
  expect(json).toMatchObject({
    ...{ base: 'none', classes: ['blue', 'red'], accuracy: 1, saved: 'other.h5' },
    confusion: [
      [2, 0],
      [0, 2],
    ],
  });
  const told = await run('recognize', 'sky/blue/blue.1.bmp', '--model', 'other.h5', '--json');
  expect(told.code).toBe(0);
  expect(told.json.results[0].classes[0].label).toBe('blue');
});

test('evaluate MODEL FOLDER ends with accuracy and loss', async () => {
  const { code, stdout, json } = await run('evaluate', 'sky.keras', 'sky', '--json');
  expect(code).toBe(0);
  expect(stdout).toContain('on 20 photos in sky');
  expect(json.accuracy).toBeGreaterThan(0.9);
  expect(json.loss).toBeLessThan(0.4);
  writePhotos(inFolder('green'), { green: 2, blue: 2 });
  const wrong = await run('evaluate', 'sky.keras', 'green');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toBe(
    "gradus: green: the model does not know 'green'; its classes are blue, red\n",
  );
});

test('recognize tells classes; one photo that is none does not keep the others', async () => {
  const { code, stdout, stderr, json } = await run(
    ...['recognize', 'sky/red/red.1.bmp', 'sky/red/red.77.jpg', '--model', 'sky.keras', '--json'],
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/^sky\/red\/red\.1\.bmp: red$/m);
  expect(stderr).toMatch(/^gradus: sky\/red\/red\.77\.jpg: [^\n]+\n$/);
  expect(json.results[1].error).toContain('red.77.jpg');
});

describe('explain', () => {
  test.each(['grad-cam', 'saliency', 'occlusion', 'activations', 'filters'])(
    '%s',
    async (method) => {
      const { code, stderr, json } = await run(
        ...['explain', 'sky/red/red.1.bmp', '--model', 'sky.keras', '--method', method],
        ...['--out', 'why.png', '--json', '--class', 'red'],
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(json).toMatchObject({ class: 'red', index: 1, method, out: 'why.png' });
      expect([...readFileSync(inFolder('why.png')).subarray(1, 4)]).toEqual([80, 78, 71]);
      rmSync(inFolder('why.png'));
    },
  );

  test.each([
    [['--class', 'green'], '--class green: small_network has no such class; it has blue, red'],
    [['--layer', 'nose'], "no layer 'nose'"],
    [['--out', 'why.jpg'], '--out why.jpg: the name must end in .png'],
  ])('%j', async (args, message) => {
    const { code, stderr } = await run(
      ...['explain', 'sky/red/red.1.bmp', '--model', 'sky.keras', ...args],
    );
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^gradus: [^\n]*\n$/);
  });
});

describe('wrong use', () => {
  test.each([
    [2, ['train', 'nowhere'], 'or a folder with photos'],
    [2, ['train', 'sky', '--log', 'runs'], '--log is for gradus train mnist'],
    [2, ['train', 'mnist', '--class-weights'], '--class-weights is for gradus train FOLDER'],
    [2, ['train', 'sky', '--validation-split', '1'], 'between 0 and 1'],
    [1, ['train', 'sky', '--save', 'sky.zip'], 'the name must end in'],
    [1, ['train', 'sky', '--base', 'nobody'], "there is no model 'nobody' in the hub"],
    [1, ['train', 'sky', '--base', 'none', '--unfreeze', '2'], "'none' is new"],
    [1, ['evaluate', 'none.keras', 'sky'], 'none.keras'],
    [1, ['recognize', 'nothing.jpg'], 'nothing.jpg'],
    [1, ['hub', 'show', 'nobody'], "there is no model 'nobody'"],
    [2, ['hub', 'run', 'digits'], 'required option'],
  ])('%i: %j', async (expected, args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(expected);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^gradus: [^\n]*\n$/);
  });

  test('a class without photos, and one class', async () => {
    writePhotos(inFolder('gap'), { blue: 4 });
    mkdirSync(inFolder('gap', 'red'));
    expect((await run('train', 'gap', ...small)).stderr).toContain("no images in 'red'");
    rmSync(inFolder('gap', 'red'), { recursive: true });
    expect((await run('train', 'gap', ...small)).stderr).toContain("there is one class, 'blue'");
  });
});

test('hub lists, shows and verifies without a mirror', async () => {
  const list = await run('hub', 'list', '--json');
  expect(list.code).toBe(0);
  expect(list.stdout).toMatch(/^digits +Handwritten digits/m);
  expect(list.json.models.map(({ name }: { name: string }) => name)).toContain('vgg16');
  const show = await run('hub', 'show', 'mobilenet_v2', '--json');
  expect(show.json).toMatchObject({ name: 'mobilenet_v2_1.0_224', classes: 1000 });
  const verify = await run('hub', 'verify', 'mobilenet_v2', '--json');
  expect(verify.json.files[0].right).toBe(null);
  const fetch = await run('hub', 'fetch', 'mobilenet_v2');
  expect(fetch.code).toBe(1);
  expect(fetch.stderr).toContain('mobilenet_v2');
});

describe.skipIf(!present)('with the mirror (../shared)', () => {
  test('hub fetches and runs; train FOLDER learns a few cats and dogs', async () => {
    const args = ['hub', 'fetch', 'mobilenet_v1', '--mirror', mirror, '--json'];
    expect((await run(...args)).json.fetched.mobilenet_v1).toHaveLength(1);
    const photo = join(cats, 'test/cats/cat.4388.jpg');
    const named = await run(
      ...['hub', 'run', 'mobilenet_v1', '--input-path', photo, '--mirror', mirror],
    );
    expect({ code: named.code, stderr: named.stderr }).toEqual({ code: 0, stderr: '' });
    const trained = await run(
      ...['train', join(cats, 'test'), '--base', 'mobilenet_v1', '--mirror', mirror],
      ...['--validation-split', '0.3', '--save', 'pets.safetensors', '--mistakes', 'wrong.png'],
      '--json',
    );
    expect({ code: trained.code, stderr: trained.stderr }).toEqual({ code: 0, stderr: '' });
    expect(trained.json.accuracy).toBeGreaterThan(0.75);
    expect(existsSync(inFolder('wrong.png'))).toBe(trained.json.accuracy < 1);
    const told = await run('recognize', photo, '--model', 'pets.safetensors', '--json');
    expect(told.json.results[0].classes[0].label).toBe('cats');
  }, 120_000);
});
