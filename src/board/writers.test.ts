import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { crc32 } from '../formats/crc32.ts';
import type { LogValue } from '../formats/log-value.ts';
import { encodePng } from '../formats/png.ts';
import { decode } from '../formats/tfevents.ts';
import { fromData, layers, random, Sequential, tensor } from '../index.ts';
import { LogWriter, SummaryWriter, traceModel } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-writers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (writer: { readonly path: string }) => decode(readFileSync(writer.path));
const valuesOf = (writer: { readonly path: string }): [string, number, LogValue][] =>
  read(writer).events.flatMap(({ step, values }) =>
    values.map(({ tag, value }): [string, number, LogValue] => [tag, step, value]),
  );

/** Rows of a PNG file that is filtered as ours are. */
function pixelsOf(png: Uint8Array): { width: number; height: number; rows: number[][] } {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const channels = { 0: 1, 2: 3, 6: 4 }[png[25]] as number;
  const length = view.getUint32(33);
  expect(view.getUint32(41 + length)).toBe(crc32(png.subarray(37, 41 + length)));
  const data = inflateSync(png.subarray(41, 41 + length));
  const stride = width * channels;
  const rows = Array.from({ length: height }, (_, y) => {
    const row = [...data.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1))];
    expect(data[y * (stride + 1)]).toBe(1);
    for (let x = channels; x < stride; x++) row[x] = (row[x] + row[x - channels]) & 255;
    return row;
  });
  return { width, height, rows };
}

test('encodePng keeps the pixels', () => {
  const data = Uint8Array.from({ length: 24 }, (_, i) => (i * 97) & 255);
  const { width, height, rows } = pixelsOf(encodePng({ width: 2, height: 4, channels: 3, data }));
  expect([width, height, rows.flat()]).toEqual([2, 4, [...data]]);
});

describe('LogWriter', () => {
  test('writes scalars at once, by position and by name', () => {
    const writer = new LogWriter(join(folder, 'scalars'));
    writer.addScalar('train/loss', 0.5, 1);
    // Nothing was flushed or closed: another program sees it all the same.
    expect(valuesOf(writer)).toEqual([['train/loss', 1, { kind: 'scalar', value: 0.5 }]]);
    writer.addScalar({ tag: 'train/loss', value: tensor(0.25), step: 2, wallTime: 1000 });
    expect(valuesOf(writer)[1]).toEqual(['train/loss', 2, { kind: 'scalar', value: 0.25 }]);
    expect(read(writer).events[2].wallTime).toBe(1000);
    writer.close();
    expect(() => writer.addScalar('train/loss', 1, 3)).toThrow('is closed');
  });

  test('has a file of its own in a folder that others write to', () => {
    const writers = [0, 1, 2].map(() => new LogWriter({ logdir: join(folder, 'shared') }));
    for (const writer of writers) writer.close();
    expect(readdirSync(join(folder, 'shared'))).toHaveLength(3);
  });

  test('writes pictures in any order of axes', () => {
    const writer = new LogWriter(join(folder, 'pictures'));
    const rows = [
      [
        [0, 0.5, 1],
        [1, 0, 0.2],
      ],
    ];
    writer.addImage('float', tensor(rows), 0);
    const bytes = fromData(Uint8Array.of(0, 10, 20, 30, 40, 50), [3, 1, 2]);
    writer.addImage('chw', bytes, 0, { dataFormats: 'CHW' });
    writer.addImage('grey', [[0, 1]], 0, { dataFormats: 'HW' });
    writer.addImages('many', random.uniform([3, 2, 2, 1]), 0);
    const found = valuesOf(writer).map(([, , value]) => value);
    const rowsOf = (value: LogValue) => value.kind === 'image' && pixelsOf(value.images[0]).rows;
    expect(rowsOf(found[0])).toEqual([[0, 128, 255, 255, 0, 51]]);
    expect(rowsOf(found[1])).toEqual([[0, 20, 40, 10, 30, 50]]);
    expect(rowsOf(found[2])).toEqual([[0, 255]]);
    expect(found[3]).toMatchObject({ kind: 'image', width: 2, height: 2 });
    expect(found[3].kind === 'image' && found[3].images).toHaveLength(3);
    expect(() => writer.addImage('wide', random.uniform([4, 4, 7]), 0)).toThrow(
      "pictures have 1, 3 or 4 channels, but with dataFormats 'HWC' the shape [4, 4, 7] has 7",
    );
    expect(() => writer.addImage('flat', [1, 2], 0)).toThrow('needs 3 axes');
    writer.close();
  });

  test('writes histograms, texts and curves', () => {
    const writer = new LogWriter(join(folder, 'others'));
    writer.addHistogram('weights', [0, 1, 2, 3, Number.NaN, 4], 1, 2);
    writer.addHistogram('same', [7, 7, 7], 1);
    writer.addText('text', '你好', 1);
    writer.addPrCurve('pr', [1, 0, 1], [0.9, 0.2, 0.4], 1, 3);
    writer.addRocCurve('roc', [1, 0], [0.9, 0.2], 1);
    const [weights, same, text, pr] = valuesOf(writer).map(([, , value]) => value);
    expect(weights).toEqual({ kind: 'histogram', lefts: [0, 2], rights: [2, 4], counts: [2, 3] });
    expect(same.kind === 'histogram' && same.counts.reduce((a, b) => a + b)).toBe(3);
    expect(text).toEqual({ kind: 'text', shape: [], texts: ['你好'] });
    expect(pr).toEqual({
      kind: 'curve',
      truePositives: [2, 1, 0],
      falsePositives: [1, 0, 0],
      trueNegatives: [0, 1, 1],
      falseNegatives: [0, 1, 2],
    });
    expect(() => writer.addPrCurve('pr', [1], [1.5], 1)).toThrow('predictions are from 0 to 1');
    expect(() => writer.addPrCurve('pr', [1, 0], [0.5], 1)).toThrow('2 labels and 1 predictions');
    writer.close();
  });

  test('writes several scalars as runs of their own', () => {
    const writer = new LogWriter(join(folder, 'several'));
    writer.addScalars('both', { left: 1, 'a/../b': 2 }, 3);
    writer.close();
    expect(readdirSync(join(folder, 'several')).filter((name) => /^both/.test(name))).toEqual([
      'both_a_.._b',
      'both_left',
    ]);
  });

  test('writes embeddings where the projector looks, inside its folder', () => {
    const writer = new LogWriter(join(folder, 'embedding'));
    const vectors = [
      [1, 2],
      [3, 4],
    ];
    writer.addEmbeddings('../../points', vectors, ['a\tb', 'c']);
    writer.addEmbeddings(
      'other',
      vectors,
      [
        ['x', '1'],
        ['y', '2'],
      ],
      ['name', 'number'],
      7,
    );
    writer.close();
    const path = (name: string) => join(folder, 'embedding', name);
    const config = readFileSync(path('projector_config.pbtxt'), 'utf8');
    expect(config.match(/tensor_path: "([^"]*)"/g)).toEqual([
      'tensor_path: "00000-__.._points/tensors.tsv"',
      'tensor_path: "00007-other/tensors.tsv"',
    ]);
    expect(readFileSync(path('00007-other/metadata.tsv'), 'utf8')).toBe(
      'name\tnumber\nx\t1\ny\t2\n',
    );
    expect(readFileSync(path('00000-__.._points/metadata.tsv'), 'utf8')).toBe('a b\nc\n');
    expect(() => writer.addEmbeddings('third', vectors, ['a'])).toThrow('2 vectors need as many');
  });

  test('refuses what it does not know', () => {
    expect(() => new LogWriter('')).toThrow('the folder must have a name');
    expect(() => new LogWriter('x', { log: 1 } as object)).toThrow("no option 'log'");
    const writer = new LogWriter(join(folder, 'refuses'));
    expect(() => writer.addScalar('', 1, 1)).toThrow('a tag is a text that is not empty');
    expect(() => writer.addScalar('a', 1, 1.5)).toThrow('a step is a whole number');
    expect(() => writer.addScalar('a', 'x' as never, 1)).toThrow('the value is a number');
    expect(() => writer.addHparams({ a: {} as never })).toThrow("'a' is a number, text or boolean");
    writer.close();
  });
});

test('SummaryWriter writes hyperparameters with what came of them, and pictures with their channels first', () => {
  const writer = new SummaryWriter(join(folder, 'summary'));
  writer.addHparams({ rate: 0.1, deep: true }, { accuracy: 0.75 });
  writer.addImage('picture', random.uniform([3, 2, 5]), 0);
  writer.close();
  const values = valuesOf(writer);
  expect(values.map(([tag]) => tag)).toEqual([
    '_hparams_/experiment',
    '_hparams_/session_start_info',
    '_hparams_/session_end_info',
    'accuracy',
    'picture',
  ]);
  expect(values[4][2]).toMatchObject({ width: 5, height: 2 });
});

describe('traceModel', () => {
  const model = (): Sequential =>
    new Sequential([
      layers.input({ shape: [6, 6, 1] }),
      layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu', name: 'look' }),
      layers.flatten(),
      layers.dense({ units: 2, name: 'decide' }),
    ]);

  test('groups operations by layers, with shapes and weights', () => {
    const { nodes } = traceModel(model(), [null, 6, 6, 1]);
    const look = nodes.filter(({ name }) => name.includes('look'));
    expect(look.map(({ op }) => op)).toContain('Parameter');
    expect(look.at(-1)?.shape).toEqual([1, 4, 4, 2]);
    const names = new Set(nodes.map(({ name }) => name));
    expect(names.size).toBe(nodes.length);
    expect(nodes.flatMap(({ inputs }) => inputs).every((input) => names.has(input))).toBe(true);
    expect(nodes.at(-1)?.shape).toEqual([1, 2]);
  });

  test('is what addGraph writes, also for a function and for a recorded computation', () => {
    const writer = new LogWriter(join(folder, 'graph'));
    writer.addGraph(model());
    writer.addGraph((x) => x.mul(2).add(1), [3]);
    writer.addGraph(tensor([1, 2], { requiresGrad: true }).square().sum().graph());
    expect(() => writer.addGraph((x) => x, [3])).toThrow('the model ran no operation');
    writer.close();
    const ops = valuesOf(writer).map(([, , value]) =>
      value.kind === 'graph' ? value.graph.nodes.map(({ op }) => op) : [],
    );
    expect(ops[0]).toContain('Input');
    expect(ops[1].length).toBeGreaterThan(2);
    expect(ops[2]).toContain('leaf');
  });
});
