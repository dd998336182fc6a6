import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { resetNames } from '../config/index.ts';
import {
  Input,
  type KerasTensor,
  Layer,
  layers,
  Model,
  modelFromJson,
  random,
  Sequential,
  type Tensor,
} from '../index.ts';
import { layerNames } from '../layers/index.ts';

beforeEach(resetNames);

const folder = '../shared/conformance/keras/files';
const there = existsSync(folder);
const files = there ? readdirSync(folder).filter((name) => name.endsWith('.model.json')) : [];

/** The parts of a file that a loader depends on: not what Keras adds to them by the way. */
function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence);
  if (typeof value !== 'object' || value === null) return value;
  const skipped = [
    'renorm',
    'renorm_clipping',
    'renorm_momentum',
    'build_config',
    'compile_config',
    'module',
    'registered_name',
    'quantization_config',
  ];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, part]) => part !== null && !skipped.includes(key))
      .map(([key, part]) => [key, essence(part)]),
  );
}

describe.skipIf(!there)("Keras' JSON (needs ../shared)", () => {
  const known = new Set([...layerNames(), 'Functional', 'Sequential']);
  const classesIn = (json: string): string[] =>
    [...json.matchAll(/"keras.layers", "class_name": "(\w+)"/g)].map(([, name]) => name);

  test.for(files)('%s is read and written again', (name, { skip }) => {
    const json = readFileSync(`${folder}/${name}`, 'utf8');
    const missing = classesIn(json).filter((layer) => !known.has(layer));
    if (missing.length) skip(`there is no layer ${missing.join(', ')} yet`);
    const model = modelFromJson(json);
    const written = JSON.parse(model.toJson());
    expect(essence(written)).toEqual(essence(JSON.parse(json)));
    expect(JSON.parse(modelFromJson(model.toJson()).toJson())).toEqual(written);
  });
});

/** Two models must compute the same with the same weights. */
async function expectTwin(model: Model, inputs: Tensor | readonly Tensor[]): Promise<void> {
  const twin = modelFromJson(model.toJson());
  twin.setWeights(model.getWeights());
  const [a, b] = await Promise.all([model, twin].map((m) => m.predict(inputs, { verbose: 0 })));
  expect([b].flat().map((y: Tensor) => y.toArray())).toEqual(
    [a].flat().map((y: Tensor) => y.toArray()),
  );
}

describe('functional models', () => {
  test('with shared layers, several inputs and a model inside', async () => {
    const a = Input({ shape: [4], name: 'a' });
    const b = Input({ shape: [4], name: 'b' });
    const encoder = new Sequential([layers.dense(5, 'relu'), layers.dense(3)], { name: 'encoder' });
    const [left, right] = [encoder.apply(a), encoder.apply(b)];
    const head = layers.dense(2, { name: 'head' });
    const model = new Model({
      inputs: { a, b },
      outputs: [head.apply(left), head.apply(right)],
      name: 'siamese',
    });
    expect(model.layers.map(({ name }) => name)).toEqual(['a', 'b', 'encoder', 'head']);
    expect(model.weights).toHaveLength(6);
    expect(model.outputNames).toEqual(['head', 'head_1']);
    const x = random.uniform([3, 4], { seed: 1 });
    const [first, second] = model.apply({ b: x, a: x }) as unknown as Tensor[];
    expect(first.toArray()).toEqual(second.toArray());
    await expectTwin(model, [x, x]);
  });

  test('cut at a layer give what the layer gives', () => {
    const model = new Sequential([
      Input({ shape: [4] }),
      layers.dense(5, { activation: 'relu', name: 'features' }),
      layers.dense(2),
    ]);
    const cut = new Model({
      inputs: model.inputs,
      outputs: model.getLayer('features').output as KerasTensor,
    });
    const x = random.uniform([3, 4], { seed: 1 });
    expect(cut.apply(x).toArray()).toEqual((model.layers[0].apply(x) as Tensor).toArray());
    // The other half, from the middle on.
    const rest = new Model({
      inputs: model.getLayer('features').output as KerasTensor,
      outputs: model.outputs[0],
    });
    expect(rest.apply(cut.apply(x)).toArray()).toEqual(model.apply(x).toArray());
    expect(rest.weights.map(({ shape }) => shape)).toEqual([[5, 2], [2]]);
  });

  test('that miss an input say which', () => {
    const [a, b] = [Input({ shape: [4], name: 'a' }), Input({ shape: [4], name: 'b' })];
    const out = layers.dense(2).apply(b);
    expect(() => new Model({ inputs: a, outputs: out })).toThrow(
      "the outputs need 'b', which is not among the inputs (a)",
    );
  });

  test('name the layer whose input does not fit', () => {
    const model = new Sequential([Input({ shape: [4], name: 'pixels' }), layers.dense(2)]);
    expect(() => model.apply(random.uniform([3, 5]))).toThrow(
      "sequential: input 'pixels' expects shape [batch, 4], received [3, 5]",
    );
  });
});

describe('a file', () => {
  test('of an unknown class says what to do', () => {
    class Twice extends Layer {
      override call(x: Tensor): Tensor {
        return x.mul(2);
      }
    }
    const model = new Sequential([Input({ shape: [2] }), new Twice()]);
    const json = model.toJson();
    expect(() => modelFromJson(json)).toThrow(/unknown layer 'Twice'.*customObjects: \{ Twice \}/);
    const read = modelFromJson(json, { customObjects: { Twice } });
    expect(read.apply(random.uniform([1, 2], { seed: 3 })).shape).toEqual([1, 2]);
  });

  test('with a loop is refused', () => {
    const x = Input({ shape: [2], name: 'x' });
    const d = layers.dense(2, { name: 'd' });
    const file = JSON.parse(new Model({ inputs: x, outputs: d.apply(x) }).toJson());
    file.config.layers[1].inbound_nodes[0].args[0].config.keras_history = ['d', 0, 0];
    expect(() => modelFromJson(JSON.stringify(file))).toThrow(
      'the graph has a loop or a missing link at d',
    );
  });
});
