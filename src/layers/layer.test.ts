import { beforeEach, describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { resetNames, serialize, withCustomObjects } from '../config/index.ts';
import { ones, tensor } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { checkLayer } from '../testing/index.ts';
import * as layers from './index.ts';

beforeEach(resetNames);

/** A layer as users write one, without a table of options. */
class Scale extends layers.Layer {
  factor: number;
  weight!: Tensor;

  constructor({ factor = 1, ...options }: { factor?: number; name?: string } = {}) {
    super(options);
    this.factor = factor;
  }

  override build(): void {
    this.weight = this.addWeight({ name: 'weight', shape: [], initializer: 'ones' });
  }

  override call(x: Tensor): Tensor {
    return x.mul(this.weight).mul(this.factor);
  }

  override getConfig() {
    return { ...super.getConfig(), factor: this.factor };
  }
}

describe('names', () => {
  test("are Keras'", () => {
    const make = [
      () => layers.dense(1),
      () => layers.conv2dTranspose(1, 1),
      () => layers.relu(),
      () => layers.dense(1),
      () => layers.maxPooling2d(),
      () => layers.bidirectional(layers.lstm(1)),
    ];
    expect(make.map((f) => f().name)).toEqual([
      'dense',
      'conv2d_transpose',
      're_lu',
      'dense_1',
      'max_pooling2d',
      'bidirectional',
    ]);
  });

  test('lead to the weights', () => {
    const layer = layers.bidirectional(layers.gru(1));
    layer.build([null, 2, 3]);
    expect(layer.weights.map(({ path }) => path)).toEqual([
      'bidirectional/forward_gru/gru_cell/kernel',
      'bidirectional/forward_gru/gru_cell/recurrent_kernel',
      'bidirectional/forward_gru/gru_cell/bias',
      'bidirectional/backward_gru/gru_cell/kernel',
      'bidirectional/backward_gru/gru_cell/recurrent_kernel',
      'bidirectional/backward_gru/gru_cell/bias',
    ]);
  });
});

describe('weights', () => {
  test('are made at the first call or by build, once', () => {
    const layer = layers.dense(2);
    expect(() => layer.countParams()).toThrow('dense: countParams: the layer has no weights yet');
    layer.build([null, 3]);
    const { kernel } = layer;
    layer.apply(ones([1, 3]));
    expect(layer.kernel).toBe(kernel);
    expect(layer.countParams()).toBe(8);
  });

  test('are set all together or not at all', () => {
    const layer = layers.dense(2);
    layer.build([null, 1]);
    expect(() => layer.setWeights([[[1, 2]]])).toThrow('has 2 weights, received 1 values');
    expect(() => layer.setWeights([[[1, 2]], [1]])).toThrow(
      'dense/bias: setWeights: has shape [2], received [1]',
    );
    layer.setWeights([[[1, 2]], [3, 4]]);
    expect(layer.getWeights().map((w) => w.toArray())).toEqual([[[1, 2]], [3, 4]]);
  });

  test('need known sizes', () => {
    expect(() => layers.dense(2).build([null, null])).toThrow(
      'dense: kernel cannot be made with shape [, 2]',
    );
  });

  test('are frozen with the layer and the layers inside', () => {
    const layer = layers.timeDistributed(layers.dense(2));
    layer.trainable = false;
    layer.apply(ones([1, 2, 3]));
    expect(layer.trainableWeights).toEqual([]);
    expect(layer.weights.every(({ trainable }) => !trainable)).toBe(true);
    layer.trainable = true;
    expect(layer.trainableWeights).toHaveLength(2);
  });
});

describe('losses', () => {
  test('are those of weights and of the last call', () => {
    const layer = layers.dense(1, {
      kernelInitializer: 'ones',
      kernelRegularizer: { class_name: 'L2', config: { l2: 0.5 } },
      activityRegularizer: 'l1',
    });
    const x = tensor([
      [1, 1],
      [3, 3],
    ]);
    layer.apply(x);
    layer.apply(x);
    expect(layer.losses.map((loss) => loss.item())).toEqual([Math.fround(0.04), 1]);
  });
});

describe('symbolic calls', () => {
  test('note the nodes of shared layers', () => {
    const layer = layers.dense(2);
    const [a, b] = [layers.Input({ shape: [3] }), layers.Input({ shape: [3] })];
    const [x, y] = [layer.apply(a), layer.apply(b)];
    expect(x.shape).toEqual([null, 2]);
    expect(layer.inboundNodes).toHaveLength(2);
    expect(y.node?.inputTensors).toEqual([b]);
    expect(x.node).toBe(layer.inboundNodes[0]);
  });

  test('find the shape of layers that do not say it', () => {
    const x = layers.Input({ batchShape: [null, 3] });
    expect(new Scale().apply(x).shape).toEqual([null, 3]);
  });

  test('refuse what does not fit', () => {
    const layer = layers.dense(2);
    layer.build([null, 3]);
    expect(() => layer.apply(layers.Input({ shape: [4] }))).toThrow(
      'dense: expects input with 3 elements along axis -1',
    );
    expect(() => layers.add().apply(layers.Input({ shape: [4] }))).toThrow(
      'add: must be called on a list of inputs, received one',
    );
  });
});

describe('user code', () => {
  test('passes checkLayer', async () => {
    const checked = checkLayer(() => new Scale({ factor: 2 }), { inputShape: [2, 3] });
    await expect(checked).resolves.toBeUndefined();
  });

  test('is loaded only when it is passed', () => {
    const file = JSON.parse(JSON.stringify(serialize(new Scale({ factor: 3 }))));
    expect(file).toMatchObject({ class_name: 'Scale', registered_name: 'Scale', module: null });
    expect(() => layers.deserializeLayer(file)).toThrow(
      "unknown layer 'Scale'; if it is your own class, pass it as customObjects: { Scale }",
    );
    const loaded = withCustomObjects({ Scale }, () => layers.deserializeLayer(file)) as Scale;
    expect(loaded.factor).toBe(3);
  });

  test('gets training from the layer around it', () => {
    const seen: unknown[] = [];
    class Seen extends layers.Layer {
      override call(x: Tensor, { training }: layers.CallOptions): Tensor {
        seen.push(training);
        return x;
      }
    }
    const outer = layers.timeDistributed(new Seen());
    outer.apply(ones([1, 2, 3]), { training: true });
    outer.apply(ones([1, 2, 3]));
    expect(seen).toEqual([true, false]);
  });
});

test('checkLayer sees what does not hold', async () => {
  class Wrong extends Scale {
    override computeOutputShape(): layers.SymbolicShape {
      return [null, 7];
    }
  }
  class Forgetful extends Scale {
    override getConfig() {
      return { ...super.getConfig(), factor: 5 };
    }
  }
  const options = { inputShape: [2, 3] };
  await expect(checkLayer(() => new Wrong(), options)).rejects.toThrow(
    'checkLayer: Wrong: promises shape [, 7] and gives [2, 3]',
  );
  await expect(checkLayer(() => new Forgetful(), options)).rejects.toThrow(
    'gives other results with the same config and weights',
  );
});
