// Configs that damaged files had: each once ended in something else than a FormatError.
import { FormatError, inspectFile, layers, loadTensors, modelFromJson, Sequential } from 'gradus';
import { hdf5, zip } from 'gradus/formats';
import { describe, expect, test } from 'vitest';

type Config = Record<string, unknown>;

/** A model's JSON with the configs of its layers changed. */
function jsonWith(change: (input: Config, dense: Config, lstm: Config) => void): string {
  const model = new Sequential([
    layers.input({ shape: [3, 2] }),
    layers.lstm(2),
    layers.dense(2, 'relu'),
  ]);
  const json = JSON.parse(model.toJson());
  const [input, lstm, dense] = json.config.layers.map((layer: Config) => layer.config);
  change(input, dense, lstm);
  return JSON.stringify(json);
}

describe('a config with', () => {
  test.each<[string, Parameters<typeof jsonWith>[0]]>([
    ['a shape that is no list', (input) => Object.assign(input, { batch_shape: { a: 1 } })],
    ['a flag that is an object', (_, dense) => Object.assign(dense, { trainable: { a: 1 } })],
    ['a name that is an object', (_, dense) => Object.assign(dense, { name: { toString: 1 } })],
    ['a size that is an object', (_, dense) => Object.assign(dense, { units: { valueOf: 1 } })],
    [
      'axes that are an object',
      (_, __, lstm) =>
        Object.assign(lstm.kernel_initializer as Config, { config: { input_axes: {} } }),
    ],
    ['an activation that is a list', (_, dense) => Object.assign(dense, { activation: [[null]] })],
    ['a type that is none', (input) => Object.assign(input, { dtype: { config: { name: [] } } })],
  ])('%s is refused', (_, change) => {
    expect(() => modelFromJson(jsonWith(change))).toThrow(FormatError);
  });

  test('nothing wrong is read', () => {
    expect(modelFromJson(jsonWith(() => {})).layers).toHaveLength(2);
  });
});

test('metadata of any kind are shown, not converted', async () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const array = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
  const archive = zip.encode([
    { name: 'metadata.json', data: text('{"keras_version": {"toString": 1}}') },
    { name: 'config.json', data: text('{"class_name": "Sequential", "config": {"name": {}}}') },
    {
      name: 'model.weights.h5',
      data: hdf5.encode({ children: new Map([['a', { array }]]) }),
    },
  ]);
  const file = await loadTensors(archive);
  expect(file.metadata.get('keras_version')).toBe('{"toString":1}');
  expect((await inspectFile(archive)).model).toMatchObject({ name: 'Sequential', layers: [] });
  await file.close();
});
