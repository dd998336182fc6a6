import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import '../backends/index.ts';
import '../ops/methods.ts';
import { tensor } from '../ops/index.ts';
import * as plot from './index.ts';

const folder = await mkdtemp(join(tmpdir(), 'gradus-plot-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const history = {
  loss: [0.9, 0.5, 0.3],
  accuracy: [0.7, 0.8, 0.9],
  val_loss: [0.6, 0.5, 0.55],
  valAccuracy: [0.75, 0.8, 0.79],
};

/** What is written in a picture, in order. */
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

const sizeOf = (png: Uint8Array): [number, number] => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

describe('curves', () => {
  test('training and validation share a chart, each metric has its own', async () => {
    const texts = textsOf(await plot.curves({ history, epoch: [0, 1, 2] }).toSvg());
    expect(texts.filter((text) => text === 'training')).toHaveLength(2);
    expect(texts.filter((text) => text === 'validation')).toHaveLength(2);
    for (const word of ['loss', 'accuracy', 'epoch', '3']) expect(texts).toContain(word);
  });

  test('speak Chinese, with a font that has it', async () => {
    const figure = plot.curves(history, { metrics: ['loss'], title: '学习率过大' });
    const texts = textsOf(await figure.toSvg({ lang: 'zh-CN' }));
    expect(texts).toEqual(expect.arrayContaining(['学习率过大', '损失', '训练', '验证', '轮次']));
    // Characters that the font has not all look alike.
    const titled = (title: string) => plot.line([1, 2], { xLabel: title }).toPng({ scale: 1 });
    const [one, other, missing, alsoMissing] = await Promise.all(
      ['猫', '狗', '\ue001', '\ue002'].map(titled),
    );
    expect(one).not.toEqual(other);
    expect(one).not.toEqual(missing);
    expect(missing).toEqual(alsoMissing);
  });

  test('of several runs are told apart by name', async () => {
    const runs = { slow: { loss: [3, 2] }, fast: { loss: [3, 1], valLoss: [3, 2] } };
    const texts = textsOf(await plot.curves(runs).toSvg());
    for (const name of ['slow', 'fast', 'fast, validation']) expect(texts).toContain(name);
  });

  test('say what cannot be drawn', () => {
    expect(() => plot.curves(history, { metrics: ['auc'] })).toThrow(
      "plot.curves: there is no 'auc'; there are loss, accuracy",
    );
    expect(() => plot.curves({})).toThrow('there is nothing to draw');
    expect(() => plot.curves(history, { smoothing: 1 })).toThrow('from 0 to below 1, received 1');
  });
});

test('a figure has the same bytes each time, whatever was drawn before', async () => {
  const draw = () => plot.curves(history, { title: 'a < b & c' }).toSvg();
  const first = await draw();
  await plot.line([1, 2, 3]).toSvg();
  expect(await draw()).toBe(first);
  expect(first).toContain('<title>a &lt; b &amp; c</title>');
  expect(first).not.toMatch(/\bzr\d/);
});

test('files are .svg, .png or .html of the size that was asked for', async () => {
  const figure = plot.line([0, 1, 2], { sin: [0, 1, 0], cos: [1, 0, 1] }, { title: 'waves' });
  const path = (name: string) => join(folder, name);
  await figure.save(path('a.svg'), { width: 400, height: 300, theme: 'dark' });
  const svg = await readFile(path('a.svg'), 'utf8');
  expect(svg).toMatch(/^<svg [^>]*width="400" height="300"/);
  await figure.save(path('a.png'), { width: 400, height: 300 });
  expect(sizeOf(await readFile(path('a.png')))).toEqual([800, 600]);
  await figure.save(path('a.html'), { lang: 'zh-CN' });
  expect(await readFile(path('a.html'), 'utf8')).toContain('<html lang="zh-CN">');
  await expect(figure.save(path('a.gif'))).rejects.toThrow(/saved as .svg, .png or .html/);
  await expect(figure.toSvg({ width: 0 })).rejects.toThrow('width must be a number of pixels');
  await expect(figure.toSvg({ theme: 'blue' as 'dark' })).rejects.toThrow("received 'blue'");
});

describe('simple plots', () => {
  test('check what they are given', () => {
    expect(() => plot.line([1, 2], [1, 2, 3])).toThrow('2 numbers of x for 3 of y');
    expect(() => plot.scatter([])).toThrow('plot.scatter: there are no numbers to draw');
    expect(() => plot.bar(['a'], [1, 2])).toThrow('1 names for 2 bars');
    expect(() => plot.histogram([Number.NaN])).toThrow('none of the numbers is finite');
    expect(() => plot.histogram([1], { bins: 0 })).toThrow('a whole number from 1, received 0');
    expect(() => plot.imshow(tensor([1, 2]))).toThrow('received shape [2]');
    expect(() => plot.imshow([[1]], { cmap: 'jet' as 'gray' })).toThrow(
      "cmap must be one of gray, gray_r, viridis, coolwarm, received 'jet'",
    );
    expect(() => plot.subplots([])).toThrow('expected rows of figures');
  });

  test('rows may have the names of options', async () => {
    const texts = textsOf(await plot.line([1, 2], { width: [3, 4], title: [4, 3] }).toSvg());
    expect(texts).toEqual(expect.arrayContaining(['width', 'title']));
  });

  test('take tensors', async () => {
    const texts = textsOf(await plot.histogram(tensor([1, 2, 2, 3]), { bins: 2 }).toSvg());
    expect(texts).toEqual(expect.arrayContaining(['value', 'count', '3']));
  });

  test('stand side by side', async () => {
    const row = [plot.bar(['cat', 'dog'], [1, 2]), plot.scatter([1, 2], [3, 4])];
    const svg = await plot.subplots([row, [plot.imshow([[0, 1]])]], { title: 'both' }).toSvg();
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['both', 'cat', 'dog']));
    expect(svg.match(/<svg /g)?.length).toBeGreaterThan(3);
  });
});

test('a grid marks what was recognised wrongly', async () => {
  const images = tensor([[[0, 1]], [[1, 0]], [[1, 1]]]);
  const options = { labels: [0, 1, 1], predictions: [0, 0, 1], classNames: ['cat', 'dog'] };
  const svg = await plot.imageGrid(images, options).toSvg();
  expect(textsOf(svg)).toEqual(['cat', '✗ cat (dog)', 'dog']);
  expect(svg.match(/stroke-width="3"/g)).toHaveLength(1);
  expect(() => plot.imageGrid(images, { labels: [1] })).toThrow('1 labels for 3 pictures');
});

test('filters and feature maps are pictures, one each', async () => {
  const images = (svg: string) => svg.match(/<image /g)?.length;
  const kernel = tensor(Array.from({ length: 2 * 2 * 3 * 5 }, (_, i) => i)).reshape([2, 2, 3, 5]);
  expect(images(await plot.filters(kernel).toSvg())).toBe(5);
  const maps = tensor(Array.from({ length: 4 * 4 * 6 }, (_, i) => i)).reshape([1, 4, 4, 6]);
  expect(images(await plot.featureMaps(maps).toSvg())).toBe(6);
  expect(() => plot.filters(maps.reshape([16, 6]))).toThrow('received shape [16,6]');
});

test('the confusion matrix counts or shares', async () => {
  const counts = [
    [3, 1],
    [0, 4],
  ];
  expect(textsOf(await plot.confusionMatrix(counts).toSvg())).toEqual(
    expect.arrayContaining(['3', '1', '0', '4', 'predicted', 'actual']),
  );
  const shares = textsOf(await plot.confusionMatrix(counts, { normalize: true }).toSvg());
  expect(shares).toEqual(expect.arrayContaining(['0.75', '0.25', '1.00']));
  expect(() => plot.confusionMatrix([[1, 2]])).toThrow('1 rows, 2 columns and no names');
});

test('areas under curves of ranking are those of the definition', async () => {
  const [labels, scores] = [
    [0, 0, 1, 1],
    [0.1, 0.4, 0.35, 0.8],
  ];
  // Three of the four pairs are in order; average precision (1 + 2/3) / 2.
  expect(textsOf(await plot.rocCurve(labels, scores).toSvg())).toContain('area 0.750');
  expect(textsOf(await plot.precisionRecallCurve(labels, scores).toSvg())).toContain('area 0.833');
  expect(() => plot.rocCurve([1, 1], [0, 1])).toThrow('must hold both 0 and 1');
});

test('the graph of a model has its layers from the inputs down', async () => {
  const nodes = [
    { name: 'in', kind: 'InputLayer', inputs: [] },
    { name: 'a', kind: 'Dense', detail: '[4]', inputs: ['in'] },
    { name: 'sum', kind: 'Add', inputs: ['a', 'in'] },
  ];
  const svg = await plot.modelGraph(nodes).toSvg();
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['in (InputLayer)', 'a (Dense)', '[4]']));
  expect(svg.match(/<path /g)).toHaveLength(3);
  expect(() => plot.modelGraph([{ name: 'a', kind: 'X', inputs: ['b'] }])).toThrow("'b'");
  expect(() => plot.modelGraph([{ name: 'a', kind: 'X', inputs: ['a'] }])).toThrow('of itself');
});
