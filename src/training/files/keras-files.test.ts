import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hdf5, sourceOf, zip } from 'gradus/formats';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../../test/fuzz.ts';
import { resetNames } from '../../config/index.ts';
import {
  FormatError,
  fromData,
  Input,
  Layer,
  layers,
  loadModel,
  Model,
  modelFromJson,
  optimizers,
  random,
  Sequential,
  setSeed,
  type Tensor,
} from '../../index.ts';
import type { KerasTensor } from '../../layers/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'gradus-keras-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  resetNames();
  setSeed(1);
});

const x = () => random.uniform([8, 6, 6, 1], { seed: 2 });
const y = () =>
  fromData(
    Int32Array.from({ length: 8 }, (_, i) => i % 3),
    [8],
  );

function network(): Sequential {
  return new Sequential([
    Input({ shape: [6, 6, 1] }),
    layers.conv2d(4, 3, { activation: 'relu' }),
    layers.batchNormalization(),
    layers.flatten(),
    layers.dense(3, 'softmax'),
  ]).compile({
    optimizer: optimizers.adam(0.01),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
}

async function trained(): Promise<Sequential> {
  const model = network();
  await model.fit(x(), y(), { epochs: 2, batchSize: 4, verbose: 0 });
  return model;
}

const file = (name: string): string => join(folder, name);
const bytesOf = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(file(name)));
const values = (tensors: readonly Tensor[]): unknown => tensors.map((t) => t.toArray());

describe.each(['.h5', '.keras'])('%s', (extension) => {
  test('a training goes on as if it had not stopped', async () => {
    const model = await trained();
    await model.save(file(`a${extension}`));
    const loaded = await loadModel(file(`a${extension}`));
    expect(values(loaded.weights)).toEqual(values(model.weights));
    expect(values(loaded.optimizer.variables)).toEqual(values(model.optimizer.variables));
    expect(loaded.trainingState).toEqual(model.trainingState);
    const [a, b] = await Promise.all(
      [model, loaded].map((m) =>
        m.fit(x(), y(), { epochs: 4, initialEpoch: 2, batchSize: 4, verbose: 0 }),
      ),
    );
    expect(b.history).toEqual(a.history);
    expect(values(loaded.weights)).toEqual(values(model.weights));
  });

  test('the same training gives the same bytes', async () => {
    await (await trained()).save(file(`one${extension}`));
    resetNames();
    setSeed(1);
    await (await trained()).save(file(`two${extension}`));
    expect(await bytesOf(`one${extension}`)).toEqual(await bytesOf(`two${extension}`));
  });

  test('bytes and Blobs are files, too', async () => {
    const model = network();
    await model.save(file(`b${extension}`));
    const bytes = await bytesOf(`b${extension}`);
    for (const source of [
      bytes,
      bytes.buffer as ArrayBuffer,
      new Blob([bytes as Uint8Array<ArrayBuffer>]),
    ]) {
      expect(values((await loadModel(source)).weights)).toEqual(values(model.weights));
    }
  });

  test('without compile there is no optimizer', async () => {
    await (await trained()).save(file(`c${extension}`));
    expect((await loadModel(file(`c${extension}`), { compile: false })).compiled).toBe(false);
  });

  test('graphs, models inside models, shared and recurrent layers, wrappers', async () => {
    const base = new Sequential([Input({ shape: [5, 3] }), layers.bidirectional(layers.lstm(2))], {
      name: 'base',
    });
    const inputs = [Input({ shape: [5, 3], name: 'a' }), Input({ shape: [5, 3], name: 'b' })];
    const shared = layers.spectralNormalization(layers.dense(4));
    const outs = inputs.map((one) => shared.apply(base.apply(one)));
    const seen = layers.multiHeadAttention({ numHeads: 2, keyDim: 2 }).apply(inputs) as KerasTensor;
    const both = layers.concatenate().apply([...outs, layers.flatten().apply(seen)]) as KerasTensor;
    const model = new Model({ inputs, outputs: layers.dense(2).apply(both) });
    await model.save(file(`d${extension}`));
    const data = [3, 4].map((seed) => random.uniform([2, 5, 3], { seed }));
    const loaded = await loadModel(file(`d${extension}`));
    expect(((await loaded.predict(data, { verbose: 0 })) as Tensor).toArray()).toEqual(
      ((await model.predict(data, { verbose: 0 })) as Tensor).toArray(),
    );
    expect(loaded.toJson()).toBe(model.toJson());
  });

  test('weights beyond the budget are refused before memory is taken', async () => {
    await network().save(file(`e${extension}`));
    const bytes = await bytesOf(`e${extension}`);
    await expect(loadModel(bytes, { maxBytes: bytes.length })).resolves.toBeInstanceOf(Model);
    await expect(loadModel(bytes, { maxBytes: 500 })).rejects.toThrow('maxBytes');
  });
});

describe('Keras’ layouts', () => {
  test('.h5 lists weights by layers, .weights.h5 numbers them', async () => {
    const model = await trained();
    await model.save(file('layout.h5'));
    await model.saveWeights(file('layout.weights.h5'));
    const old = await hdf5.open(sourceOf(await bytesOf('layout.h5')));
    expect([...old.attributes.keys()].sort()).toEqual([
      'backend',
      'gradus_training',
      'keras_version',
      'model_config',
      'training_config',
    ]);
    const group = await old.group('model_weights');
    expect(group.attributes.get('layer_names')).toEqual([
      'conv2d',
      'batch_normalization',
      'flatten',
      'dense',
    ]);
    expect((await group.group('dense')).attributes.get('weight_names')).toEqual([
      'sequential/dense/kernel',
      'sequential/dense/bias',
    ]);
    const config = JSON.parse(old.attributes.get('model_config') as string);
    expect(config.config.layers[1]).not.toHaveProperty('module');
    const now = await hdf5.open(sourceOf(await bytesOf('layout.weights.h5')));
    expect((await now.dataset('layers/batch_normalization/vars/3')).shape).toEqual([4]);
    expect((await now.dataset('optimizer/vars/0')).dtype).toBe('int64');
  });

  test('.keras has three members without dates', async () => {
    await network().save(file('members.keras'));
    const archive = await zip.open(sourceOf(await bytesOf('members.keras')));
    expect([...archive.members.keys()]).toEqual([
      'metadata.json',
      'config.json',
      'model.weights.h5',
    ]);
    expect(new TextDecoder().decode(await archive.read('metadata.json'))).not.toMatch(/date/);
  });

  test('weights files fit a model of the same layers, whatever they are called', async () => {
    const model = await trained();
    for (const name of ['w.weights.h5', 'w.h5']) {
      await model.saveWeights(file(name));
      const other = network();
      await other.loadWeights(file(name));
      expect(values(other.weights)).toEqual(values(model.weights));
    }
  });

  test('byName takes what is there, skipMismatch leaves what does not fit', async () => {
    const model = await trained();
    await model.saveWeights(file('names.h5'));
    resetNames();
    const other = new Sequential([
      Input({ shape: [6, 6, 1] }),
      layers.conv2d(4, 3),
      layers.flatten(),
      layers.dense(5, { name: 'dense' }),
    ]);
    const [, , kernel] = values(other.weights) as unknown[];
    await expect(other.loadWeights(file('names.h5'), { byName: true })).rejects.toThrow(
      "the weight 'sequential/dense/kernel' has another shape in the file",
    );
    await other.loadWeights(file('names.h5'), { byName: true, skipMismatch: true });
    expect(values(other.weights.slice(0, 2))).toEqual(values(model.weights.slice(0, 2)));
    expect(other.weights[2].toArray()).toEqual(kernel);
    await expect(other.loadWeights(file('names.h5'))).rejects.toThrow('another number of layers');
  });
});

/** An .h5 file as older versions of Keras wrote it. */
function oldFile(
  config: object,
  version: string,
  weights: Record<string, Record<string, { shape: number[]; data: Float32Array }>>,
  backend = 'tensorflow',
): Uint8Array {
  const datasets = Object.entries(weights).flatMap(([layer, own]) =>
    Object.entries(own).map(
      ([name, { shape, data }]) =>
        [
          `model_weights/${layer}/${name}`,
          { array: { dtype: 'float32' as const, shape, data } },
        ] as const,
    ),
  );
  const names = Object.entries(weights).map(
    ([layer, own]) => [`model_weights/${layer}`, { weight_names: Object.keys(own) }] as const,
  );
  const root = { model_config: JSON.stringify(config), keras_version: version };
  const list = { layer_names: Object.keys(weights), backend, keras_version: version };
  return hdf5.encode(hdf5.groupsOf(datasets, [['', root], ['model_weights', list], ...names]));
}

const ramp = (...shape: number[]): { shape: number[]; data: Float32Array } => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

describe('old files', () => {
  test('Keras 1: options, order of axes and kernels of Theano', async () => {
    const config = {
      class_name: 'Sequential',
      config: [
        {
          class_name: 'Convolution2D',
          config: {
            ...{
              name: 'conv',
              nb_filter: 2,
              nb_row: 2,
              nb_col: 2,
              border_mode: 'valid',
              subsample: [1, 1],
            },
            ...{ init: 'glorot_uniform', activation: 'linear', dim_ordering: 'th', bias: true },
            ...{ batch_input_shape: [null, 3, 4, 4], W_regularizer: null, input_dtype: 'float32' },
          },
        },
        { class_name: 'Dropout', config: { name: 'drop', p: 0.25 } },
        { class_name: 'Flatten', config: { name: 'flat' } },
        {
          class_name: 'Dense',
          config: {
            name: 'out',
            output_dim: 2,
            init: 'uniform',
            activation: 'relu',
            input_dim: 18,
          },
        },
      ],
    };
    const weights = {
      conv: { W: ramp(2, 3, 2, 2), b: ramp(2) },
      out: { W: ramp(18, 2), b: ramp(2) },
    };
    const plain = await loadModel(oldFile(config, '1.2.2', weights));
    expect(plain.layers.map(({ className }) => className)).toEqual([
      'Conv2D',
      'Dropout',
      'Flatten',
      'Dense',
    ]);
    // Filter 1, channel 2, row 0, column 1.
    const at = (model: Model): number => (model.weights[0].toArray() as number[][][][])[0][1][2][1];
    expect(at(plain)).toBe(((1 * 3 + 2) * 2 + 0) * 2 + 1);
    const turned = await loadModel(oldFile(config, '1.2.2', weights, 'theano'));
    expect(at(turned)).toBe(((1 * 3 + 2) * 2 + 1) * 2 + 0);
    expect(
      ((await plain.predict(random.uniform([1, 3, 4, 4]), { verbose: 0 })) as Tensor).shape,
    ).toEqual([1, 2]);
  });

  test('Keras 1: twelve arrays of an LSTM', async () => {
    const config = {
      class_name: 'Sequential',
      config: [
        {
          class_name: 'LSTM',
          config: {
            ...{
              name: 'l',
              output_dim: 1,
              batch_input_shape: [null, 4, 1],
              inner_activation: 'hard_sigmoid',
            },
            ...{
              activation: 'tanh',
              inner_init: 'orthogonal',
              forget_bias_init: 'one',
              consume_less: 'cpu',
            },
          },
        },
      ],
    };
    const arrays = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `w${String(i).padStart(2, '0')}`,
        { shape: i % 3 === 2 ? [1] : [1, 1], data: Float32Array.of(i) },
      ]),
    );
    const model = await loadModel(oldFile(config, '1.1.0', { l: arrays }));
    expect(values(model.weights)).toEqual([[[0, 6, 3, 9]], [[1, 7, 4, 10]], [2, 8, 5, 11]]);
    const [lstm] = model.layers as unknown as { cell: { getConfig(): Record<string, unknown> } }[];
    expect(JSON.stringify(lstm.cell.getConfig())).toMatch(/legacy/i);
  });

  test('Keras 2: layers for cuDNN, the old decay of the learning rate', async () => {
    const config = {
      class_name: 'Sequential',
      config: {
        name: 'm',
        layers: [
          {
            class_name: 'CuDNNLSTM',
            config: { name: 'l', units: 1, batch_input_shape: [null, 4, 2], dtype: 'float32' },
          },
        ],
      },
    };
    const weights = { l: { k: ramp(2, 4), r: ramp(1, 4), b: ramp(8) } };
    const model = await loadModel(oldFile(config, '2.2.4', weights));
    expect(values(model.weights)).toEqual([
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ],
      [[0, 1, 2, 3]],
      [4, 6, 8, 10],
    ]);
  });

  test('Keras 2: lists as nodes, values in calls, models inside', async () => {
    const dense = (name: string, nodes: unknown) => ({
      ...{ class_name: 'Dense', name, config: { name, units: 2, activation: 'linear' } },
      inbound_nodes: nodes,
    });
    const input = (name: string) => ({
      ...{ class_name: 'InputLayer', name, inbound_nodes: [] },
      config: {
        name,
        batch_input_shape: [null, 2],
        dtype: 'float32',
        sparse: false,
        ragged: false,
      },
    });
    const inner = {
      ...{ class_name: 'Functional', name: 'inner' },
      config: {
        name: 'inner',
        layers: [input('i'), dense('d', [[['i', 0, 0, {}]]])],
        input_layers: [['i', 0, 0]],
        output_layers: [['d', 0, 0]],
      },
      inbound_nodes: [[['x', 0, 0, {}]]],
    };
    const add = {
      ...{
        class_name: 'Add',
        name: 'add',
        config: { name: 'add', trainable: true, dtype: 'float32' },
      },
      inbound_nodes: [
        [
          ['inner', 1, 0, {}],
          ['x', 0, 0, {}],
        ],
      ],
    };
    const config = {
      class_name: 'Model',
      keras_version: '2.4.0',
      config: {
        name: 'outer',
        layers: [input('x'), inner, add],
        input_layers: [['x', 0, 0]],
        output_layers: [['add', 0, 0]],
      },
    };
    const model = modelFromJson(JSON.stringify(config));
    expect(((await model.predict(random.uniform([3, 2]), { verbose: 0 })) as Tensor).shape).toEqual(
      [3, 2],
    );
    expect(model.layers.map(({ name }) => name)).toEqual(['x', 'inner', 'add']);
  });
});

describe('refuses', () => {
  const withLayer = (layer: object): string =>
    JSON.stringify({
      class_name: 'Sequential',
      config: {
        name: 's',
        layers: [
          { class_name: 'InputLayer', config: { batch_shape: [null, 4], name: 'i' } },
          layer,
        ],
      },
    });
  test.each([
    [
      'Lambda',
      { class_name: 'Lambda', config: { name: 'l', function: 'x' } },
      "unknown layer 'Lambda'",
    ],
    [
      'TFSMLayer',
      { class_name: 'TFSMLayer', config: { filepath: '/etc/passwd' } },
      "unknown layer 'TFSMLayer'",
    ],
    ['a prototype', { class_name: 'constructor', config: {} }, "unknown layer 'constructor'"],
    ['sizes below 0', { class_name: 'Dense', config: { name: 'd', units: -1 } }, 'units'],
    [
      'unknown options',
      { class_name: 'Dense', config: { name: 'd', units: 1, code: 'x' } },
      "unknown option 'code'",
    ],
    [
      'functions',
      { class_name: 'Dense', config: { name: 'd', units: 1, activation: 'os.system' } },
      'os.system',
    ],
  ])('%s', (_, layer, message) => {
    const load = (): Model => modelFromJson(withLayer(layer));
    expect(load).toThrow(FormatError);
    expect(load).toThrow(message);
  });

  test('keys that reach into objects, deep nesting, weights without end', () => {
    expect(() => modelFromJson('{"__proto__": {}}')).toThrow("the key '__proto__' is not allowed");
    expect(() => modelFromJson(`${'{"config":'.repeat(500)}1${'}'.repeat(500)}`)).toThrow(
      'nested deeper',
    );
    const huge = withLayer({ class_name: 'Dense', config: { name: 'd', units: 2 ** 40 } });
    expect(() => modelFromJson(huge)).toThrow('more memory than is allowed (maxBytes)');
  });

  test('names the way out for own classes, and takes it', async () => {
    class Twice extends Layer {
      call(x: Tensor): Tensor {
        return x.mul(2);
      }
    }
    const model = new Sequential([Input({ shape: [2] }), new Twice()]);
    await model.save(file('own.keras'));
    await expect(loadModel(file('own.keras'))).rejects.toThrow('customObjects: { Twice }');
    const loaded = await loadModel(file('own.keras'), { customObjects: { Twice } });
    expect(((await loaded.predict([[1, 2]], { verbose: 0 })) as Tensor).toArray()).toEqual([
      [2, 4],
    ]);
  });

  test('what a name’s end does not tell', async () => {
    await expect(network().save(file('a.bin'))).rejects.toThrow('the name must end in');
    await expect(network().save(file('a.weights.h5'))).rejects.toThrow('the name must end in');
    await network().saveWeights(file('only.h5'));
    await expect(loadModel(file('only.h5'))).rejects.toThrow('use model.loadWeights');
  });
});

test('vocabularies travel', async () => {
  const words = layers.textVectorization({ maxTokens: 8, outputMode: 'tf_idf' });
  words.adapt(['a b c', 'a b', 'a']);
  const model = new Sequential([words]);
  await model.predict(['a c'] as never, { verbose: 0 }).catch(() => undefined);
  const json = JSON.parse(JSON.stringify(words.getConfig()));
  expect(json.vocabulary).toEqual(['a', 'b', 'c']);
  expect(json.idfWeights).toHaveLength(3);
});

test('damaged files give a FormatError, and nothing else', async () => {
  const model = await trained();
  const samples: Uint8Array[] = [];
  for (const name of ['f.h5', 'f.keras']) {
    await model.save(file(name));
    samples.push(await bytesOf(name));
  }
  const load = (bytes: Uint8Array) => loadModel(bytes, { maxBytes: 2 ** 26 });
  expect(await onlyFormatErrors(load, samples, { runs: 150, maxMs: 5000 })).toBeGreaterThan(40);
});
