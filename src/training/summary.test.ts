import { beforeEach, describe, expect, test } from 'vitest';
import '../backends/index.ts';
import '../ops/methods.ts';
import { resetNames } from '../config/index.ts';
import * as layers from '../layers/index.ts';
import { Model, Sequential } from './index.ts';
import { kerasSummaries } from './keras-summaries.golden.ts';

const { Input } = layers;
type KerasTensor = layers.KerasTensor;

beforeEach(resetNames);

function summaryOf(model: Model, options: Parameters<Model['summary']>[0] = {}): string {
  let text = '';
  model.summary({ ...options, printFn: (printed) => (text += printed) });
  return text.trimEnd();
}

const mnist = (): Sequential =>
  new Sequential([
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.dropout(0.25),
    layers.flatten(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dropout(0.5),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);

describe('summary prints what Keras prints', () => {
  test('a chain of layers', () => {
    expect(summaryOf(mnist())).toBe(kerasSummaries.mnist);
  });

  test('a line of 60 characters', () => {
    expect(summaryOf(mnist(), { lineLength: 60 })).toBe(kerasSummaries.narrow);
  });

  test('before and after the weights exist', () => {
    const model = new Sequential([layers.dense(4), layers.batchNormalization(), layers.dense(2)]);
    expect(summaryOf(model)).toBe(kerasSummaries.unbuilt);
    model.build([null, 3]);
    expect(summaryOf(model)).toBe(kerasSummaries.built);
  });

  test('a layer that is used twice', () => {
    const x = Input({ shape: [5] });
    const dense = layers.dense(5);
    const model = new Model({ inputs: x, outputs: dense.apply(dense.apply(x)) });
    expect(summaryOf(model)).toBe(kerasSummaries.shared);
  });

  test('with the state of the optimizer', () => {
    const model = mnist().compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
    expect(summaryOf(model)).toBe(kerasSummaries.mnist);
    model.optimizer.build(model.trainableWeights);
    expect(summaryOf(model)).toBe(kerasSummaries.compiled);
    model.layers[0].trainable = false;
    expect(summaryOf(model, { showTrainable: true })).toBe(kerasSummaries.trainable);
  });

  test('branches, and a model inside the model', () => {
    const x = Input({ shape: [32, 32, 3] });
    const conv = layers.conv2d(16, 3, { padding: 'same' }).apply(x);
    const left = layers.batchNormalization().apply(conv);
    const right = layers.conv2d(16, 1).apply(x);
    const pooled = layers.globalAveragePooling2d().apply(layers.add().apply([left, right]));
    const head = new Sequential([layers.dense(8, 'relu'), layers.dense(4)], { name: 'head' });
    const first = head.apply(pooled);
    const second = head.apply(layers.rescaling(2).apply(pooled));
    const name = 'a_rather_long_name_for_a_layer_here';
    const both = layers.concatenate({ name }).apply([first, second]);
    const model = new Model({ inputs: x, outputs: [both, first], name: 'branches' });
    expect(summaryOf(model)).toBe(kerasSummaries.functional);
    expect(summaryOf(model, { expandNested: true })).toBe(kerasSummaries.nested);
    expect(summaryOf(model, { lineLength: 100, showTrainable: true })).toBe(
      kerasSummaries.narrowTrainable,
    );
  });

  test('a class with layers in fields', () => {
    class My extends Model {
      a = layers.dense(4);
      b = layers.dense(2);
    }
    expect(summaryOf(new My())).toBe(kerasSummaries.subclass);
  });
});

test('a model draws its layers', async () => {
  const input = Input({ shape: [4], name: 'in' });
  const hidden = layers.dense({ units: 3, name: 'hidden' }).apply(input) as KerasTensor;
  const sum = layers.concatenate({ name: 'both' }).apply([input, hidden]) as KerasTensor;
  const svg = await (await new Model({ inputs: input, outputs: sum }).plot()).toSvg();
  for (const text of ['in (InputLayer)', 'hidden (Dense)', '(None, 3), 15', '(None, 7)']) {
    expect(svg).toContain(`>${text}<`);
  }
  const chain = new Sequential([layers.input({ shape: [4] }), layers.dense({ units: 2 })]);
  expect(await (await chain.plot()).toSvg()).toContain('(None, 2), 10');
});
