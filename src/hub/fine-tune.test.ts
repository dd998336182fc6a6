import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromData, Input, layers, Model, setSeed } from 'gradus';
import {
  evaluatePhotos,
  type FineTuneOptions,
  fineTune,
  loadClassifier,
  type PhotoBase,
  readPhotoFolder,
  readTestPhotos,
} from 'gradus/hub';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePhotos } from '../../test/small-photos.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-photos-'));
const inFolder = (...names: string[]): string => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  writePhotos(inFolder('sky'), { blue: 12, red: 12 });
  writePhotos(inFolder('split', 'train'), { blue: 8, red: 8 });
  writePhotos(inFolder('split', 'valid'), { blue: 3, red: 3 });
});

/** A small network with a branch and normalizations, whose weights come from a seed. */
function smallBase(): PhotoBase {
  setSeed(5);
  const x = Input({ shape: [16, 16, 3] });
  const start = layers.conv2d(8, 3, { strides: 2, padding: 'same', name: 'start' }).apply(x);
  const one = layers.batchNormalization({ name: 'start_bn' }).apply(start);
  const inner = layers.conv2d(8, 3, { padding: 'same', name: 'inner' }).apply(one);
  const sum = layers.add({ name: 'sum' }).apply([one, inner]);
  const end = layers.conv2d(12, 1, { activation: 'relu', name: 'end' }).apply(sum);
  return {
    name: 'small',
    model: new Model({ inputs: x, outputs: end }),
    preprocessing: [
      { step: 'resize', height: 16, width: 16, method: 'bilinear', antialias: true },
      { step: 'scale', multiply: 1 / 127.5, add: -1 },
    ],
  };
}

const quick: FineTuneOptions = { epochs: 30, batchSize: 4, learningRate: 0.03, patience: 30 };

describe('fineTune', () => {
  test('learns a head, then the top; the base stays as it was before the cut', async () => {
    const base = smallBase();
    const before = base.model.getWeights().map((weight) => weight.toArray());
    const result = await fineTune(inFolder('split'), { ...quick, base, unfreeze: 'inner' });
    const { classifier, report, stages } = result;
    expect(result.trainingPhotos).toBe(16);
    expect(report).toMatchObject({ photos: 6, accuracy: 1, mistakes: [] });
    expect(report.confusion).toEqual([
      [3, 0],
      [0, 3],
    ]);
    expect(stages.map(({ stage, layers: names }) => [stage, names])).toEqual([
      ['head', ['head']],
      ['top', ['inner', 'end', 'head']],
    ]);
    const after = base.model.weights.map((weight) => [weight.path, weight.toArray()] as const);
    const changed = after.filter(([, values], i) => `${values}` !== `${before[i]}`);
    const names = changed.map(([path]) => path.split('/').at(-2));
    if (stages[1].kept) expect([...new Set(names)].sort()).toEqual(['end', 'inner']);
    else expect(names).toEqual([]);
    expect(classifier.classes.map(({ label }) => label)).toEqual(['blue', 'red']);
  });

  test.each(['.keras', '.h5', '.safetensors'])(
    'a saved model (%s) carries classes and preprocessing and says the same',
    async (end) => {
      const { classifier, report } = await fineTune(inFolder('sky'), {
        ...quick,
        base: smallBase(),
      });
      const file = inFolder(`sky${end}`);
      await classifier.model.save(file);
      const loaded = await loadClassifier(file);
      expect(loaded.classes).toEqual([{ label: 'blue' }, { label: 'red' }]);
      expect(loaded.preprocessing).toEqual(classifier.preprocessing);
      expect(loaded.featuresLayer).toBe('features');
      const photo = inFolder('sky', 'red', 'red.3.bmp');
      const [first] = await loaded.classify(photo);
      expect(first.label).toBe('red');
      expect(first).toEqual((await classifier.classify(photo))[0]);
      const split = await readPhotoFolder(inFolder('sky'));
      const measured = await evaluatePhotos(loaded, split.validation);
      expect(measured.accuracy).toBe(report.accuracy);
      expect(measured.loss).toBeCloseTo(report.loss, 5);
      expect((await evaluatePhotos(loaded, inFolder('sky'))).photos).toBe(24);
    },
  );

  test('the same seed gives the same weights', async () => {
    const weights = async (seed: number) => {
      const { classifier } = await fineTune(inFolder('split'), {
        ...{ ...quick, base: smallBase(), epochs: 2, seed, augment: true, classWeights: true },
        unfreeze: 1,
      });
      return JSON.stringify(classifier.model.getWeights().map((weight) => weight.toArray()));
    };
    const first = await weights(1);
    expect(await weights(1)).toBe(first);
    expect(await weights(2)).not.toBe(first);
  });

  test("base 'none' learns from nothing, with changed photos", async () => {
    const { report, stages } = await fineTune(inFolder('sky'), {
      ...{ base: 'none', size: 32, epochs: 12, batchSize: 4, learningRate: 0.003, augment: true },
    });
    expect(stages.map(({ stage }) => stage)).toEqual(['all']);
    expect(report.accuracy).toBe(1);
  });

  test('a photo that is none is left out and listed', async () => {
    writePhotos(inFolder('broken'), { blue: 6, red: 6 });
    writeFileSync(inFolder('broken', 'red', 'red.99.jpg'), 'this is no photo');
    const { skipped, trainingPhotos, report } = await fineTune(inFolder('broken'), {
      ...{ ...quick, base: smallBase(), epochs: 1 },
    });
    expect(skipped).toHaveLength(1);
    expect(skipped[0].path).toContain('red.99.jpg');
    expect(trainingPhotos + report.photos).toBe(12);
  });

  test.each([
    [
      'a layer that is not there',
      { unfreeze: 'nose' },
      "has no layer 'nose'; its last ones are start",
    ],
    ['more layers than there are', { unfreeze: 9 }, 'unfreeze must be from 1 to 3'],
    ['no layer', { unfreeze: 0 }, 'unfreeze must be from 1 to 3'],
    ['a share of everything', { validationSplit: 1 }, 'between 0 and 1'],
    ['no photo left', { validationSplit: 0.01 }, 'cannot be split by validationSplit 0.01'],
  ])('%s', async (_, options, message) => {
    const tuned = fineTune(inFolder('sky'), { base: smallBase(), ...options });
    await expect(tuned).rejects.toThrow(message);
  });

  test('wrong use of the hub', async () => {
    const data = inFolder('sky');
    await expect(fineTune(data, { base: 'nobody', offline: true })).rejects.toThrow(
      "no model 'nobody'",
    );
    await expect(fineTune(data, { base: 'none', unfreeze: 1 })).rejects.toThrow('is new');
    await expect(fineTune(data, { base: 'none', size: 8 })).rejects.toThrow('from 32 to 1024');
    await expect(fineTune(data, { base: 'digits', size: 64 })).rejects.toThrow('leave out size');
  });
});

describe('folders of photos', () => {
  test('train with valid, else a share of each class; names of contests', async () => {
    const split = await readPhotoFolder(inFolder('split'));
    expect([split.training.paths.length, split.validation.paths.length]).toEqual([16, 6]);
    const drawn = await readPhotoFolder(inFolder('sky'), { validationSplit: 0.25, seed: 3 });
    expect(drawn.validation.labels).toEqual([0, 0, 0, 1, 1, 1]);
    const all = [...drawn.training.paths, ...drawn.validation.paths];
    expect(new Set(all).size).toBe(24);
    writePhotos(inFolder('contest', 'train'), { cat: 5, dog: 5 }, { flat: true });
    writePhotos(inFolder('contest', 'test'), { '': 4 }, { flat: true });
    const contest = await readPhotoFolder(inFolder('contest'));
    expect(contest.classNames).toEqual(['cat', 'dog']);
    expect([contest.training.paths.length, contest.validation.paths.length]).toEqual([8, 2]);
  });

  test('what cannot be learned from', async () => {
    writePhotos(inFolder('one'), { blue: 3 });
    await expect(readPhotoFolder(inFolder('one'))).rejects.toThrow("there is one class, 'blue'");
    mkdirSync(inFolder('empty', 'blue'), { recursive: true });
    mkdirSync(inFolder('empty', 'red'));
    await expect(readPhotoFolder(inFolder('empty'))).rejects.toThrow("no images in 'blue', 'red'");
    writePhotos(inFolder('cases'), { Blue: 2, blue: 2 });
    await expect(readPhotoFolder(inFolder('cases'))).rejects.toThrow('differ in case alone');
    writePhotos(inFolder('apart', 'train'), { blue: 2, red: 2 });
    writePhotos(inFolder('apart', 'val'), { blue: 2, green: 2 });
    await expect(readPhotoFolder(inFolder('apart'))).rejects.toThrow('must be the same');
    await expect(readPhotoFolder(inFolder('nowhere'))).rejects.toThrow('nowhere');
    await expect(readTestPhotos(inFolder('sky'), ['blue', 'green'])).rejects.toThrow(
      "the model does not know 'red'; its classes are blue, green",
    );
  });

  test('a folder in which no photo can be read', async () => {
    for (const name of ['blue', 'red']) {
      mkdirSync(inFolder('none', name), { recursive: true });
      for (let i = 0; i < 5; i++) writeFileSync(inFolder('none', name, `${i}.png`), 'no photo');
    }
    await expect(fineTune(inFolder('none'), { base: smallBase() })).rejects.toThrow(
      'none of the 8 photos can be read',
    );
  });
});

test('predictions of a tuned model are those of its layers: frozen normalizations use their averages', async () => {
  const { classifier } = await fineTune(inFolder('split'), {
    ...quick,
    base: smallBase(),
    epochs: 1,
  });
  const image = fromData(new Uint8Array(16 * 16 * 3).fill(200), [16, 16, 3], 'uint8');
  const input = await classifier.prepare(image);
  const trained = classifier.model.apply(input, { training: false });
  const probabilities = await classifier.classify(image);
  const blue = probabilities.find(({ label }) => label === 'blue')?.score;
  expect(Number(trained.dataSync()[0])).toBeCloseTo(blue as number, 5);
  const normalization = classifier.model.getLayer('start_bn');
  expect(normalization.trainable).toBe(false);
  expect(
    normalization
      .apply(image.cast('float32').mean(2).reshape([1, 16, 2, 8]), { training: true })
      .toArray(),
  ).toEqual(
    normalization
      .apply(image.cast('float32').mean(2).reshape([1, 16, 2, 8]), { training: false })
      .toArray(),
  );
});
