import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '#platform';
import { zeros } from '../ops/index.ts';
import { ShapeError, ValueError } from '../tensor/index.ts';
import type { Model } from '../training/index.ts';
import { kerasApplications } from './applications.golden.ts';
import * as models from './index.ts';
import { md5 } from './md5.ts';
import { openPublished } from './published-file.ts';

const { VGG16, VGG19, ResNet50, MobileNet, MobileNetV2, EfficientNetLite0, SqueezeNet, LeNet5 } =
  models;
const byName = { VGG16, VGG19, ResNet50, MobileNet, MobileNetV2 };

/** Layers as tools/keras-applications.py writes them. */
function layersOf(model: Model): string {
  const lines = model.layers.map((layer, i) => {
    const { shape } = layer.output as { shape: readonly (number | null)[] };
    const name = i === 0 ? 'input_layer' : layer.name;
    const dims = shape.map((n) => n ?? '?').join('x');
    return `${name} ${layer.className} ${dims} ${layer.countParams()}`;
  });
  return lines.join('\n');
}

describe('layer by layer as in keras.applications', () => {
  // The fully connected layers of VGG alone are half a gigabyte each; one of them will do.
  const cases = kerasApplications.filter(({ architecture }) => architecture !== 'VGG19');
  test.each(cases)('$architecture $options', async (golden) => {
    const make = byName[golden.architecture];
    const model = make({ ...golden.options, weights: null } as { weights: null });
    expect(model.name).toBe(golden.name);
    expect(model.layers).toHaveLength(golden.layers);
    expect(model.countParams()).toBe(golden.parameters);
    expect(await sha256(new TextEncoder().encode(layersOf(model)))).toBe(golden.sha256);
  });
});

test('VGG19 has three more convolutions than VGG16', () => {
  const model = VGG19({ weights: null, includeTop: false, inputShape: [64, 64, 3] });
  expect(model.countParams()).toBe(20_024_384);
});

test.each([
  ['EfficientNetLite0', EfficientNetLite0, 4_694_024],
  ['SqueezeNet', SqueezeNet, 1_248_424],
] as const)('%s has the published number of parameters', (_, make, parameters) => {
  expect(make({ weights: null }).countParams()).toBe(parameters);
});

test("LeNet-5 has the paper's numbers of parameters where all maps are connected", () => {
  expect(LeNet5().countParams()).toBe(61_706);
  expect(LeNet5({ inputShape: [32, 32, 1] }).countParams()).toBe(61_706);
  const features = LeNet5({ includeTop: false }).apply(zeros([2, 28, 28, 1]));
  expect(features.shape).toEqual([2, 5, 5, 16]);
});

test.each(['.weights.h5', '.safetensors'])('weights come from a file (%s)', async (end) => {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-weights-'));
  try {
    const options = { inputShape: [32, 32, 3], alpha: 0.25, classes: 4 } as const;
    const model = MobileNet({ ...options, weights: null });
    const path = join(folder, `small${end}`);
    await model.saveWeights(path);
    const again = await MobileNet({ ...options, weights: path });
    const weightsOf = ({ weights }: Model) => weights.map((weight) => [...weight.dataSync()]);
    expect(weightsOf(again)).toEqual(weightsOf(model));
    await expect(MobileNet({ ...options, alpha: 0.5, weights: path })).rejects.toThrow(
      /shape|does not fit/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('pooling makes features of images of any size', () => {
  const base = MobileNetV2({ weights: null, includeTop: false, pooling: 'avg', alpha: 0.35 });
  expect(base.apply(zeros([1, 64, 40, 3])).shape).toEqual([1, 1280]);
});

describe('what cannot be built says why', () => {
  const wrong: [string, () => unknown, RegExp][] = [
    ['too small', () => VGG16({ weights: null, inputShape: [31, 64, 3] }), /at least 32 x 32/],
    ['no size', () => ResNet50({ weights: null, inputShape: [null, null, 3] }), /must be known/],
    ['classes', () => ResNet50({ classes: 10 }), /tell 1000 classes apart, received classes: 10/],
    ['pooling', () => VGG16({ weights: null, pooling: 'mean' as 'avg' }), /'avg', 'max' or null/],
    ['channels', () => VGG16({ weights: null, inputShape: [64, 64] as never }), /height, width/],
  ];
  test.each(wrong)('%s', (_, make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  test('weights that were published without a sum are not fetched', async () => {
    await expect(MobileNet({ alpha: 0.25 })).rejects.toThrow(/no checksum was published/);
    await expect(MobileNet({ alpha: 0.3 })).rejects.toThrow(/alpha 0.25, 0.5, 0.75 and 1/);
  });

  test('files that are on mirrors alone ask for one', async () => {
    const file = { key: 'none/x.bin', urls: [], size: 3, sha256: '0'.repeat(64) };
    await expect(openPublished(file, { mirror: null })).rejects.toThrow(/GRADUS_HUB_MIRROR/);
  });
});

describe('preprocessInput', () => {
  const image = zeros([1, 1, 1, 3]).add([10, 20, 255]);
  const read = (x: { dataSync(): ArrayLike<number> }) =>
    Array.from(x.dataSync(), (v) => Math.fround(v));

  test('as in Keras', () => {
    expect(read(models.mobilenet.preprocessInput(image))[2]).toBe(1);
    const caffe = read(models.vgg16.preprocessInput(image));
    for (const [i, value] of [255 - 103.939, 20 - 116.779, 10 - 123.68].entries()) {
      expect(caffe[i]).toBeCloseTo(value, 4);
    }
    expect(read(models.efficientnetLite.preprocessInput(image))[2]).toBe(1);
    expect(read(models.squeezenet.preprocessInput(image))).toEqual([151, -97, -113]);
    expect(() => models.vgg16.preprocessInput(zeros([2, 2, 1]))).toThrow(ShapeError);
  });
});

test('the best scores come first, of equal ones the first class', () => {
  expect(models.bestOf([0.1, 0.5, 0.2, 0.5], 3)).toEqual([
    [1, 0.5],
    [3, 0.5],
    [2, 0.2],
  ]);
});

describe('MD5 (RFC 1321, A.5)', () => {
  const sums: [string, string][] = [
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      '57edf4a22be3c955ac49da2e2107b67a',
    ],
  ];
  test.each(sums)('of %j', async (text, sum) => {
    const bytes = new TextEncoder().encode(text);
    for (const size of [7, 64, 1000]) {
      const chunks = async function* () {
        for (let i = 0; i < bytes.length; i += size) yield bytes.slice(i, i + size);
      };
      expect(await md5({ size: bytes.length, chunks })).toBe(sum);
    }
  });
});
