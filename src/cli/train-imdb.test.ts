import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';
import { loadModel } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-train-imdb-'));
const save = join(folder, 'reviews.safetensors');

/** Reviews that a word tells apart. */
function table(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const word = i % 2 ? 'wonderful' : 'awful';
    return `"A ${word} film, ${'really '.repeat(i % 5)}""${word}""",${i % 2}`;
  });
  return `text,label\n${rows.join('\n')}\n`;
}

beforeAll(() => {
  const words = ['a', 'film', 'really', 'wonderful', 'awful'];
  const index = Object.fromEntries(words.map((word, i) => [word, i + 1]));
  writeFileSync(join(folder, 'imdb_word_index.json'), JSON.stringify(index));
  writeFileSync(join(folder, 'imdb_train.csv'), table(200));
  writeFileSync(join(folder, 'imdb_test.csv'), table(50));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('trains, draws a curve, measures, judges a review', async () => {
  const review = 'a really wonderful film';
  const options = ['--data', folder, '--save', save, '--batch-size', '8', '--epochs', '3'];
  const { code, stdout, stderr, json } = await gradus(
    ['train', 'imdb', ...options, '--threads', '1', '--json', '--review', review],
    { env: { GRADUS_CACHE: join(folder, 'cache') } },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`data: 200 training and 50 test reviews from ${folder}`);
  expect(stdout).toContain('training on 120 reviews, watching the other 80');
  expect(stdout).toMatch(/\n {3}15 {2}0\.\d{4}/);
  expect(stdout).toMatch(/review: a really wonderful film\npositive \(\d/);
  expect(json).toMatchObject({
    model: 'imdb',
    reviews: 200,
    words: 10_000,
    epochs: 3,
    accuracy: 1,
  });
  expect(json.review.positive).toBeGreaterThan(0.5);
  const model = await loadModel(save);
  expect(model.inputs[0].shape).toEqual([null, 10_000]);
});

test('says what it cannot do', async () => {
  const run = async (...args: string[]) => {
    const { code, stderr } = await gradus(['train', ...args]);
    return `${code} ${stderr}`;
  };
  expect(await run('imdb', '--model', 'cnn')).toBe('2 gradus: --model is for gradus train mnist\n');
  expect(await run('mnist', '--review', 'fine')).toBe(
    '2 gradus: --review is for gradus train imdb\n',
  );
  expect(await run('imdb', '--data', join(folder, 'none'), '--save', save)).toMatch(
    /^1 gradus: imdb: .*none has no imdb\.npz/,
  );
});
