import { type Layer, layers, type Model, optimizers, regularizers, Sequential } from 'gradus';
import type { LayerRow, LayerSpec, Training } from './specs.ts';

function makeLayer(spec: LayerSpec, l2: number, name?: string): Layer {
  const kernelRegularizer = l2 > 0 ? regularizers.l2(l2) : null;
  switch (spec.kind) {
    case 'conv': {
      const { filters, size, same, activation } = spec;
      const padding = same ? 'same' : 'valid';
      return layers.conv2d({
        ...{ filters, kernelSize: size, padding, activation, kernelRegularizer, name },
      });
    }
    case 'maxPool':
      return layers.maxPooling2d({ poolSize: spec.size, name });
    case 'avgPool':
      return layers.averagePooling2d({ poolSize: spec.size, name });
    case 'dropout':
      return layers.dropout({ rate: spec.rate, name });
    case 'batchNorm':
      return layers.batchNormalization({ name });
    case 'flatten':
      return layers.flatten({ name });
    case 'dense':
      return layers.dense({
        ...{ units: spec.units, activation: spec.activation, kernelRegularizer, name },
      });
  }
}

const head = (l2: number): Layer =>
  layers.dense({
    units: 10,
    activation: 'softmax',
    name: 'classes',
    kernelRegularizer: l2 > 0 ? regularizers.l2(l2) : null,
  });

/** Shapes and parameters layer by layer, the last included; where a layer does not fit, the reason, and nothing after it. */
export function describe(specs: readonly LayerSpec[]): {
  rows: LayerRow[];
  problem: { readonly layer: number; readonly message: string } | null;
} {
  const model = new Sequential([layers.input({ shape: [28, 28, 1] })]);
  const rows: LayerRow[] = [];
  const all = [...specs.map((spec) => () => makeLayer(spec, 0)), () => head(0)];
  for (const [i, make] of all.entries()) {
    try {
      const layer = make();
      model.add(layer);
      const { shape } = model.outputs[0];
      if (i === all.length - 1 && shape.length !== 2) throw new Error('flatten');
      rows.push({
        shape: shape.slice(1),
        parameters: layer.weights.reduce((sum, { size }) => sum + size, 0),
      });
    } catch (error) {
      return { rows, problem: { layer: i, message: (error as Error).message } };
    }
  }
  return { rows, problem: null };
}

/** The network, ready to learn. Call `setSeed` before for weights that are always the same. */
export function build(specs: readonly LayerSpec[], training: Training, name = 'lab'): Model {
  const { optimizer, learningRate, l2 } = training;
  const model = new Sequential(
    [
      layers.input({ shape: [28, 28, 1] }), // Names of their own: else the second network of a page would have others than the first.
      ...specs.map((spec, i) => makeLayer(spec, l2, `${spec.kind.toLowerCase()}_${i + 1}`)),
      head(l2),
    ],
    { name },
  );
  const made = {
    adam: () => optimizers.adam({ learningRate }),
    sgd: () => optimizers.sgd({ learningRate }),
    momentum: () => optimizers.sgd({ learningRate, momentum: 0.9 }),
    rmsprop: () => optimizers.rmsprop({ learningRate }),
  };
  model.compile({
    optimizer: made[optimizer](),
    loss: 'categorical_crossentropy', // as Keras spells it in its files
    metrics: ['accuracy'],
  });
  return model;
}
