import { fromData, Input, layers, Model, type Tensor, tensor } from 'gradus';
import {
  activations,
  confusionMatrix,
  filters,
  gradCam,
  heatBox,
  heatImage,
  integratedGradients,
  mostConfusedPairs,
  occlusion,
  saliency,
} from 'gradus/explain';
import { describe, expect, test } from 'vitest';

/** Class 0 is how bright the upper left quarter of an image is, class 1 how bright the lower right one is. */
function corners(): Model {
  const x = Input({ shape: [8, 8, 1] });
  const maps = layers.conv2d(2, 1, { useBias: false, name: 'maps' });
  const pooled = layers.averagePooling2d(4, { name: 'pool' }).apply(maps.apply(x));
  const head = layers.dense(2, { activation: 'softmax', useBias: false, name: 'head' });
  const model = new Model({ inputs: x, outputs: head.apply(layers.flatten().apply(pooled)) });
  maps.kernel.assign(tensor([[[[1, 1]]]]));
  // Rows: upper left, upper right, lower left, lower right, each with two maps.
  head.kernel.assign(
    tensor([
      [4, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 4],
    ]),
  );
  return model;
}

/** Two bright squares of 2 x 2: at [1, 1] and at [5, 5]. */
function squares(): Tensor {
  const data = new Float32Array(64);
  for (const at of [1, 5]) {
    for (const y of [at, at + 1]) for (const x of [at, at + 1]) data[8 * y + x] = 1;
  }
  return fromData(data, [1, 8, 8, 1]);
}

const near = (heat: Tensor, y: number, x: number): number => Number(heat.dataSync()[8 * y + x]);

describe('where a network looks', () => {
  test('gradCam falls on what speaks for the class, and on the other thing for the other class', async () => {
    const x = Input({ shape: [8, 8, 1] });
    const maps = layers.conv2d(2, 1, { useBias: false, activation: 'relu' });
    const pooled = layers.globalAveragePooling2d().apply(maps.apply(x));
    const head = layers.dense(2, { useBias: false });
    const outputs = layers.softmax().apply(head.apply(pooled));
    const model = new Model({ inputs: x, outputs });
    // One map shows what is bright, the other what is dark, and each class is one of them.
    maps.kernel.assign(tensor([[[[1, -1]]]]));
    head.kernel.assign(
      tensor([
        [1, 0],
        [0, 1],
      ]),
    );
    const image = squares().toArray() as number[][][][];
    for (const row of image[0].slice(4)) for (const point of row) point[0] *= -1;
    const bright = await gradCam(model, tensor(image), { classIndex: 0 });
    expect([near(bright, 1, 1), near(bright, 5, 5), near(bright, 0, 4)]).toEqual([1, 0, 0]);
    const dark = await gradCam(model, tensor(image), { classIndex: 1 });
    expect([near(dark, 1, 1), near(dark, 5, 5), near(dark, 0, 4)]).toEqual([0, 1, 0]);
  });

  test('occlusion: hiding what speaks for a class makes it less likely, hiding the other thing more', async () => {
    for (const [classIndex, own, other] of [
      [0, 1, 5],
      [1, 5, 1],
    ]) {
      const drop = await occlusion(corners(), squares(), { classIndex, window: 2, stride: 1 });
      expect(near(drop, own, own)).toBeGreaterThan(0.05);
      expect(near(drop, other, other)).toBeLessThan(-0.05);
      expect(near(drop, 0, 7)).toBe(0);
    }
  });

  test('gradCam weighs maps by the mean slope: by hand', async () => {
    const model = corners();
    const heat = await gradCam(model, squares(), { classIndex: 0, layer: 'maps', resize: false });
    // Both maps are the image, and each slope is 4 / 16 on a quarter of 64 points: the map itself, scaled to 1.
    expect(heat.toArray()).toEqual(squares().reshape([1, 8, 8]).toArray());
    const sized = await gradCam(model, squares().squeeze(0));
    expect(sized.shape).toEqual([1, 8, 8]);
  });

  test('integrated gradients add up to the difference of the scores', async () => {
    const model = corners();
    const parts = await integratedGradients(model, squares(), { classIndex: 0, steps: 8 });
    // The mean of the upper left quarter is 4 / 16, times 4.
    expect(parts.sum().item()).toBeCloseTo(1, 5);
    expect(near(parts, 1, 1)).toBeCloseTo(0.25, 5);
    expect(near(parts, 5, 5)).toBe(0);
    const heat = await saliency(model, squares(), { classIndex: 1 });
    expect([near(heat, 5, 5), near(heat, 1, 1)]).toEqual([1, 0]);
  });

  test('a model with one sigmoid: class 1 and class 0 are opposite', async () => {
    const x = Input({ shape: [4, 4, 1] });
    const dense = layers.dense(1, { activation: 'sigmoid', useBias: false });
    const model = new Model({ inputs: x, outputs: dense.apply(layers.flatten().apply(x)) });
    dense.kernel.assign(tensor(Array.from({ length: 16 }, (_, i) => [i === 5 ? 2 : 0])));
    const image = fromData(new Float32Array(16).fill(1), [1, 4, 4, 1]);
    const [one, zero] = [
      await integratedGradients(model, image, { classIndex: 1 }),
      await integratedGradients(model, image, { classIndex: 0 }),
    ];
    expect(one.dataSync()[5]).toBeCloseTo(2, 5);
    expect(zero.dataSync()[5]).toBeCloseTo(-2, 5);
  });
});

test('activations and filters of a layer', async () => {
  const model = corners();
  const maps = await activations(model, squares(), 'maps');
  expect(maps.shape).toEqual([1, 8, 8, 2]);
  expect(maps.sum().item()).toBe(16);
  expect(filters(model, 'maps').toArray()).toEqual([[[[1, 1]]]]);
  expect(() => filters(model, 'pool')).toThrow('layer pool (AveragePooling2D) has no kernel');
  expect(() => filters(model, 'head')).toThrow('has a kernel [8, 2]');
});

describe('wrong use says what is wrong', () => {
  test.each([
    [
      'another size',
      (m: Model) => gradCam(m, fromData(new Float32Array(49), [1, 7, 7, 1])),
      'expected images',
    ],
    ['a class too many', (m: Model) => gradCam(m, squares(), { classIndex: 2 }), 'from 0 to 1'],
    ['no such layer', (m: Model) => gradCam(m, squares(), { layer: 'nose' }), "no layer 'nose'"],
    ['no maps', (m: Model) => gradCam(m, squares(), { layer: 'head' }), 'not maps'],
    ['no steps', (m: Model) => saliency(m, squares(), { steps: 0 }), 'steps must be'],
    [
      'a window too large',
      (m: Model) => occlusion(m, squares(), { window: 9 }),
      'larger than images',
    ],
  ])('%s', async (_, use, message) => {
    await expect(use(corners())).rejects.toThrow(message);
  });
});

test('confusion', () => {
  const confusion = confusionMatrix([0, 0, 1, 2, 2, 2], [0, 1, 1, 0, 0, 2]);
  expect(confusion).toEqual([
    [1, 1, 0],
    [0, 1, 0],
    [2, 0, 1],
  ]);
  expect(mostConfusedPairs(confusion, { classNames: ['cat', 'dog', 'owl'] })).toEqual([
    { classes: ['cat', 'owl'], count: 2, share: 0.4 },
    { classes: ['cat', 'dog'], count: 1, share: 1 / 3 },
  ]);
  expect(() => confusionMatrix([0], [0, 1])).toThrow('1 true classes but 2');
  expect(() => confusionMatrix([3], [0], 2)).toThrow('from 0 to 1, received 3');
});

test('a heat map over a photo: cold points are the photo, hot ones are red', () => {
  const photo = { width: 4, height: 2, channels: 3, data: new Uint8Array(24).fill(100) };
  const heat = { width: 4, height: 2, data: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 0.8) };
  const { width, data } = heatImage(photo, heat, { opacity: 1, beside: false });
  expect(width).toBe(4);
  expect([...data.subarray(0, 3)]).toEqual([100, 100, 100]);
  expect([...data.subarray(9, 12)]).toEqual([128, 0, 0]);
  expect(heatImage(photo, heat).width).toBe(8);
  expect(heatBox(heat)).toEqual({ x: 0.75, y: 0, width: 0.25, height: 1 });
  expect(() => heatBox({ width: 1, height: 1, data: Float32Array.of(0) })).toThrow('above 0');
});
