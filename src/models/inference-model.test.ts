import { expect, test } from 'vitest';
import { dense, Input, type KerasTensor, layerNormalization } from '../layers/index.ts';
import * as ops from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Model } from '../training/index.ts';
import { inferenceModel, MobileNet, MobileNetV2, ResNet50, SqueezeNet, VGG16 } from './index.ts';

/** Normalizations as after a training: nothing is 0 or 1. */
function disturb(model: Model): void {
  ops.setSeed(7);
  for (const weight of model.weights) {
    if (weight.rank !== 1) continue;
    const positive = /gamma|variance/.test(weight.name);
    const options = positive ? { minval: 0.5, maxval: 1.5 } : { minval: -0.3, maxval: 0.3 };
    weight.assign(ops.random.uniform(weight.shape, options));
  }
}

const largest = (x: Tensor): number =>
  Math.max(...Array.from(x.dataSync(), (v) => Math.abs(Number(v))));

const small = { weights: null, inputShape: [33, 40, 3], classes: 7 } as const;
const makers: [string, () => Model, number][] = [
  ['MobileNet', () => MobileNet({ ...small, alpha: 0.25 }), 32],
  ['MobileNetV2', () => MobileNetV2({ ...small, alpha: 0.35 }), 65],
  ['ResNet50', () => ResNet50({ ...small, classifierActivation: null }), 74],
  ['SqueezeNet', () => SqueezeNet({ ...small, inputShape: [64, 64, 3] }), 40],
];

test.each(makers)('%s computes the same in fewer layers', (_, make, layers) => {
  const model = make();
  disturb(model);
  const fast = inferenceModel(model);
  expect(fast.layers).toHaveLength(layers);
  const x = ops.random.normal([2, ...(model.inputs[0].shape.slice(1) as number[])], { seed: 3 });
  const [expected, received] = [model.apply(x), fast.apply(x)];
  expect(received.shape).toEqual(expected.shape);
  expect(largest(received.sub(expected))).toBeLessThan(1e-5 * Math.max(1, largest(expected)));
});

test('logits are what the softmax gets, be it a layer or a part of one', () => {
  for (const model of [
    MobileNet({ ...small, alpha: 0.25 }),
    MobileNetV2({ ...small, alpha: 0.35 }),
  ]) {
    disturb(model);
    const x = ops.random.normal([1, 33, 40, 3], { seed: 4 });
    const logits = inferenceModel(model, { logits: true }).apply(x);
    expect(largest(ops.softmax(logits).sub(model.apply(x)))).toBeLessThan(1e-5);
  }
});

test('weights that need no folding are shared', () => {
  const model = VGG16({ weights: null, includeTop: false, inputShape: [32, 32, 3] });
  const fast = inferenceModel(model);
  expect(new Set(fast.weights)).toEqual(new Set(model.weights));
});

test('the model itself stays as it was, in training too', () => {
  const model = MobileNet({ ...small, alpha: 0.25 });
  const names = model.weights.map(({ path }) => path);
  const json = model.toJson();
  inferenceModel(model);
  expect(model.weights.map(({ path }) => path)).toEqual(names);
  expect(model.toJson()).toBe(json);
});

test('a tensor that two layers want is not folded away', () => {
  const x = Input({ shape: [4] });
  const hidden = dense(4).apply(x);
  const normalized = layerNormalization().apply(hidden) as KerasTensor;
  const model = new Model({ inputs: x, outputs: [hidden, normalized] });
  const input = ops.random.normal([3, 4], { seed: 1 });
  const [a, b] = model.call(input) as [Tensor, Tensor];
  const [c, d] = inferenceModel(model).call(input) as [Tensor, Tensor];
  expect(largest(a.sub(c)) + largest(b.sub(d))).toBe(0);
});

test('a model without a graph is refused', () => {
  class Own extends Model {
    out = dense(2);
    override call(x: Tensor) {
      return this.out.apply(x);
    }
  }
  expect(() => inferenceModel(new Own())).toThrow(/call of its own/);
});
